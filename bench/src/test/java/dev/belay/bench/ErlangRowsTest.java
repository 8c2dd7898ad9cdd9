package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each workload compiles and comes to its end on the installed Erlang.
@Tag("erlang")
@TestInstance(Lifecycle.PER_CLASS)
class ErlangRowsTest {
  private static final int SMALL = 1_600;
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

  static Stream<Row> rows() {
    return Arrays.stream(Row.values())
        .filter(row -> row.table() != Table.NODES && row.isFor(Contender.ERLANG));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyWorkloadGivesFigures(Row row) {
    Fork.Readings readings = Fork.run(prepared.getFirst().command(row, SMALL, BRIEF));
    assertThat(readings.samples())
        .hasSize(row.isBytes() ? 1 : 2)
        .allMatch(figure -> figure > 0 && figure < 1e9);
  }

  /// What is compared has to be the same.
  @ParameterizedTest
  @EnumSource(Sample.class)
  void erlangHasTheSameTerms(Sample sample) {
    Fork.Readings said = Fork.run(prepared.getFirst().terms());
    String bytes = said.others().get(sample.name().toLowerCase(Locale.ROOT));
    BelayFormat format = new BelayFormat();
    assertThat(format.decode(Base64.getDecoder().decode(bytes))).isEqualTo(format.term(sample));
  }

  @Test
  void theVersionIsKnown() {
    assertThat(prepared.getFirst().version()).matches("\\d+[.\\d]*, (?:jit|emu), erts \\d+[.\\d]*");
  }

  @Test
  void aRowThatErlangDoesNotKnowIsAFailure() {
    List<String> command = new ArrayList<>(prepared.getFirst().command(Row.RING, SMALL, BRIEF));
    command.set(command.indexOf(Row.RING.id()), "rign");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Fork.run(command))
        .withMessageContaining("ended with status 1")
        .withMessageContaining("rign");
  }
}
