package dev.belay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.examples.tunnel.StreamingChat;
import dev.belay.examples.tunnel.WebhookChat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        .hasSize(14)
        .startsWith("   1  Hello, process")
        .as("numbers stand below each other, and so do titles")
        .allMatch(line -> line.matches("  [ 1][0-9]  [^ ].*"));
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
  @ValueSource(strings = {"0", "15", "99999999999", "three", "-1"})
  void anUnknownChapterIsRefused(String chapter) {
    assertThat(run(false, "tour", "1", chapter)).isEqualTo(2);
    assertThat(err.toString()).contains(chapter, "./belay tour --help");
    assertThat(out.toString()).as("nothing was played").isEmpty();
  }

  @Test
  void anUnknownChapterIsToldWhichThereAre() {
    run(false, "tour", "15");
    assertThat(err.toString()).contains("there is no chapter 15; chapters are 1 to 14");
  }

  @Test
  void theTunnelIsDugBetweenTheUrlsThatAreGiven() throws Exception {
    try (StreamingChat camp = new StreamingChat();
        WebhookChat summit = new WebhookChat()) {
      Thread camper =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  awaitText("Now it is up to the");
                  camp.say("hello");
                  awaitText("takes Posted");
                  camp.drop();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      int status = run(false, "tour", "--source", "" + camp.url(), "--target=" + summit.url());
      camper.join();
      assertThat(err.toString()).isEmpty();
      assertThat(status).as("it fell because the source hung up").isZero();
      assertThat(out.toString())
          .startsWith("Chapter 7 · ")
          .contains("source ═══ tunnel ═══ target", "source †     tunnel †     target †")
          .doesNotContain("Chapter 1 ", "Chapter 8 ");
      assertThat(summit.messages()).containsExactly("{\"text\":\"hello\"}");
    }
  }

  private void awaitText(String text) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!out.toString().contains(text)) {
      assertThat(System.nanoTime()).as(text).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  @Test
  void aTunnelThatFallsForAnotherReasonIsAFailure() throws Exception {
    StreamingChat camp = new StreamingChat();
    camp.close();
    String url = camp.url().toString();
    assertThat(run(false, "tour", "7", "--source", url, "--target", url)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("belay: the tunnel has fallen: cannot reach the source at http://127.0.0.1:")
        .contains("connection refused; is a server there?")
        .doesNotContain("Exception", "\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 --source http://127.0.0.1:1/ | --source and --target need each other",
        "--target http://127.0.0.1:1/ | --source and --target need each other",
        "7 --source ftp://x/ --target http://x/ | \"ftp://x/\" is not an http",
        "7 --source http://x/ --target nowhere | \"nowhere\" is not an http",
        "3 --source http://x/ --target http://x/ | --source and --target are for chapter 7",
        "7 --processes 10 | --processes is for chapter 8",
        "8 --processes 0 | --processes 0: must be from 1 to 5000000",
        "8 --processes 5000001 | must be from 1 to 5000000",
        "8 --processes many | is not an int"
      })
  void anOptionThatCannotBeIsRefused(String args, String answer) {
    assertThat(run(false, ("tour " + args).split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(answer).contains("./belay tour --help");
    assertThat(out.toString()).as("nothing was played").isEmpty();
  }

  @Test
  void fewerThanAMillionCanBeAskedFor() {
    assertThat(run(false, "tour", "8", "--processes", "2000")).isZero();
    assertThat(out.toString())
        .startsWith("Chapter 8 · ")
        .contains("2,000 processes started and linked", "2,001 ends heard of, each once");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void steppingNeedsATerminal() {
    assertThat(run(false, "tour", "--step", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("--step waits for Enter, but there is no terminal");
    assertThat(out.toString()).isEmpty();
  }
}
