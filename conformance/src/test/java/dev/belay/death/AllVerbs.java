package dev.belay.death;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.cancelTimer;
import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unalias;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Calls every verb once, in a JVM of its own, after a line `VERBS`. To be run as `AllVerbs style`.
final class AllVerbs {
  /// A message that development mode has to look into.
  private static final Parcel PARCEL =
      new Parcel(List.of(Optional.of("hello")), Map.of("one", Set.of(1)), new int[1]);

  private AllVerbs() {}

  private record Parcel(List<?> list, Map<?, ?> map, @Sendable Object marked) {}

  public static void main(String[] args) throws Exception {
    Style style = Style.of(args, 0);
    Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
    try (Inbox inbox = node.inbox()) {
      // The records and lambdas of this class itself are not what is asked about.
      System.out.println("VERBS");
      System.out.flush();
      inbox.spawnMonitor(style.of(() -> callAll(style)));
      Down down = inbox.receive(Down.class);
      System.out.println("ended: " + down.reason());
      System.exit(down.reason().equals(ExitReason.NORMAL) ? 0 : 1);
    }
  }

  private static void callAll(Style style) {
    trapExits(true);
    Pid other = spawnLink(style.of(AllVerbs::listen));
    send(other, "hello");
    send(other, PARCEL);
    send(new Name("nobody", self().node()), "hello");
    unlink(other);
    link(other);
    link(other, LinkMode.ANY_EXIT);
    demonitor(monitor(other), Demonitor.FLUSH);
    Ref alias = alias(AliasMode.REPLY);
    send(alias, "reply");
    receive(String.class);
    unalias(alias);
    own(() -> {}).release();
    own(() -> {}).giveTo(other);
    cancelTimer(sendAfter(Duration.ofHours(1), other, "late"));
    sendAfter(Duration.ZERO, self(), "later");
    receive(String.class);
    sleep(Duration.ofNanos(1));
    register("all verbs");
    whereis("all verbs").ifPresent(pid -> send(pid, "hello"));
    receive(Duration.ofMinutes(1));
    send("all verbs", "hello");
    receive(Object.class);
    unregister("all verbs");
    isAlive(other);
    terminate(spawnLink(style.of(AllVerbs::listen)));
    receive(Exit.class);
    Monitored last = spawnMonitor(style.of(AllVerbs::listen));
    exit(last.pid(), ExitReason.KILL);
    receive(last.ref(), message -> message instanceof Down down ? down : null);
  }

  private static void listen() {
    while (true) {
      receive();
    }
  }
}
