package dev.belay.death;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.unregister;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Calls a verb at every depth of a recursion that has run out of stack, from the deepest frame
/// outwards, and looks for bonds that were left half made and processes that were not woken.
///
/// To be run in a JVM of its own: `Depths style rounds calls verb…`. Every verb is called in so
/// many rounds as the JVM starts, interpreted, and again after so many calls for the compiler.
final class Depths {
  /// After this many frames in which the verb succeeded it is out of danger.
  private static final int ENOUGH = 200;

  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final Style style;
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private int done;
  private int overflows;
  private boolean stop;

  /// What is called at every depth; to another process that is parked.
  private interface Call {
    void on(Pid other);
  }

  private Depths(Style style) {
    this.style = style;
  }

  public static void main(String[] args) {
    Style style = Style.of(args, 0);
    int rounds = Integer.parseInt(args[1]);
    int calls = Integer.parseInt(args[2]);
    List<String> verbs = List.of(args).subList(3, args.length);
    boolean proven = true;
    for (String verb : verbs) {
      proven &= new Depths(style).play(verb, "cold", rounds);
    }
    for (String verb : verbs) {
      Depths depths = new Depths(style);
      depths.warmUp(verb, calls);
      proven &= depths.play(verb, "warm", rounds);
    }
    System.exit(proven ? 0 : 1);
  }

  private boolean play(String verb, String state, int rounds) {
    for (int round = 0; round < rounds && wrong.isEmpty(); round++) {
      round(verb);
    }
    node.close();
    wrong.forEach(System.out::println);
    System.out.println(
        verb + " " + state + ": " + overflows + " overflows, " + done + " calls done");
    return overflows > 0 && done > 0 && wrong.isEmpty();
  }

  /// Lets the compiler at the verbs first: compiled frames are smaller than interpreted ones, also
  /// those of whatever makes sure that there is stack left.
  private void warmUp(String verb, int calls) {
    try (Inbox inbox = node.inbox()) {
      Pid other = node.spawn(style.of(() -> echo(new AtomicInteger())));
      inbox.spawnMonitor(
          style.of(() -> {
            ArrayDeque<Pid> children = new ArrayDeque<>();
            Call call = call(verb, children, new ArrayDeque<>(), inbox.pid());
            for (int i = 0; i < calls; i++) {
              call.on(other);
              if ((i & 15) == 0) {
                children.forEach(child -> exit(child, ExitReason.KILL));
                children.clear();
                sleep(Duration.ofNanos(1));
              }
            }
          }));
      inbox.receive(Down.class);
      node.exit(other, ExitReason.KILL);
      until(verb + ": all processes of the warm-up end", () -> node.processCount() == 0);
    }
  }

  private void round(String verb) {
    try (Inbox inbox = node.inbox()) {
      AtomicInteger received = new AtomicInteger();
      Pid other = node.spawn(style.of(() -> echo(received)));
      Monitored caller =
          inbox.spawnMonitor(
              style.of(() -> {
                trapExits(true);
                ArrayDeque<Pid> children = new ArrayDeque<>();
                ArrayDeque<Ref> refs = new ArrayDeque<>();
                Call call = call(verb, children, refs, inbox.pid());
                stop = false;
                try {
                  descend(call, other, 0);
                } catch (StackOverflowError e) {
                  overflows++;
                }
                send(inbox.pid(), children.size());
                receive(String.class);
              }));
      int children = inbox.receive(Integer.class);
      check(verb, caller.pid(), other, children, received);
      inbox.send(caller.pid(), "end");
      Down down = inbox.receive(Down.class);
      if (!down.reason().equals(ExitReason.NORMAL)) {
        wrong.add(verb + ": the caller ended with " + down.reason());
      }
      node.processes().forEach(pid -> node.exit(pid, ExitReason.KILL));
      until(verb + ": all processes end", () -> node.processCount() == 0);
    }
  }

  private static void echo(AtomicInteger received) {
    while (true) {
      receive();
      received.incrementAndGet();
    }
  }

  private Call call(String verb, Queue<Pid> children, Queue<Ref> refs, Pid inbox) {
    return switch (verb) {
      case "send" -> other -> send(other, "hello");
      case "link" -> Belay::link;
      case "unlink" ->
          other -> {
            link(other);
            unlink(other);
          };
      case "monitor" -> other -> refs.add(monitor(other));
      case "demonitor" -> other -> demonitor(monitor(other));
      case "spawn" -> other -> children.add(spawnLink(() -> receive(Void.class)));
      case "register" ->
          other -> {
            register("deep");
            unregister("deep");
          };
      case "own" -> other -> own(() -> {}).release();
      case "alias" -> other -> Belay.unalias(Belay.alias(AliasMode.EXPLICIT));
      case "exit" -> other -> exit(inbox, ExitReason.NORMAL);
      case "sendAfter" -> other -> Belay.sendAfter(Duration.ZERO, other, "later");
      case "timedReceive" -> other -> receive(Void.class, Duration.ofNanos(1));
      default -> throw new IllegalArgumentException(verb);
    };
  }

  /// Runs out of stack, and calls in each frame on the way back.
  @SuppressWarnings("InfiniteRecursion") // it is to end by running out of stack
  private int descend(Call call, Pid other, int depth) {
    int below = 0;
    try {
      below = descend(call, other, depth + 1);
    } catch (StackOverflowError e) {
      overflows++;
    }
    if (!stop) {
      try {
        call.on(other);
        done++;
        stop = below + 1 >= ENOUGH;
        return below + 1;
      } catch (StackOverflowError e) {
        overflows++;
      }
    }
    return below;
  }

  private void check(String verb, Pid caller, Pid other, int children, AtomicInteger received) {
    until(verb + ": bonds are symmetric", () -> isSymmetric(caller, other));
    if (verb.equals("send")) {
      // It was parked again and again; it must have been woken for the last message, too.
      until("send: everything is received", () -> length(other) == 0 && received.get() > 0);
    }
    if (verb.equals("spawn")) {
      until(
          "spawn: nobody is there whom the caller does not know of",
          () ->
              node.processCount() >= 2 + children
                  && links(caller).size() == node.processCount() - 2);
    }
    if (verb.equals("register") && node.whereis("deep").isPresent()) {
      // Cut off between its two verbs; the name must still be in order.
      node.unregister("deep");
    }
  }

  private boolean isSymmetric(Pid caller, Pid other) {
    ProcessInfo one = node.info(caller).orElseThrow();
    ProcessInfo two = node.info(other).orElseThrow();
    boolean links = one.links().contains(other) == two.links().contains(caller);
    long watching = one.monitors().stream().filter(other::equals).count();
    long watched = two.monitoredBy().stream().filter(caller::equals).count();
    return links && watching == watched;
  }

  private List<Pid> links(Pid pid) {
    return node.info(pid).orElseThrow().links();
  }

  private int length(Pid pid) {
    return node.info(pid).orElseThrow().messageQueueLength();
  }

  private void until(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        wrong.add("not so: " + what + "; " + node.processes().stream().map(node::info).toList());
        return;
      }
      LockSupport.parkNanos(200_000);
    }
  }
}
