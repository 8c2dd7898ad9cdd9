package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command from end to end: it starts what it measures, compares, and writes its raw data.
class BenchTest {
  @TempDir private Path folder;

  @Test
  @Tag("erlang")
  void aQuickRunOfOneRowMeasuresAllSystemsAndItsRawDataIsWhole() throws IOException {
    Path json = folder.resolve("raw.json");
    Launched run =
        Launched.bench(
            folder,
            "--quick",
            "--rows",
            "ping-pong",
            "--rounds",
            "1",
            "--heap",
            "256m",
            "--json",
            json.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("Quick: ", "round 1 of 1, ping-pong: erlang ", "best anchor: ", "targets: ")
        .doesNotContain("\033[", "\r");

    Results results = RawData.read(json);
    assertThat(results.failures()).isEmpty();
    assertThat(results.rows()).containsExactly(Row.PING_PONG);
    for (Contender contender : Contender.values()) {
      if (!Row.PING_PONG.isFor(contender)) {
        continue;
      }
      Measured one = results.of(Row.PING_PONG, contender).orElseThrow();
      assertThat(one.size()).isEqualTo(Row.PING_PONG.size().quick());
      assertThat(one.rounds()).hasSize(1);
      assertThat(one.rounds().getFirst()).hasSizeGreaterThanOrEqualTo(2).allMatch(ns -> ns > 1);
      assertThat(one.gcMillis()).hasSize(1);
    }
    assertThat(results.circumstances())
        .containsKeys("date", "mode", "effort", "cores", "memory", "system", "java", "JVM flags")
        .containsEntry("collector", "Parallel")
        .hasEntrySatisfying("erlang", text -> assertThat(text).contains("erl +P 4000000"))
        .hasEntrySatisfying("pekko", text -> assertThat(text).contains("throughput 5"));
    assertThat(Files.readString(json))
        .contains("\"ratioToErlang\"", "\"verdict\"", "\"bestAnchor\"", "\"median\"");

    Launched report = Launched.bench(folder, "--report", json.toString());
    assertThat(report.status()).as(report.err()).isZero();
    assertThat(report.out()).contains("| ping-pong, 1 pair, round trip [ns] | ");
  }

  @Test
  @Tag("erlang")
  @Tag("full")
  void aQuickRunBetweenNodesMeasuresEachPair() {
    Path json = folder.resolve("raw.json");
    Launched run =
        Launched.bench(
            folder,
            "--quick",
            "--rows",
            "nodes-ping-pong,nodes-cut",
            "--heap",
            "512m",
            "--json",
            json.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.out()).contains("Erlang ↔ Erlang", "Belay ↔ Belay", "Belay → Erlang");
    Results results = RawData.read(json);
    assertThat(results.failures()).isEmpty();
    for (Row row : results.rows()) {
      for (Contender contender : Contender.values()) {
        assertThat(results.of(row, contender).isPresent())
            .as(row + " on " + contender)
            .isEqualTo(row.isFor(contender));
      }
    }
    assertThat(results.rows()).containsExactly(Row.NODES_PING_PONG, Row.NODES_CUT);
    assertThat(results.circumstances())
        .hasEntrySatisfying("between nodes", text -> assertThat(text).contains("-hidden"));
  }

  @Test
  void termsAreMeasuredBesideJinterface() {
    Launched run =
        Launched.bench(
            folder, "--quick", "--rows", "encode-message", "--without", "erlang", "--heap", "256m");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("encode a tuple of 4", "  Belay ", "  Jinterface ", "≤ 1.00 × Jinterface ");
  }

  @Test
  void withoutErlangItSaysWhatToInstall() {
    Launched run = Launched.benchWithPath(folder, folder.toString(), "--quick", "--heap", "256m");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("there is no Erlang here", "apt-get install erlang-base", "--without erlang");
  }

  @Test
  void itGoesOnWithoutErlangWhenTold() {
    Launched run =
        Launched.benchWithPath(
            folder,
            folder.toString(),
            "--quick",
            "--heap",
            "256m",
            "--rows",
            "link",
            "--without",
            "erlang");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("link + unlink", "Belay receive-style", "≤ 0.40 × Erlang open")
        .doesNotContain("Erlang/OTP");
  }

  @Test
  void whatCannotBeMeasuredIsAFailure() {
    Path json = folder.resolve("raw.json");
    Launched run =
        Launched.bench(
            folder,
            "--quick",
            "--heap",
            "256m",
            "--rows",
            "link",
            "--only",
            "belay-turn",
            "--jvm",
            "-XX:NoSuchFlag",
            "--json",
            json.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("Not measured:", "link on belay-turn: ", "VM option 'NoSuchFlag'");
    assertThat(RawData.read(json).failures()).hasSize(1);
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    Launched run = Launched.bench(folder, "--rows", "rign");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("there is no row 'rign'; the rows are: ping-pong, ");
  }

  @Test
  void rawDataThatCannotBeWrittenAreNoticedBeforeAnythingIsMeasured() {
    Launched run =
        Launched.bench(
            folder,
            "--quick",
            "--heap",
            "256m",
            "--rows",
            "link",
            "--without",
            "erlang",
            "--json",
            folder.resolve("none").resolve("raw.json").toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("raw data cannot be written");
    assertThat(run.out()).doesNotContain("round 1");
  }

  @Test
  void rowsAndSystemsAreListed() {
    Launched run = Launched.bench(folder, "--list");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains(Row.ids()).contains(Contender.ids());
  }

  @Test
  void thePartsAreMeasuredByJmh() {
    Launched run =
        Launched.bench(folder, "--quick", "--heap", "256m", "--jmh", "VerbsBenchmark.self");
    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.out()).containsPattern("VerbsBenchmark\\.self +avgt +3 +\\d+[.,]\\d+ .* ns/op");
  }
}
