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
  @ValueSource(
      strings = {
        "--help",
        "tour --help",
        "test --help",
        "fuzz --help",
        "bench --help",
        "node --help",
        "puppet --help"
      })
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
    assertThat(err.toString())
        .contains("which command?", "Commands: tour, test, fuzz, bench, node, puppet");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "puppet --cookie c | Missing required option: '--name=NAME@HOST'",
        "puppet --name j@127.0.0.1 | Missing required option: '--cookie=SECRET'",
        "puppet --name j --cookie c | --name j: a node's name is NAME@HOST",
        "puppet --name @h --cookie c | --name @h: a node's name is NAME@HOST",
        "puppet --name j@ --cookie c | --name j@: a node's name is NAME@HOST",
        "puppet --name j@127.0.0.1@h --cookie c | a node's name is NAME@HOST",
        "puppet --name j@127.0.0.1 --cookie c --tick 0 | --tick 0: must be at least a second",
        "puppet --name j@127.0.0.1 --cookie c --tick soon | Invalid value for option '--tick'",
        "puppet --name j@127.0.0.1 --cookie c --epmd-port 70000 | a port is from 1 to 65535",
        "puppet --name j@127.0.0.1 --cookie ä | a cookie has 1 to 255 characters",
        "puppet --name j@127.0.0.1 --cookie c extra | there is no argument extra",
        "node --cookie c | Missing required option: '--name=NAME@HOST'",
        "node --name n@127.0.0.1 --cookie c --port -1 | --port -1: a port is from 1 to 65535",
        "node --name n@127.0.0.1 --cookie c --jar x.jar | --jar needs --application",
        "node --name n --cookie c | --name n: a node's name is NAME@HOST",
        "node --name n@127.0.0.1 --cookie c --epmd 70000 | a port is from 1 to 65535",
        "node --name n@127.0.0.1 --cookie c --tls-cert n.pem --tls-ca c.pem"
            + " | TLS needs --tls-key FILE, too, or --tls FOLDER",
        "node --name n@127.0.0.1 --cookie c --tls-any-host | --tls-any-host needs --tls",
        "node --name n@127.0.0.1 --cookie c --tls d --tls-any-client --tls-named-clients"
            + " | exclude each other",
        "puppet --name j@127.0.0.1 --cookie c --tls d | there is no option --tls"
      })
  void aNodeThatMakesNoSenseIsNotUnderstood(String args, String answer) {
    assertThat(run(args.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith("belay: ").contains(answer).contains("--help");
    assertThat(out.toString()).isEmpty();
  }

  /// The address is one of those that are for documents, and of no machine.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "puppet --name j@192.0.2.1 --cookie c | cannot listen | an address of this machine",
        "node --name n@127.0.0.1 --cookie c --application no.Such"
            + " | there is no such class | --jar",
        "node --name n@127.0.0.1 --cookie c --application java.lang.String"
            + " | --application java.lang.String | a public static field",
        "node --name n@127.0.0.1 --cookie c --application no.Such --jar no-such.jar"
            + " | --jar no-such.jar | there is no such file"
      })
  void aNodeThatCannotBeStartedSaysWhatToDo(String args, String why, String what) {
    assertThat(run(args.split(" ", -1))).isEqualTo(1);
    assertThat(err.toString()).startsWith("belay: ").contains(why, what);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void outsideOfARepositoryTestsSaySo() {
    assertThat(run("test")).isEqualTo(1);
    assertThat(err.toString()).contains("in a clone of the repository");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fuzz --for ever | --for ever: a time is a number with s, m or h",
        "fuzz --jobs 0 | --jobs 0: at least one part at once"
      })
  void aFuzzerThatMakesNoSenseIsNotUnderstood(String args, String answer) {
    assertThat(run(args.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(answer).contains("--help");
  }

  @Test
  void outsideOfARepositoryTheFuzzerSaysSo() {
    assertThat(run("fuzz", "terms")).isEqualTo(1);
    assertThat(err.toString()).contains("in a clone of the repository", "./belay fuzz");
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
