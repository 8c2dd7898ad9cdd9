package dev.belay.puppet;

import static dev.belay.puppet.Driver.t;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.puppet.Peer.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What processes of three nodes hear when one of these is killed, frozen, started again, or left
/// by another one, whatever the nodes are made of: who was linked with a process there, or
/// monitored it, hears `noconnection`, once for each; the others hear nothing (L, M, N, D, E).
///
/// It is the first node to which things happen.
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
abstract class Losses {
  private static final int TICK_SECONDS = 4;
  private static final int PAIRS = 4;
  private static final int VICTIM = 0;
  private static final int WAIT = 30_000;

  private final List<Kind> kinds;
  private final List<Bond> bonds = new ArrayList<>();
  private Company company;
  private Driver driver;

  /// Two puppets that are linked, and monitor each other; and what they have heard.
  private record Bond(Side one, Side other) {
    boolean isBetween(int node, int another) {
      return one.node == node && other.node == another
          || one.node == another && other.node == node;
    }

    boolean isOf(int node) {
      return one.node == node || other.node == node;
    }

    List<Side> sides() {
      return List.of(one, other);
    }
  }

  /// One of them.
  private record Side(int node, Pid puppet, Pid peer, List<Object> heard) {}

  Losses(Kind... kinds) {
    this.kinds = List.of(kinds);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    company = Company.start(folder, false, TICK_SECONDS, kinds);
    driver = company.driver;
  }

  @AfterAll
  void stop() {
    if (company != null) {
      company.close();
    }
  }

  @BeforeEach
  void bind() throws IOException {
    for (int i = 0; i < company.size(); i++) {
      for (int j = i + 1; j < company.size(); j++) {
        for (int k = 0; k < PAIRS; k++) {
          // Both have asked for a link now and then.
          bonds.add(k % 2 == 0 ? bond(i, j) : bond(j, i));
        }
      }
    }
    Driver.until(
        "all bonds stand",
        () -> bonds.stream().flatMap(bond -> bond.sides().stream()).allMatch(this::isBound));
  }

  private Bond bond(int node, int another) {
    Pid a = company.puppet(node);
    Pid b = company.puppet(another);
    driver.value(a, "trap_exit", "true");
    driver.value(b, "trap_exit", "true");
    driver.value(a, "link", b);
    driver.value(a, "monitor", b);
    driver.value(b, "monitor", a);
    return new Bond(
        new Side(node, a, b, new ArrayList<>()), new Side(another, b, a, new ArrayList<>()));
  }

  private boolean isBound(Side side) {
    return driver.info(side.puppet, "links").equals(List.of(side.peer))
        && driver.info(side.puppet, "monitored_by").equals(List.of(side.peer));
  }

  @AfterEach
  void clear() throws Exception {
    company.peer(VICTIM).thaw();
    for (Bond bond : bonds) {
      for (Side side : bond.sides()) {
        driver.inbox().exit(side.puppet, ExitReason.KILL);
      }
    }
    bonds.clear();
  }

  // what was heard

  private void listen(Side side) {
    side.heard.addAll(driver.received(side.puppet));
  }

  /// It has heard of the loss by its link and by its monitor, and has no bond any more.
  private void awaitLoss(Side side) throws IOException {
    Driver.until(
        side.puppet + " has heard",
        () -> {
          listen(side);
          return side.heard.size() >= 2;
        });
    assertLossOnce(side);
  }

  private void assertLossOnce(Side side) {
    listen(side);
    assertThat(side.heard).as("what %s has heard", side.puppet).hasSize(2);
    assertThat(side.heard).contains(t("EXIT", side.peer, "noconnection"));
    assertThat(side.heard)
        .map(Tuple.class::cast)
        .filteredOn(told -> told.size() == 5)
        .singleElement()
        .satisfies(down -> {
          assertThat(down.get(3)).isEqualTo(side.peer);
          assertThat(down.get(4)).isEqualTo(Atom.of("noconnection"));
        });
    for (String item : List.of("links", "monitors", "monitored_by")) {
      assertThat(driver.info(side.puppet, item)).as(item).isEqualTo(List.of());
    }
  }

  private void assertNothingHeard(Side side) {
    listen(side);
    assertThat(side.heard).as("what %s has heard", side.puppet).isEmpty();
    assertThat(isBound(side)).as("%s still has its bonds", side.puppet).isTrue();
  }

  /// Those on other nodes hear of the victim's loss, and nothing of each other.
  private void assertVictimIsLost() throws IOException {
    for (Bond bond : bonds) {
      for (Side side : bond.sides()) {
        if (!bond.isOf(VICTIM)) {
          assertNothingHeard(side);
        } else if (side.node != VICTIM) {
          awaitLoss(side);
        }
      }
    }
  }

