package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.terms.WirePid;
import dev.belay.distribution.internal.wire.LinkStates.Bond;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Two nodes with some processes each, and a channel in each direction that delivers in order.
///
/// It keeps an account of its own of which process may count on which link, by other means than the
/// protocol: each signal notes how many unlinks of the other side its sender has seen. After an
/// unlink only a link that was sent when that had been seen counts, or one of the process's own;
/// and an exit only if a link does.
final class LinkWorld {
  private static final Atom BOOM = Atom.of("boom");

  final Side a;
  final Side b;

  /// What is on its way, and how many unlinks of the receiver its sender had seen.
  private record Sent(Signal signal, int seen) {}

  /// Two processes, the own one first, by their numbers.
  private record Pair(int own, int other) {}

  LinkWorld(int processes) {
    a = new Side("a", 1, processes);
    b = new Side("b", 2, processes);
    a.other = b;
    b.other = a;
  }

  /// One of the two nodes.
  static final class Side {
    private final Atom node;
    private final int creation;
    private final LinkStates states;
    private final Queue<Sent> incoming = new ArrayDeque<>();
    private final Set<Integer> alive = new TreeSet<>();

    /// Pairs whose own process may count on a link.
    private final Map<Pair, Boolean> account = new HashMap<>();

    private final Map<Pair, Integer> unlinks = new HashMap<>();
    private final Map<Pair, Integer> seen = new HashMap<>();

    /// How many unlinks have to be seen before links of the other side count.
    private final Map<Pair, Integer> barriers = new HashMap<>();

    private @Nullable Side other;

    Side(String name, int creation, int processes) {
      node = Atom.of(name);
      this.creation = creation;
      states = new LinkStates(new Dialect(Samples.PLAIN_FLAGS), 3 - creation);
      for (int i = 0; i < processes; i++) {
        alive.add(i);
      }
    }

    private Side other() {
      if (other == null) {
        throw new IllegalStateException("there is no other side");
      }
      return other;
    }

    private WirePid pid(int number) {
      return new WirePid(node, number, 0, creation);
    }

    private void send(@Nullable Signal signal, Pair pair) {
      if (signal != null) {
        other().incoming.add(new Sent(signal, seen.getOrDefault(pair, 0)));
      }
    }

    private boolean counts(Pair pair) {
      return account.getOrDefault(pair, false);
    }

    boolean isAlive(int own) {
      return alive.contains(own);
    }

    boolean hasIncoming() {
      return !incoming.isEmpty();
    }

    void link(int own, int remote) {
      Pair pair = new Pair(own, remote);
      send(states.link(pid(own), other().pid(remote)), pair);
      account.put(pair, true);
      barriers.remove(pair);
    }

    void unlink(int own, int remote) {
      Pair pair = new Pair(own, remote);
      Signal signal = states.unlink(pid(own), other().pid(remote));
      if (signal != null) {
        barriers.put(pair, unlinks.merge(pair, 1, Integer::sum));
      }
      send(signal, pair);
      account.put(pair, false);
    }

    void exit(int own) {
      alive.remove(own);
      for (Signal signal : states.exit(pid(own), BOOM)) {
        if (signal.control() instanceof ControlMessage.PayloadExit exit) {
          send(signal, new Pair(own, exit.to().id()));
        }
      }
      account.keySet().removeIf(pair -> pair.own() == own);
    }

    void deliver() {
      Sent sent = incoming.remove();
      switch (sent.signal().control()) {
        case ControlMessage.Link link -> {
          Pair pair = new Pair(link.to().id(), link.from().id());
          boolean isAlive = isAlive(pair.own());
          send(states.receive(link, isAlive), pair);
          if (isAlive && sent.seen() >= barriers.getOrDefault(pair, 0)) {
            account.put(pair, true);
          }
        }
        case ControlMessage.UnlinkId unlink -> {
          Pair pair = new Pair(unlink.to().id(), unlink.from().id());
          seen.merge(pair, 1, Integer::sum);
          send(states.receive(unlink), pair);
          account.remove(pair);
        }
        case ControlMessage.UnlinkIdAck ack -> states.receive(ack);
        case ControlMessage.PayloadExit exit -> {
          Pair pair = new Pair(exit.to().id(), exit.from().id());
          boolean isActedOn = states.receiveExit(exit.to(), exit.from());
          assertThat(isActedOn).as("exit to %s acted on: %s", pair, this).isEqualTo(counts(pair));
          account.remove(pair);
        }
        default -> throw new AssertionError("no signal of links: " + sent);
      }
    }

    /// The connection is lost: who counts on a link is told, once.
    void disconnect() {
      Set<Pair> told = new HashSet<>();
      for (Bond bond : states.disconnect()) {
        assertThat(told.add(new Pair(bond.local().id(), bond.remote().id()))).isTrue();
      }
      Set<Pair> expected = new HashSet<>();
      account.forEach((pair, counts) -> {
        if (counts) {
          expected.add(pair);
        }
      });
      assertThat(told).as(toString()).isEqualTo(expected);
      assertThat(states.isEmpty()).isTrue();
      assertThat(states.disconnect()).isEmpty();
    }

    /// Nothing is on its way: both sides agree on each pair, and remember nothing else.
    void assertSettled() {
      List<Pair> linked = new ArrayList<>();
      account.forEach((pair, counts) -> {
        if (counts) {
          linked.add(pair);
        }
      });
      for (Pair pair : linked) {
        assertThat(states.isLinked(pid(pair.own()), other().pid(pair.other())))
            .as("%s linked: %s", pair, this)
            .isTrue();
        assertThat(other().states.isLinked(other().pid(pair.other()), pid(pair.own())))
            .as("%s linked on the other side: %s, %s", pair, this, other())
            .isTrue();
        states.receiveExit(pid(pair.own()), other().pid(pair.other()));
      }
      assertThat(states.isEmpty()).as("nothing is left over: %s", this).isTrue();
      for (Pair pair : linked) {
        states.spawned(pid(pair.own()), other().pid(pair.other()));
      }
    }

    @Override
    public String toString() {
      return node
          + " alive "
          + alive
          + ", states "
          + states
          + ", account "
          + sorted(account)
          + ", unlinks "
          + sorted(unlinks)
          + ", barriers "
          + sorted(barriers)
          + ", seen "
          + sorted(seen)
          + ", incoming "
          + incoming;
    }

    private static Map<String, Object> sorted(Map<Pair, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((pair, value) -> sorted.put(pair.toString(), value));
      return sorted;
    }
  }

  void deliverAll() {
    while (a.hasIncoming() || b.hasIncoming()) {
      (a.hasIncoming() ? a : b).deliver();
    }
  }

  void assertSettled() {
    a.assertSettled();
    b.assertSettled();
  }

  @Override
  public String toString() {
    return a + "\n" + b;
  }
}
