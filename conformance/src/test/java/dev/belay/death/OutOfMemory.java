package dev.belay.death;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.trapExits;

import dev.belay.Behaviour;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Processes that use up all memory, in a JVM of its own with a small heap, and the others, who
/// have none then either.
final class OutOfMemory {
  private static final int HOGS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 1_000_000;

  /// Held, or its level would be forgotten.
  private static final Logger REPORTS = Logger.getLogger("dev.belay");

  private OutOfMemory() {}

  private record Go() {}

  /// What a witness has heard of the hogs.
  private record Heard(int exits, int downs) {}

  public static void main(String[] args) {
    REPORTS.setLevel(Level.OFF);
    int rounds = Integer.parseInt(args[0]);
    Style style = Style.of(args, 1);
    try (Node node = Node.start(NodeOptions.DEFAULT)) {
      int survivors = 0;
      for (int round = 0; round < rounds; round++) {
        survivors += round(node, style) ? 1 : 0;
        playPingPong(node);
      }
      // In a single round it may well be that none does.
      require(rounds == 1 || survivors > 0, "no witness ever survived");
      System.out.printf(
          "%d rounds of %d deaths, %d of their witnesses survived%n", rounds, HOGS, survivors);
      require(node.quarantined().isEmpty(), "in quarantine: " + node.quarantined());
    }
    System.out.println("all were heard");
  }

  /// Some processes use up the memory at the same time. Who is bound to them, in all ways, hears of
  /// it, or runs out of memory too, which then is heard of.
  ///
  /// @return whether the witness survived
  private static boolean round(Node node, Style style) {
    AtomicIntegerArray closings = new AtomicIntegerArray(HOGS);
    AtomicInteger ready = new AtomicInteger();
    try (Inbox inbox = node.inbox()) {
      List<Pid> hogs = new ArrayList<>();
      List<Pid> linked = new ArrayList<>();
      for (int i = 0; i < HOGS; i++) {
        int me = i;
        Pid hog =
            node.spawn(
                style.of(
                    () -> {
                      own(() -> closings.incrementAndGet(me));
                      ready.incrementAndGet();
                    },
                    go -> {
                      useUpMemory();
                      return Behaviour.same();
                    }));
        hogs.add(hog);
        linked.add(
            node.spawn(
                style.of(
                    () -> {
                      link(hog);
                      ready.incrementAndGet();
                    },
                    nothing -> Behaviour.same())));
      }
      Pid self = inbox.pid();
      Pid witness =
          node.spawn(() -> {
            trapExits(true);
            hogs.forEach(hog -> {
              link(hog);
              monitor(hog);
            });
            ready.incrementAndGet();
            witness(self);
          });
      Await.until("all are ready", () -> ready.get() == 2 * HOGS + 1);
      List<Pid> all = new ArrayList<>(hogs);
      all.addAll(linked);
      all.add(witness);
      all.forEach(inbox::monitor);
      // From the first send on there may be no memory for anything: what is needed is made before.
      Go go = new Go();
      List<Supplier<Boolean>> sends = new ArrayList<>();
      hogs.forEach(hog -> sends.add(() -> sent(node, hog, go)));
      Supplier<Object> receives = inbox::receive;
      Object[] messages = new Object[all.size() + 1];
      for (int i = 0; i < HOGS; i++) {
        withPatience(sends.get(i));
      }
      int downs = 0;
      int count = 0;
      while (downs < all.size()) {
        Object message = withPatience(receives);
        messages[count++] = message;
        downs += message instanceof Down ? 1 : 0;
      }
      require(inbox.receive(Duration.ZERO).isEmpty(), "there came more");
      Map<Subject, ExitReason> reasons = new HashMap<>();
      Heard heard = null;
      for (int i = 0; i < count; i++) {
        if (messages[i] instanceof Down down) {
          require(reasons.put(down.subject(), down.reason()) == null, "a second Down: " + down);
        } else if (messages[i] instanceof Heard said && heard == null) {
          heard = said;
        } else {
          throw new AssertionError("there came " + messages[i]);
        }
      }
      for (int i = 0; i < HOGS; i++) {
        ExitReason reason = Objects.requireNonNull(reasons.get(hogs.get(i)));
        require(isOutOfMemory(reason), "the reason of a hog is " + reason);
        ExitReason other = Objects.requireNonNull(reasons.get(linked.get(i)));
        require(
            reason.equals(other) || isOutOfMemory(other),
            "linked with one that died of " + reason + " one died of " + other);
        require(closings.get(i) == 1, "closed " + closings.get(i) + " times");
      }
      ExitReason ofWitness = Objects.requireNonNull(reasons.get(witness));
      boolean survived = ofWitness.equals(ExitReason.NORMAL);
      require(survived || isOutOfMemory(ofWitness), "the witness ended with " + ofWitness);
      require(!survived || new Heard(HOGS, HOGS).equals(heard), "the witness has " + heard);
      return survived;
    }
  }

  /// Counts what comes, until nothing more does.
  private static void witness(Pid to) {
    int exits = 0;
    int downs = 0;
    for (int i = 0; i < 2 * HOGS; i++) {
      Object message = receive();
      if (message instanceof Exit exit && isOutOfMemory(exit.reason())) {
        exits++;
      } else if (message instanceof Down down && isOutOfMemory(down.reason())) {
        downs++;
      } else {
        throw new AssertionError("there came " + message);
      }
    }
    send(to, new Heard(exits, downs));
  }

  private static boolean isOutOfMemory(ExitReason reason) {
    return reason instanceof ExitReason.Crash crash
        && crash.throwable() instanceof OutOfMemoryError;
  }

  private record Hoard(@Nullable Hoard rest, Object more) {}

  private static void useUpMemory() {
    Hoard all = null;
    for (int size = 1 << 20; true; size = Math.max(16, size >> 4)) {
      try {
        while (true) {
          all = new Hoard(all, new byte[size]);
        }
      } catch (OutOfMemoryError e) {
        if (size <= 16) {
          throw e;
        }
      }
    }
  }

  /// The node goes on: processes, links, timers and names work.
  private static void playPingPong(Node node) {
    Await.until("nobody is left", () -> node.processCount() == 0);
    try (Inbox inbox = node.inbox()) {
      Pid echo =
          node.spawn(() -> {
            register("echo");
            for (int i = 0; i < 1_000; i++) {
              send(receive(Pid.class), self());
            }
            receive(Void.class, Duration.ofMillis(1));
            throw exit(ExitReason.term("played"));
          });
      inbox.trapExits(true);
      inbox.link(echo);
      for (int i = 0; i < 1_000; i++) {
        inbox.send(echo, inbox.pid());
        require(inbox.receive(Pid.class, PATIENCE).isPresent(), "no answer");
      }
      Exit exit = inbox.receive(Exit.class, PATIENCE).orElseThrow();
      require(exit.reason().equals(ExitReason.term("played")), "it ended with " + exit);
    }
    Await.until("it is gone", () -> node.processCount() == 0);
    require(node.registered().isEmpty(), "a name is left");
  }

  private static boolean sent(Node node, Pid to, Object message) {
    node.send(to, message);
    return true;
  }

  /// Repeats what this thread has no memory for.
  private static <T> T withPatience(Supplier<T> what) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return what.get();
      } catch (OutOfMemoryError e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
