package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Pairs of processes, of this node and another, that are linked with each other and monitor each
/// other, and what those of this node have heard.
///
/// The process that begins a pair asks the process `maker` of the other node for its partner, with
/// `{Pid, make}`, and gets `{made, Partner}`. It links with that and monitors it, and sends
/// `{bound, Pid}`; the partner monitors back, and sends `{bound, Partner}`. A maker in Erlang is in
/// [ErlangBonds].
final class Bonds {
  private static final Atom MAKE = Atom.of("make");
  private static final Atom MADE = Atom.of("made");
  private static final Atom BOUND = Atom.of("bound");
  private static final Duration ANSWER_TIME = Duration.ofMillis(500);

  private final Node node;
  private final Queue<Partner> partners = new ConcurrentLinkedQueue<>();

  /// One process of this node, and what it has heard of the other one.
  static final class Partner {
    final Pid pid;
    final Queue<ExitReason> exits = new ConcurrentLinkedQueue<>();
    final Queue<ExitReason> downs = new ConcurrentLinkedQueue<>();

    Partner(Pid pid) {
      this.pid = pid;
    }

    void hear() {
      while (true) {
        switch (Belay.receive()) {
          case Exit exit when exit.reason().equals(ExitReason.SHUTDOWN) -> {
            // The node closes.
            return;
          }
          case Exit exit -> exits.add(exit.reason());
          case Down down -> downs.add(down.reason());
          case Atom _ -> {
            return;
          }
          default -> {}
        }
      }
    }
  }

  private Bonds(Node node) {
    this.node = node;
  }

  /// Starts the maker of a node.
  static Bonds of(Node node) {
    Bonds bonds = new Bonds(node);
    node.spawn(
        SpawnOptions.DEFAULT.name("maker"),
        () -> {
          while (true) {
            Pid from = (Pid) Belay.receive(Tuple.class).get(0);
            Belay.spawn(bonds.made(from));
          }
        });
    node.spawn(
        SpawnOptions.DEFAULT.name("echo"),
        () -> {
          while (true) {
            Belay.send(Belay.receive(Pid.class), Atom.OK);
          }
        });
    return bonds;
  }

  /// Waits until the other node answers: then there is a connection that both know of. To be used
  /// where connections come and go, and the first messages may be lost with one of them.
  void awaitAnswer(String other) {
    try (Inbox inbox = node.inbox()) {
      Waiting.until(
          "the other node answers",
          () -> {
            inbox.send(new Name("echo", other), inbox.pid());
            return inbox.receive(Atom.class, ANSWER_TIME).isPresent();
          });
    }
  }

  private Body made(Pid from) {
    return () -> {
      Belay.send(from, Tuple.of(MADE, Belay.self()));
      Belay.receive(Tuple.class);
      Belay.trapExits(true);
      Belay.monitor(from);
      Partner partner = new Partner(Belay.self());
      partners.add(partner);
      Belay.send(from, Tuple.of(BOUND, Belay.self()));
      partner.hear();
    };
  }

  private Body making(String other) {
    return () -> {
      Belay.trapExits(true);
      Belay.send(new Name("maker", other), Tuple.of(Belay.self(), MAKE));
      Pid peer = (Pid) Belay.receive(Tuple.class).get(1);
      Belay.link(peer);
      Belay.monitor(peer);
      Belay.send(peer, Tuple.of(BOUND, Belay.self()));
      Belay.receive(Tuple.class);
      Partner partner = new Partner(Belay.self());
      partners.add(partner);
      partner.hear();
    };
  }

  /// Makes pairs with processes of another node, and waits until they stand.
  void bind(String other, int count) {
    int before = partners.size();
    for (int i = 0; i < count; i++) {
      node.spawn(making(other));
    }
    Waiting.until("all pairs stand", () -> partners.size() >= before + count);
  }

  /// Waits until there are so many partners here.
  void awaitSize(int count) {
    Waiting.until("the other side has made its pairs", () -> partners.size() >= count);
  }

  int size() {
    return partners.size();
  }

  /// How many signals of loss have come in all.
  int heard() {
    return partners.stream().mapToInt(partner -> partner.exits.size() + partner.downs.size()).sum();
  }

  void assertNothingHeard() {
    assertThat(heard()).isZero();
  }

  /// Waits until each has heard of the loss of its partner.
  void awaitLoss() {
    Waiting.until("all of " + node + " have heard", () -> heard() >= 2 * partners.size());
    assertLossOnce();
  }

  /// Each has heard of it once by its link, and once by its monitor, and has no bond any more.
  void assertLossOnce() {
    assertThat(partners)
        .allSatisfy(partner -> {
          assertThat(partner.exits).containsExactly(ExitReason.NO_CONNECTION);
          assertThat(partner.downs).containsExactly(ExitReason.NO_CONNECTION);
          ProcessInfo info = node.info(partner.pid).orElseThrow();
          assertThat(info.links()).isEmpty();
          assertThat(info.monitors()).isEmpty();
          assertThat(info.monitoredBy()).isEmpty();
        });
  }

  /// Ends the processes, and forgets them.
  void clear() {
    List<Partner> all = List.copyOf(partners);
    partners.removeAll(all);
    all.forEach(partner -> node.send(partner.pid, Atom.OK));
    Waiting.until(
        "the partners are gone",
        () -> all.stream().noneMatch(partner -> node.isAlive(partner.pid)));
  }
}
