package dev.belay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What the command answers, and with which exit status.
class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine(false);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "tour --help", "test --help", "bench --help"})
  void everyCommandExplainsItself(String args) {
    assertThat(run(args.split(" ", -1))).isZero();
    assertThat(out.toString()).startsWith("Usage: belay").contains("--help");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theVersionIsSaid() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("belay ").contains("Java ");
  }

  @Test
  void withoutACommandItNamesThem() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("which command?", "Commands: tour, test, bench");
  }

  @ParameterizedTest
  @CsvSource({
    "tuor, Did you mean: ./belay tour",
    "TEST, Did you mean: ./belay test",
    "tst, Did you mean: ./belay test",
    "--verison, Did you mean: ./belay --version",
    "test --ful, Did you mean: ./belay test --full",
    "bnech, Did you mean: ./belay bench",
    "bench --quik, Did you mean: ./belay bench --quick",
    "bench --into x.md, --into needs --report",
    "xyzzy, there is no command xyzzy"
  })
  void whatWasMeantIsSuggested(String args, String answer) {
    assertThat(run(args.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(answer).contains("--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void outsideOfARepositoryTestsSaySo() {
    assertThat(run("test")).isEqualTo(1);
    assertThat(err.toString()).contains("in a clone of the repository");
  }

  @Test
  void outsideOfARepositoryTheBenchSaysSo() {
    assertThat(run("bench", "--quick")).isEqualTo(1);
    assertThat(err.toString()).contains("in a clone of the repository", "./belay bench");
  }

  @Test
  void plainOutputHasNoColours() {
    run("--help");
    assertThat(out.toString()).doesNotContain("\033[");
  }

  @ParameterizedTest
  @CsvSource({"tour, tour, 0", "tuor, tour, 1", "tor, tour, 1", "test, tour, 3", "'', tour, 4"})
  void editsAreCounted(String a, String b, int edits) {
    assertThat(Misunderstanding.edits(a, b)).isEqualTo(edits);
  }
}
