package dev.belay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.cli.TestReports.Failure;
import dev.belay.cli.TestReports.Module;
import dev.belay.cli.TestReports.Totals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The numbers of `./belay test` are those of the reports.
class TestReportsTest {
  @TempDir private Path root;

  @Test
  void reportsAreSummedByModule() throws IOException {
    report("core", "A", 5, 1, 1, 1, "1.5", "");
    report("core", "B", 2, 0, 0, 0, "1,000.25", "");
    report("cli", "C", 1, 0, 0, 0, "0", "");
    TestReports reports = TestReports.read(root);
    assertThat(reports.modules())
        .containsExactly(
            new Module("cli", new Totals(1, 0, 0, Duration.ZERO)),
            new Module("core", new Totals(7, 2, 1, Duration.ofMillis(1_001_750))));
    assertThat(reports.totals().passed()).isEqualTo(5);
  }

  @Test
  void aFailureIsNamedWithTheFilterThatSelectsIt() throws IOException {
    report(
        "core",
        "A",
        2,
        1,
        1,
        0,
        "1",
        """
        <testcase classname="a.A" name="fails(int)[2]"><failure message="no &lt;5&gt;">x</failure></testcase>
        <testcase classname="a.A" name="breaks"><error>at x</error></testcase>
        <testcase classname="a.A" name="works"/>
        """);
    assertThat(TestReports.read(root).failures())
        .containsExactly(
            new Failure("core", "a.A fails(int)[2]", "a.A#fails", "no <5>"),
            new Failure("core", "a.A breaks", "a.A#breaks", "at x"));
  }

  @Test
  void oldReportsAreNotCountedAgain() throws IOException {
    report("core", "A", 5, 0, 0, 0, "1", "");
    TestReports.deleteOld(root);
    assertThat(TestReports.read(root).totals().tests()).isZero();
  }

  @Test
  void aBrokenReportIsAFailure() throws IOException {
    report("core", "A", 1, 0, 0, 0, "1", "<testcase");
    assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> TestReports.read(root));
  }

  private void report(
      String module,
      String name,
      int tests,
      int failures,
      int errors,
      int skipped,
      String time,
      String cases)
      throws IOException {
    Path folder = Files.createDirectories(root.resolve(module).resolve("target/surefire-reports"));
    Files.writeString(
        folder.resolve("TEST-" + name + ".xml"),
        """
        <testsuite name="%s" tests="%d" failures="%d" errors="%d" skipped="%d" time="%s">
        %s</testsuite>
        """
            .formatted(name, tests, failures, errors, skipped, time, cases));
  }
}