  /// Puppets on all other nodes that monitor the first one.
  private List<Pid> watchers() {
    List<Pid> watchers = new ArrayList<>();
    for (int i = 1; i < company.size(); i++) {
      Pid watcher = company.puppet(i);
      driver.value(watcher, "monitor_node", company.name(VICTIM), "true");
      watchers.add(watcher);
    }
    return watchers;
  }

  private void assertNodeDownOnce(List<Pid> watchers) {
    for (Pid watcher : watchers) {
      assertThat(driver.value(watcher, "await", "nodedown", WAIT))
          .isEqualTo(t("message", t("nodedown", company.name(VICTIM))));
      assertThat(driver.received(watcher)).isEmpty();
    }
  }

  /// Bonds can be made again, and hear nothing of the old ones.
  private void assertNewBonds() throws IOException {
    List<Bond> fresh = new ArrayList<>();
    for (int i = 1; i < company.size(); i++) {
      // The first connection to be made again may meet the end of the last one.
      company.puppet(i);
      awaitConnection(i);
      fresh.add(bond(i, VICTIM));
    }
    for (Bond bond : fresh) {
      Driver.until("the bond stands", () -> bond.sides().stream().allMatch(this::isBound));
      bond.sides().forEach(this::assertNothingHeard);
    }
    bonds.addAll(fresh);
  }

  /// Waits until a process of a node has got an answer of the victim's.
  private void awaitConnection(int node) throws IOException {
    Pid asks = company.puppet(node);
    Pid there = company.puppet(VICTIM);
    Driver.until(
        company.name(node) + " reaches the first one",
        () -> {
          driver.value(asks, "send", there, t("do", asks, "answer", "self"));
          Object got = driver.value(asks, "await", "done", 500);
          return got instanceof Tuple;
        });
  }

  // what happens

  @Test
  void aNodeIsKilledAndStartedAgain() throws Exception {
    List<Bond> before = List.copyOf(bonds);
    List<Pid> watchers = watchers();
    company.peer(VICTIM).kill();
    assertVictimIsLost();
    assertNodeDownOnce(watchers);

    company.peer(VICTIM).startAgain();
    // They have the numbers that the old ones had.
    List<Pid> fresh = new ArrayList<>();
    for (int i = 0; i < 2 * before.size(); i++) {
      fresh.add(company.puppet(VICTIM));
    }
    Pid old =
        before.stream()
            .flatMap(bond -> bond.sides().stream())
            .filter(side -> side.node == VICTIM)
            .findFirst()
            .orElseThrow()
            .puppet;
    for (int i = 1; i < company.size(); i++) {
      awaitConnection(i);
      assertIsDead(company.puppet(i), old);
    }
    assertNewBonds();
    assertVictimWasLostOnce(before);
    fresh.forEach(puppet -> assertThat(driver.received(puppet)).isEmpty());
  }

  private void assertIsDead(Pid asks, Pid old) {
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

  /// Nothing has come after what was heard first.
  private void assertVictimWasLostOnce(List<Bond> before) {
    for (Bond bond : before) {
      for (Side side : bond.sides()) {
        if (!bond.isOf(VICTIM)) {
          assertNothingHeard(side);
        } else if (side.node != VICTIM) {
          assertLossOnce(side);
        }
      }
    }
  }

  /// It keeps its sockets, and says nothing. When it goes on its processes hear the same.
  @Test
  void aNodeIsFrozenAndGoesOn() throws Exception {
    List<Bond> before = List.copyOf(bonds);
    List<Pid> watchers = watchers();
    company.peer(VICTIM).freeze();
    assertVictimIsLost();
    assertNodeDownOnce(watchers);
    company.peer(VICTIM).thaw();
    // The driver has lost it, too, and meets it again.
    company.puppet(VICTIM);
    for (Bond bond : before) {
      for (Side side : bond.sides()) {
        if (side.node == VICTIM) {
          awaitLoss(side);
        }
      }
    }
    assertNewBonds();
    assertVictimWasLostOnce(before);
  }

  /// Those two hear, and nobody else.
  @Test
  void aConnectionIsEnded() throws Exception {
    Pid ends = company.puppet(VICTIM);
    Pid watcher = company.puppet(1);
    driver.value(watcher, "monitor_node", company.name(VICTIM), "true");
    assertThat(driver.value(ends, "disconnect", company.name(1))).isEqualTo(Atom.TRUE);
    for (Bond bond : bonds) {
      for (Side side : bond.sides()) {
        if (bond.isBetween(VICTIM, 1)) {
          awaitLoss(side);
        } else {
          assertNothingHeard(side);
        }
      }
    }
    assertNodeDownOnce(List.of(watcher));
    for (Bond bond : bonds) {
      if (!bond.isBetween(VICTIM, 1)) {
        bond.sides().forEach(this::assertNothingHeard);
      }
    }
    assertNewBonds();
  }
}
