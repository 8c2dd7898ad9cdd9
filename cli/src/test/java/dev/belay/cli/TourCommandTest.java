package dev.belay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What `belay tour` shows, and what it answers to what it does not understand.
class TourCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(boolean terminal, String... args) {
    CommandLine commandLine = Main.commandLine(terminal);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @Test
  void theChaptersAreListed() {
    assertThat(run(false, "tour", "--list")).isZero();
    assertThat(out.toString().lines())
        .hasSize(6)
        .first()
        .asString()
        .isEqualTo("  1  Hello, process");
  }

  @Test
  void oneChapterIsPlayedAlone() {
    assertThat(run(false, "tour", "3")).isZero();
    assertThat(out.toString())
        .startsWith("Chapter 3 · Monitors")
        .contains("uh-oh! <0.3.0> terminated: normal")
        .doesNotContain("Chapter 2", "Chapter 4", "\033[");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void severalChaptersArePlayedInTheOrderGiven() {
    assertThat(run(false, "tour", "4", "2")).isZero();
    assertThat(out.toString()).containsSubsequence("Chapter 4 · ", "Chapter 2 · ");
  }

  @Test
  void aTerminalGetsColours() {
    assertThat(run(true, "tour", "2")).isZero();
    assertThat(out.toString()).contains("\033[1mChapter 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "99999999999", "three", "-1"})
  void anUnknownChapterIsRefused(String chapter) {
    assertThat(run(false, "tour", "1", chapter)).isEqualTo(2);
    assertThat(err.toString()).contains(chapter, "./belay tour --help");
    assertThat(out.toString()).as("nothing was played").isEmpty();
  }

  @Test
  void anUnknownChapterIsToldWhichThereAre() {
    run(false, "tour", "7");
    assertThat(err.toString()).contains("there is no chapter 7; chapters are 1 to 6");
  }

  @Test
  void steppingNeedsATerminal() {
    assertThat(run(false, "tour", "--step", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--step waits for a key, but there is no terminal");
    assertThat(out.toString()).isEmpty();
  }
}
