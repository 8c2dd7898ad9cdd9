package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What was asked for becomes a plan, or is refused with what would be understood.
class PlanTest {
  @Test
  void byDefaultAllIsMeasured() {
    Plan plan = Plan.of(Map.of("heap", "1g"));
    assertThat(plan.rows()).containsExactly(Row.values());
    assertThat(plan.contenders()).containsExactly(Contender.values());
    assertThat(plan.rounds()).isEqualTo(5);
    assertThat(plan.size(Row.CHAIN)).isEqualTo(100_000);
    assertThat(plan.flags(Contender.PEKKO))
        .containsExactly(
            "-XX:+UseParallelGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xms1g",
            "-Xmx1g",
            "-XX:+AlwaysPreTouch");
  }

  @Test
  void aQuickRunIsSmallerEverywhere() {
    Plan quick = Plan.of(Map.of("heap", "1g", "quick", "true"));
    assertThat(quick.rounds()).isEqualTo(1);
    assertThat(quick.flags(Contender.PEKKO)).doesNotContain("-XX:+AlwaysPreTouch");
    assertThat(quick.effort()).isEqualTo(Effort.QUICK);
    assertThat(Row.values()).allMatch(row -> quick.size(row) < row.size().full());
  }

  @Test
  void rowsAndSystemsAreChosen() {
    Plan plan =
        Plan.of(Map.of("heap", "1g", "rows", "ring,ping-pong,ring", "without", "erlang,pekko"));
    assertThat(plan.rows()).containsExactly(Row.PING_PONG, Row.RING);
    assertThat(plan.contenders())
        .as("what takes an Erlang is left out with it")
        .containsExactly(
            Contender.BELAY_RECEIVE, Contender.BELAY_TURN, Contender.BELAY, Contender.JINTERFACE);
    assertThat(Plan.of(Map.of("heap", "1g", "rows", "none")).rows()).isEmpty();
    assertThat(Plan.of(Map.of("heap", "1g", "only", "pekko")).contenders())
        .containsExactly(Contender.PEKKO);
  }

  @Test
  void flagsForBelayAreNotForPekko() {
    Plan plan = Plan.of(Map.of("heap", "512m", "jvm", "-Da=1 -Db=2"));
    assertThat(plan.flags(Contender.BELAY_TURN))
        .endsWith("-Xmx512m", "-XX:+AlwaysPreTouch", "-Da=1", "-Db=2");
    assertThat(plan.flags(Contender.PEKKO)).endsWith("-Xmx512m", "-XX:+AlwaysPreTouch");
    assertThat(plan.flags(Contender.JINTERFACE)).endsWith("-Xmx512m", "-XX:+AlwaysPreTouch");
  }

  @Test
  void twoJvmsShareTheHeapOfOne() {
    Plan plan = Plan.of(Map.of("heap", "1g", "quick", "true", "jvm", "-Da=1"));
    assertThat(plan.flagsOfPair())
        .containsExactly(
            "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders", "-Xms512m", "-Xmx512m", "-Da=1");
  }

  @Test
  void meshesAreMeasuredWhenAskedFor() {
    assertThat(Plan.of(Map.of("heap", "1g")).mesh()).isFalse();
    assertThat(Plan.of(Map.of("heap", "1g", "mesh", "true")).mesh()).isTrue();
  }

  /// Jinterface is no part of Belay, and Erlang runs on no JVM.
  @Test
  void eachTableHasItsSystems() {
    assertThat(systemsOf(Row.NODES_SEND))
        .containsExactly(
            Contender.ERLANG, Contender.BELAY, Contender.BELAY_ERLANG, Contender.ERLANG_BELAY);
    assertThat(systemsOf(Row.NODES_CUT)).doesNotContain(Contender.ERLANG_BELAY);
    assertThat(systemsOf(Row.DECODE_ORDER))
        .containsExactly(Contender.ERLANG, Contender.BELAY, Contender.JINTERFACE);
    assertThat(systemsOf(Row.PING_PONG))
        .containsExactly(
            Contender.ERLANG, Contender.BELAY_RECEIVE, Contender.BELAY_TURN, Contender.PEKKO);
    assertThat(Row.values())
        .allSatisfy(row ->
            assertThat(row.targets())
                .allMatch(target -> row.isFor(target.contender()), "is for one that is measured"));
  }

  private static List<Contender> systemsOf(Row row) {
    return Arrays.stream(Contender.values()).filter(row::isFor).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "rows, rign, the rows are: ping-pong",
    "only, erlnag, the systems are: erlang",
    "without, x, the systems are: erlang",
    "rounds, 0, must be from 1 to 1000",
    "rounds, many, must be from 1 to 1000",
    "heap, 8gb, such as 8g",
    "heap, 999999g, this machine's memory",
    "colour, red, no setting"
  })
  void whatIsNotUnderstoodIsSaid(String name, String value, String message) {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Plan.of(Map.of(name, value)))
        .withMessageContaining(message);
  }

  /// Every system that could be compared is, and sizes can be divided as the workloads divide them.
  @Test
  void rowsAreWhole() {
    assertThat(Row.values())
        .allMatch(row -> Arrays.stream(Contender.values()).filter(row::isFor).count() >= 2);
    for (Row.Size size : List.of(Row.PING_PONG_100.size(), Row.FAN_IN.size())) {
      assertThat(size.full() % (Work.PAIRS * Work.SENDERS)).isZero();
      assertThat(size.quick() % (Work.PAIRS * Work.SENDERS)).isZero();
    }
    for (Row.Size size : List.of(Row.TREE.size(), Row.TREE_STOP.size(), Row.RESTARTS.size())) {
      assertThat(size.full() % (Work.BRANCHES * Work.RESTARTS)).isZero();
      assertThat(size.quick() % Work.BRANCHES).isZero();
      assertThat(size.quick() % Work.RESTARTS).isZero();
    }
  }
}
