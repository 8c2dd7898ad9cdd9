package dev.belay.puppet;

import static dev.belay.puppet.Driver.t;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Pairs of puppets of different nodes, each linked with and monitored by the other one, and what
/// they have heard.
///
/// Belongs to the thread of the test.
final class Bonds {
  private static final int WAIT = 30_000;

  private final Company company;
  private final Driver driver;
  private final List<Bond> all = new ArrayList<>();

  /// Two puppets.
  record Bond(Side one, Side other) {
    boolean isBetween(int node, int another) {
      return (one.node == node && other.node == another)
          || (one.node == another && other.node == node);
    }

    boolean isOf(int node) {
      return one.node == node || other.node == node;
    }
  }

  /// One of them.
  record Side(int node, Pid puppet, Pid peer, List<Object> heard) {}

  Bonds(Company company) {
    this.company = company;
    this.driver = company.driver;
  }

  /// Makes some between all nodes, and waits until they stand.
  ///
  /// @param pairs how many between any two
  void bindAll(int pairs) throws IOException {
    for (int i = 0; i < company.size(); i++) {
      for (int j = i + 1; j < company.size(); j++) {
        for (int k = 0; k < pairs; k++) {
          // The link is asked for from either side.
          var _ = k % 2 == 0 ? bind(i, j) : bind(j, i);
        }
      }
    }
    awaitAll(all);
  }

  /// Makes some more, of one node with each other one, and waits until they stand. There are
  /// connections again then.
  List<Bond> bindAgain(int node) throws IOException {
    List<Bond> fresh = new ArrayList<>();
    for (int i = 0; i < company.size(); i++) {
      if (i != node) {
        awaitConnection(i, node);
        fresh.add(bind(i, node));
      }
    }
    awaitAll(fresh);
    return fresh;
  }

  private Bond bind(int node, int another) {
    Pid a = company.puppet(node);
    Pid b = company.puppet(another);
    driver.value(a, "trap_exit", "true");
    driver.value(b, "trap_exit", "true");
    driver.value(a, "link", b);
    driver.value(a, "monitor", b);
    driver.value(b, "monitor", a);
    Bond bond =
        new Bond(
            new Side(node, a, b, new ArrayList<>()), new Side(another, b, a, new ArrayList<>()));
    all.add(bond);
    return bond;
  }

  private void awaitAll(List<Bond> bonds) throws IOException {
    for (Side side : sides(bonds, _ -> true)) {
      Driver.until("the bond of " + side.puppet + " stands", () -> stands(side));
    }
    assertNothingHeard(bonds);
  }

  /// Waits until a process of one node gets an answer of another node's. The first connection after
  /// a loss may meet the end of the last one.
  void awaitConnection(int node, int another) throws IOException {
    Pid asks = company.puppet(node);
    Pid there = company.puppet(another);
    Driver.until(
        company.name(node) + " reaches " + company.name(another),
        () -> {
          driver.value(asks, "send", there, t("do", asks, "answer", "self"));
          return driver.value(asks, "await", "done", 500) instanceof Tuple;
        });
  }

  private boolean stands(Side side) {
    return driver.info(side.puppet, "links").equals(List.of(side.peer))
        && driver.info(side.puppet, "monitored_by").equals(List.of(side.peer));
  }

  List<Bond> all() {
    return List.copyOf(all);
  }

  /// Those that fit.
  List<Bond> all(Predicate<Bond> which) {
    return all.stream().filter(which).toList();
  }

  /// The sides that fit, of some bonds.
  static List<Side> sides(List<Bond> bonds, Predicate<Side> which) {
    List<Side> sides = new ArrayList<>();
    for (Bond bond : bonds) {
      sides.add(bond.one);
      sides.add(bond.other);
    }
    sides.removeIf(which.negate());
    return sides;
  }

  // what was heard

  private void listen(Side side) {
    side.heard.addAll(driver.received(side.puppet));
  }

  /// Waits until each of them has heard of the loss, by its link and by its monitor.
  void awaitLoss(List<Side> sides) throws IOException {
    for (Side side : sides) {
      Driver.until(
          side.puppet + " has heard",
          () -> {
            listen(side);
            return side.heard.size() >= 2;
          });
    }
    assertLossOnce(sides);
  }

  /// Each of them has heard, once, and has no bond any more.
  void assertLossOnce(List<Side> sides) {
    assertThat(sides).isNotEmpty();
    for (Side side : sides) {
      listen(side);
      assertThat(side.heard)
          .as("what %s has heard", side.puppet)
          .hasSize(2)
          .contains(t("EXIT", side.peer, "noconnection"));
      assertThat(side.heard)
          .filteredOn(told -> told instanceof Tuple down && isDown(down, side.peer))
          .as("what %s has heard of its monitor", side.puppet)
          .hasSize(1);
      for (String item : List.of("links", "monitors", "monitored_by")) {
        assertThat(driver.info(side.puppet, item)).as(item).isEqualTo(List.of());
      }
    }
  }

  private static boolean isDown(Tuple told, Pid peer) {
    return told.size() == 5
        && told.get(0).equals(Atom.of("DOWN"))
        && told.get(3).equals(peer)
        && told.get(4).equals(Atom.NOCONNECTION);
  }

  /// None of them has heard anything, and all stand.
  void assertNothingHeard(List<Bond> bonds) {
    for (Side side : sides(bonds, _ -> true)) {
      listen(side);
      assertThat(side.heard).as("what %s has heard", side.puppet).isEmpty();
      assertThat(stands(side)).as("whether the bond of %s stands", side.puppet).isTrue();
    }
  }

  // nodes

  /// Makes puppets on other nodes that monitor one of the nodes.
  List<Pid> watchers(int node, int... others) {
    List<Pid> watchers = new ArrayList<>();
    for (int other : others) {
      Pid watcher = company.puppet(other);
      driver.value(watcher, "monitor_node", company.name(node), "true");
      watchers.add(watcher);
    }
    return watchers;
  }

  /// Each of them is told that the node is down, once.
  void assertNodeDown(int node, List<Pid> watchers) {
    for (Pid watcher : watchers) {
      assertThat(driver.value(watcher, "await", "nodedown", WAIT))
          .isEqualTo(t("message", t("nodedown", company.name(node))));
      assertThat(driver.received(watcher)).isEmpty();
    }
  }

  /// A process of another node hears that there is no such process any more.
  void assertDead(int node, Pid old) {
    Pid asks = company.puppet(node);
    driver.value(asks, "trap_exit", "true");
    driver.value(asks, "send", old, "x");
    Object ref = driver.value(asks, "monitor", old);
    assertThat(driver.value(asks, "await", "DOWN", WAIT))
        .isEqualTo(t("message", t("DOWN", ref, "process", old, "noproc")));
    driver.value(asks, "link", old);
    assertThat(driver.value(asks, "await", "EXIT", WAIT))
        .isEqualTo(t("message", t("EXIT", old, "noproc")));
    driver.value(asks, "unlink", old);
  }

  /// Ends them all.
  void clear() {
    for (Side side : sides(all, _ -> true)) {
      driver.inbox().exit(side.puppet, ExitReason.KILL);
    }
    all.clear();
  }
}
