package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.belay.bench.Verdict.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is made of readings: medians, ratios, verdicts, tables, raw data and back.
class ReportsTest {
  @TempDir private Path folder;

  private static Measured measured(Row row, Contender contender, List<List<Double>> rounds) {
    return new Measured(row, contender, 100, rounds, rounds.stream().map(_ -> 7L).toList());
  }

  private static Results results() {
    Results results = Results.empty();
    results.circumstances().put("cores", "2");
    results
        .measured()
        .add(
            measured(
                Row.PING_PONG,
                Contender.ERLANG,
                List.of(List.of(900.0, 1_000.0, 5_000.0), List.of(1_100.0), List.of(800.0))));
    results
        .measured()
        .add(measured(Row.PING_PONG, Contender.BELAY_RECEIVE, List.of(List.of(2_500.0))));
    results
        .measured()
        .add(measured(Row.PING_PONG, Contender.BELAY_TURN, List.of(List.of(100.0, 140.0))));
    results.measured().add(measured(Row.MEMORY, Contender.BELAY_TURN, List.of(List.of(299.5))));
    results.crowded().add(new Crowded(Contender.BELAY_TURN, 5_000_000, 300, 250.5, 90));
    results.failures().add("ring on pekko: lost");
    return results;
  }

  private static Results betweenNodes() {
    Results results = results();
    List<List<Double>> erlang = List.of(List.of(100_000.0));
    results.measured().add(measured(Row.NODES_PING_PONG, Contender.ERLANG, erlang));
    results
        .measured()
        .add(measured(Row.NODES_PING_PONG, Contender.BELAY, List.of(List.of(60_000.0))));
    results
        .measured()
        .add(measured(Row.NODES_PING_PONG, Contender.BELAY_ERLANG, List.of(List.of(80_000.0))));
    results.measured().add(measured(Row.ENCODE_ORDER, Contender.BELAY, List.of(List.of(2_000.0))));
    results
        .measured()
        .add(measured(Row.ENCODE_ORDER, Contender.JINTERFACE, List.of(List.of(4_000.0))));
    return results;
  }

  private static Results withMeshes() {
    Results results = Results.empty();
    results.circumstances().put("cores", "2");
    results.meshed().add(new Meshed(5, 12, 10, 900_000, 150_000, 7, 1.3, 400));
    results.meshed().add(new Meshed(50, 12, 20.5, 1_000_000, 100_000, 52.5, 16, 500));
    return results;
  }

  @Test
  void rowsBetweenNodesHaveATableOfTheirOwn() {
    assertThat(String.join("\n", MarkdownReport.lines(betweenNodes())))
        .contains(
            "| workload | Erlang/OTP | Belay receive-style | Belay turn-style | Pekko typed | targets |")
        .contains(
            "| workload | Erlang ↔ Erlang | Belay ↔ Belay | Belay → Erlang | Erlang → Belay | targets |")
        .contains("| 60,000 (60,000–60,000), **0.60** | 80,000 (80,000–80,000), **0.80** | – |")
        .contains("Belay ↔ Belay ≤ 0.70 × Erlang met; Belay → Erlang ≤ 0.70 × Erlang MISSED |")
        .contains("OTP 29 0.85 (elsewhere)");
  }

  @Test
  void termsAreJudgedBesideJinterface() {
    assertThat(Verdict.of(Row.ENCODE_ORDER.targets().getFirst(), Row.ENCODE_ORDER, betweenNodes()))
        .hasToString("≤ 1.00 × Jinterface met");
    assertThat(String.join("\n", MarkdownReport.lines(betweenNodes())))
        .contains("| workload | Erlang/OTP | Belay | Jinterface | targets | best anchor |")
        .contains("| Belay ≤ 1.00 × Jinterface met | – |");
    assertThat(String.join("\n", TextReport.lines(betweenNodes(), false)))
        .contains("  Jinterface ", "  Belay ↔ Belay ")
        .doesNotContain("Erlang → Belay");
  }

  @Test
  void meshesAreComputedBeyondTheLargest() throws IOException {
    String lines = String.join("\n", MarkdownReport.lines(withMeshes()));
    assertThat(lines)
        .contains("| 50 | 1,225 | 20.5 | 1,000,000 | 100,000 | 52.5 | 12.0 | 16.0 | 16.3 | 500 |")
        .contains("Computed from the largest of these")
        .contains("| 1,000 | 499,500 | 999 | 101 | 66.6 | 66,600 |");
    Path file = folder.resolve("raw.json");
    RawData.write(withMeshes(), file);
    assertThat(RawData.read(file)).isEqualTo(withMeshes());
    assertThat(String.join("\n", TextReport.lines(withMeshes(), false)))
        .contains("a full mesh of 50 nodes", "by the formula 16.3");
  }

