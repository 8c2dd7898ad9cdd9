package dev.belay.puppet;

import static dev.belay.puppet.Driver.t;
import static dev.belay.puppet.Driver.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.puppet.Bonds.Bond;
import dev.belay.puppet.Bonds.Side;
import dev.belay.puppet.Peer.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes on a network in which packets get lost, and nobody is told: what a test does with
/// them.
abstract class Partitions {
  static final int A = 0;
  static final int B = 1;
  static final int C = 2;
  private static final int PAIRS = 4;
  private static final int WAIT = 60_000;

  private final int tick;
  private final List<Kind> kinds;
  private Network network;
  private Company company;
  private Bonds bonds;

  /// @param tick the tick time, in seconds
  Partitions(int tick, Kind... kinds) {
    this.tick = tick;
    this.kinds = List.of(kinds);
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    network = new Network(kinds.size());
    company = Company.start(network, folder, tick, kinds);
    bonds = new Bonds(company);
    bonds.bindAll(PAIRS);
  }

  @AfterEach
  void stop() throws IOException {
    if (company != null) {
      company.close();
    }
    if (network != null) {
      network.close();
    }
  }

  private List<Side> sidesBetween(int node, int another) {
    return Bonds.sides(bonds.all(bond -> bond.isBetween(node, another)), _ -> true);
  }

  private List<Bond> others(int node, int another) {
    return bonds.all(bond -> !bond.isBetween(node, another));
  }

  /// One node sees neither of the others any more, nor they it. All three hear of it, and the two
  /// nothing of each other.
  void partition() throws Exception {
    List<Side> parted = Bonds.sides(bonds.all(bond -> bond.isOf(A)), _ -> true);
    List<Bond> others = bonds.all(bond -> !bond.isOf(A));
    List<Pid> watchers = bonds.watchers(A, B, C);
    for (int other : new int[] {B, C}) {
      network.cut(A, other);
      network.cut(other, A);
    }
    bonds.awaitLoss(parted);
    bonds.assertNodeDown(A, watchers);
    bonds.assertNothingHeard(others);
    for (int other : new int[] {B, C}) {
      network.mend(A, other);
      network.mend(other, A);
    }
    bonds.bindAgain(A);
    bonds.assertLossOnce(parted);
    bonds.assertNothingHeard(others);
  }

  /// What one node says another one does not hear, while the way back is open. Both hear of it.
  void oneWay(int from, int to) throws Exception {
    List<Side> parted = sidesBetween(from, to);
    List<Bond> others = others(from, to);
    network.cut(from, to);
    bonds.awaitLoss(parted);
    bonds.assertNothingHeard(others);
    network.mend(from, to);
    bonds.bindAgain(from);
    bonds.assertLossOnce(parted);
    bonds.assertNothingHeard(others);
  }

  /// Two of the nodes lose some of what they send. The bonds stand, and all arrives in order.
  void somePacketsAreLost() throws IOException {
    network.lose(A, 10);
    network.lose(B, 10);
    talk();
  }

  /// Two of the nodes are far away, or have a narrow line.
  void packetsAreSlow() throws IOException {
    network.slow(A);
    network.slow(B);
    talk();
  }

  private void talk() {
    Pid a = company.puppet(A);
    Pid b = company.puppet(B);
    List<Object> numbers = IntStream.range(0, 500).mapToObj(i -> term(i)).toList();
    List<Object> sends = new ArrayList<>();
    numbers.forEach(number -> sends.add(t("send", b, number)));
    sends.add(t("send", b, t("end", Binary.of(new byte[200_000]))));
    Object sent = company.driver.tell(a, "batch", sends);
    Object back = company.driver.tell(b, "await", "end", WAIT);
    company.driver.answer(sent);
    assertThat(company.driver.answer(back)).isNotEqualTo(Driver.ok("timeout"));
    assertThat(company.driver.received(b)).isEqualTo(numbers);
    bonds.assertNothingHeard(bonds.all());
    assertThat(company.driver.value(a, "node")).isEqualTo(Atom.of(company.name(A)));
  }
}
