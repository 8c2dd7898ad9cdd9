package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.puppet.Bonds.Bond;
import dev.belay.puppet.Bonds.Side;
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

/// What processes of three nodes hear when one of these is killed, frozen, started again, or
/// disconnects from another one, whatever the nodes are made of: who was linked with a process
/// there, or monitored it, hears `noconnection`, once for each; the others hear nothing (L, M, N,
/// D, E).
///
/// It is the first node to which things happen.
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
abstract class Losses {
  private static final int TICK_SECONDS = 4;
  private static final int PAIRS = 4;
  private static final int VICTIM = 0;

  private final List<Kind> kinds;
  private Company company;
  private Bonds bonds;

  Losses(Kind... kinds) {
    this.kinds = List.of(kinds);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    company = Company.start(folder, false, TICK_SECONDS, kinds);
    bonds = new Bonds(company);
  }

  @AfterAll
  void stop() {
    if (company != null) {
      company.close();
    }
  }

  @BeforeEach
  void bind() throws IOException {
    bonds.bindAll(PAIRS);
  }

  @AfterEach
  void clear() throws Exception {
    company.peer(VICTIM).thaw();
    bonds.clear();
  }

  private List<Side> bereft() {
    return Bonds.sides(bonds.all(bond -> bond.isOf(VICTIM)), side -> side.node() != VICTIM);
  }

  private List<Bond> untouched() {
    return bonds.all(bond -> !bond.isOf(VICTIM));
  }

  @Test
  void aNodeIsKilledAndStartedAgain() throws Exception {
    List<Side> bereft = bereft();
    Pid old = bereft.getFirst().peer();
    List<Pid> watchers = bonds.watchers(VICTIM, 1, 2);
    company.peer(VICTIM).kill();
    bonds.awaitLoss(bereft);
    bonds.assertNodeDown(VICTIM, watchers);
    bonds.assertNothingHeard(untouched());

    company.peer(VICTIM).startAgain();
    // They have the numbers that the old ones had.
    List<Pid> fresh = new ArrayList<>();
    for (int i = 0; i < 4 * PAIRS; i++) {
      fresh.add(company.puppet(VICTIM));
    }
    for (int node : new int[] {1, 2}) {
      bonds.awaitConnection(node, VICTIM);
      bonds.assertDead(node, old);
    }
    bonds.bindAgain(VICTIM);
    bonds.assertLossOnce(bereft);
    bonds.assertNothingHeard(untouched());
    fresh.forEach(puppet -> assertThat(company.driver.received(puppet)).isEmpty());
  }

  /// It keeps its sockets, and says nothing. When it goes on its processes hear the same.
  @Test
  void aNodeIsFrozenAndGoesOn() throws Exception {
    List<Side> bereft = bereft();
    List<Side> frozen =
        Bonds.sides(bonds.all(bond -> bond.isOf(VICTIM)), side -> side.node() == VICTIM);
    List<Pid> watchers = bonds.watchers(VICTIM, 1, 2);
    company.peer(VICTIM).freeze();
    bonds.awaitLoss(bereft);
    bonds.assertNodeDown(VICTIM, watchers);
    company.peer(VICTIM).thaw();
    // The driver has lost it, too, and meets it again.
    var _ = company.puppet(VICTIM);
    bonds.awaitLoss(frozen);
    bonds.bindAgain(VICTIM);
    bonds.assertLossOnce(bereft);
    bonds.assertLossOnce(frozen);
    bonds.assertNothingHeard(untouched());
  }

  /// Those two hear, and nobody else.
  @Test
  void aConnectionIsEnded() throws Exception {
    Pid ends = company.puppet(VICTIM);
    List<Side> parted = Bonds.sides(bonds.all(bond -> bond.isBetween(VICTIM, 1)), _ -> true);
    List<Bond> others = bonds.all(bond -> !bond.isBetween(VICTIM, 1));
    List<Pid> watchers = bonds.watchers(VICTIM, 1);
    assertThat(company.driver.value(ends, "disconnect", company.name(1))).isEqualTo(Atom.TRUE);
    bonds.awaitLoss(parted);
    bonds.assertNodeDown(VICTIM, watchers);
    bonds.assertNothingHeard(others);
    bonds.bindAgain(VICTIM);
    bonds.assertLossOnce(parted);
    bonds.assertNothingHeard(others);
  }
}