  @Test
  void meshesGoWhereADocumentHasTheirMarks() throws IOException {
    Path document = folder.resolve("page.md");
    String page = "before\n<!-- mesh -->\nopen\n<!-- end of mesh -->\nafter\n";
    Files.writeString(document, page);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> MarkdownReport.into(document, results()))
        .withMessageContaining("<!-- mesh -->");
    assertThat(Files.readString(document)).isEqualTo(page);
    MarkdownReport.into(document, withMeshes());
    assertThat(Files.readString(document))
        .startsWith("before\n")
        .endsWith("\nafter\n")
        .contains("| 50 | 1,225 |")
        .doesNotContain("open\n", "| circumstance |");
  }

  @Test
  void theFigureIsTheMedianOfTheRounds() {
    Measured erlang = results().of(Row.PING_PONG, Contender.ERLANG).orElseThrow();
    assertThat(erlang.median()).isEqualTo(1_000);
    assertThat(erlang.min()).isEqualTo(800);
    assertThat(erlang.max()).isEqualTo(1_100);
    Measured one = results().of(Row.PING_PONG, Contender.BELAY_TURN).orElseThrow();
    assertThat(one.median()).isEqualTo(120);
    assertThat(one.min()).isEqualTo(100);
    assertThat(one.max()).isEqualTo(140);
  }

  @Test
  void targetsAreJudgedByTheRatioToErlangInTheSameRun() {
    assertThat(
            Row.PING_PONG.targets().stream()
                .map(target -> Verdict.of(target, Row.PING_PONG, results()).kind()))
        .containsExactly(Kind.MISSED, Kind.NOT_COUNTED, Kind.MET);
    assertThat(
            Row.MEMORY.targets().stream()
                .map(target -> Verdict.of(target, Row.MEMORY, results()).kind()))
        .as("receive-style was not measured; bytes need no Erlang")
        .containsExactly(Kind.OPEN, Kind.MET);
    assertThat(TextReport.summary(results()))
        .isEqualTo("targets: 2 met, 1 missed, 0 open, 1 for own carriers only (not counted)");
  }

  @Test
  void theBestAnchorMayBeOneOfThisRun() {
    Results results = results();
    assertThat(Anchor.best(Row.PING_PONG, results).orElseThrow().here()).isTrue();
    results.measured().add(measured(Row.PING_PONG, Contender.PEKKO, List.of(List.of(500.0))));
    Anchor pekko = Anchor.best(Row.PING_PONG, results).orElseThrow();
    assertThat(pekko.system()).isEqualTo(Contender.PEKKO.title());
    assertThat(pekko.ratio()).isCloseTo(0.5, within(1e-9));
    results.measured().add(measured(Row.MONITOR, Contender.ERLANG, List.of(List.of(500.0))));
    assertThat(Anchor.best(Row.MONITOR, results).orElseThrow())
        .hasToString("OTP 29 0.80 (elsewhere)");
    assertThat(Anchor.best(Row.MEMORY, results)).as("nothing to compare with").isEmpty();
  }

  @Test
  void rawDataComesBackWhole() {
    Path file = folder.resolve("raw.json");
    RawData.write(results(), file);
    assertThat(RawData.read(file)).isEqualTo(results());
  }

  @Test
  void whatIsNoRawDataIsRefused() throws IOException {
    Path file = folder.resolve("other.json");
    for (String text : List.of("", "{", "[]", "{\"format\":2}", "{\"format\":1,\"rows\":[1]}")) {
      Files.writeString(file, text);
      assertThatExceptionOfType(BenchException.class)
          .as(text)
          .isThrownBy(() -> RawData.read(file))
          .withMessageContaining("other.json");
    }
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> RawData.read(folder.resolve("nothing.json")))
        .withMessageContaining("nothing.json");
  }

  @Test
  void theTableHasFiguresRatiosAndVerdicts() {
    assertThat(String.join("\n", MarkdownReport.lines(results())))
        .contains("| cores | 2 |")
        .contains("| ping-pong, 1 pair, round trip [ns] | 1,000 (800–1,100) |")
        .contains("2,500 (2,500–2,500), **2.50** | 120 (100–140), **0.12** | – |")
        .contains("receive-style ≤ 2.00 × Erlang MISSED; receive-style (own carriers: ≤ 0.75")
        .contains("turn-style ≤ 0.15 × Erlang met | Erlang/OTP 1.00 |")
        .contains("| 5,000,000 processes at once, Belay turn-style | 300 | 251 | 90.0 |")
        .contains("- ring on pekko: lost");
  }

  @Test
  void theTableReplacesTheOneInADocument() throws IOException {
    Path document = folder.resolve("page.md");
    Files.writeString(document, "before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n");
    MarkdownReport.into(document, results());
    String once = Files.readString(document);
    assertThat(once)
        .startsWith("before\n")
        .endsWith("\nafter\n")
        .contains("1,000")
        .doesNotContain("old");
    MarkdownReport.into(document, results());
    assertThat(Files.readString(document)).isEqualTo(once);
    Files.writeString(document, "no marks");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> MarkdownReport.into(document, results()))
        .withMessageContaining("<!-- figures -->");
  }

  @Test
  void theTextNamesEveryRowAndColoursOnlyWhenAsked() {
    String plain = String.join("\n", TextReport.lines(results(), false));
    assertThat(plain)
        .contains("ping-pong, 1 pair, round trip", "2.50 × Erlang", "MISSED", "Not measured:")
        .doesNotContain("\033[");
    assertThat(String.join("\n", TextReport.lines(results(), true))).contains("\033[31m");
  }
}
