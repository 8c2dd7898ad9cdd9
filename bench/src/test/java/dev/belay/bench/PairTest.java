package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each row between nodes with two processes of the system, of Belay and of the installed Erlang.
@Tag("erlang")
@TestInstance(Lifecycle.PER_CLASS)
class PairTest {
  private static final int SMALL = 500;
  private static final Effort BRIEF = new Effort(0, 0, 2);

  private final List<Erlang> prepared = new ArrayList<>();

  @BeforeAll
  void prepare() {
    prepared.add(Erlang.prepare());
  }

  @AfterAll
  void close() {
    prepared.forEach(Erlang::close);
  }

  private Pair pair() {
    return new Pair(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path")),
        prepared.getFirst());
  }

  static List<Arguments> rows() {
    List<Arguments> all = new ArrayList<>();
    for (Row row : Row.values()) {
      for (Contender contender : Contender.values()) {
        if (row.table() == Table.NODES && row.isFor(contender)) {
          all.add(Arguments.of(row, contender));
        }
      }
    }
    return all;
  }

  private static void assertFigures(Fork.Readings readings) {
    assertThat(readings.samples()).hasSize(2).allMatch(figure -> figure > 0 && figure < 1e9);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("rows")
  void everyPairGivesFigures(Row row, Contender contender) {
    assertFigures(pair().run(row, contender, SMALL, BRIEF));
  }

  @Test
  void aBelayNodeSendsToAnErlangNode() {
    assertFigures(pair().run(Row.NODES_SEND, Contender.BELAY_ERLANG, SMALL, BRIEF));
  }

  @Test
  void anErlangNodeHearsOfACut() {
    assertFigures(pair().run(Row.NODES_CUT, Contender.ERLANG, SMALL, BRIEF));
  }

  @Test
  void aNodeThatDoesNotStartIsAFailure() {
    Pair broken = new Pair(List.of("java-that-is-not-there"), prepared.getFirst());
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> broken.run(Row.NODES_SEND, Contender.BELAY, SMALL, BRIEF))
        .withMessageContaining("java-that-is-not-there cannot be run");
  }

  @Test
  void aNodeThatEndsAtOnceIsAFailure() {
    Pair broken = new Pair(List.of("sh", "-c", "echo no >&2; exit 1"), prepared.getFirst());
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> broken.run(Row.NODES_SEND, Contender.BELAY, SMALL, BRIEF))
        .withMessageContaining("has ended")
        .withMessageContaining("no");
  }
}
