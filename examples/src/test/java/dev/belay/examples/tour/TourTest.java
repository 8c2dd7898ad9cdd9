package dev.belay.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.examples.tunnel.StreamingChat;
import dev.belay.examples.tunnel.WebhookChat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each chapter is played, and its page is checked for what really matters: who did what to whom,
/// in which order, with which pids and reasons.
class TourTest {
  private static final Pattern NAMED = Pattern.compile("(\\w+) (<0\\.\\d+\\.0>)");
  private static final Pattern TIME = Pattern.compile("[+-]\\d+(\\.\\d+)? ms");

  static List<String> play(int number) throws Exception {
    return play(number, Tour.chapters().get(number - 1));
  }

  private static List<String> play(int number, Chapter chapter) throws Exception {
    StringWriter page = new StringWriter();
    Tour.play(number, chapter, new Narrator(new PrintWriter(page), false, () -> {}));
    List<String> lines = page.toString().lines().map(String::strip).toList();
    assertThat(page.toString().lines().mapToInt(String::length).max().orElse(0))
        .as("width of the page")
        .isBetween(60, 100);
    return lines;
  }

  /// Finds lines that begin with these texts, in this order, whatever is between them; times are
  /// left out.
  static void assertStory(List<String> page, String... beginnings) {
    List<String> told =
        page.stream().map(line -> TIME.matcher(line).replaceFirst("").strip()).toList();
    int at = 0;
    for (String beginning : beginnings) {
      int found = at;
      while (found < told.size() && !squeezed(told.get(found)).startsWith(beginning)) {
        found++;
      }
      assertThat(found)
          .as("\"%s\" after line %d of%n%s", beginning, at, String.join("\n", told))
          .isLessThan(told.size());
      at = found + 1;
    }
  }

  private static String squeezed(String line) {
    return line.replaceAll(" +", " ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aChapterTellsTheSameEachTimeButForTimes(int number) throws Exception {
    List<String> first = withoutTimes(play(number));
    assertThat(withoutTimes(play(number))).isEqualTo(first);
  }

  static List<String> withoutTimes(List<String> page) {
    return page.stream()
        .map(line -> TIME.matcher(line).replaceAll(""))
        .filter(line -> !line.contains("lived") && !line.contains("node "))
        .toList();
  }

  @Test
  void aProcessSaysHelloAndEnds() throws Exception {
    List<String> page = play(1);
    assertStory(
        page,
        "main <0.2.0> starts hello <0.3.0>",
        "» hello from <0.3.0>",
        "hello <0.3.0> ends: its body has returned, and its reason is normal",
        "» isAlive(<0.3.0>) = false",
        "» 10,001 processes are running",
        "» 1 process: [<0.2.0>]");
    assertPidsConsistent(page);
  }

  @Test
  void theAlarmIsTakenBeforeTheOrdersThatCameFirst() throws Exception {
    List<String> page = play(2);
    assertStory(
        page,
        "main <0.2.0> ── message Order[dish=soup] ──► cook <0.3.0>",
        "main <0.2.0> ── message Order[dish=bread] ──► cook <0.3.0>",
        "main <0.2.0> ── message Alarm[what=fire] ──► cook <0.3.0>",
        "cook <0.3.0> takes Alarm[what=fire]",
        "cook <0.3.0> takes Order[dish=soup]",
        "cook <0.3.0> takes Order[dish=bread]",
        "» fire first, then soup and bread",
        "» nothing came",
        "main <0.2.0> ── message Order[dish=coffee] ──► cook <0.3.0>",
        "cook <0.3.0> is dead: nothing happens");
    assertPidsConsistent(page);
  }

  @Test
  void aMonitorAnswersOnceWhateverTheEnd() throws Exception {
    List<String> page = play(3);
    assertStory(
        page,
        "main <0.2.0> starts climber <0.3.0>, and monitors it",
        "main ───► climber (► monitors)",
        "» hello from <0.3.0>",
        "main <0.2.0> ── terminate (normal) ──► climber <0.3.0>",
        "climber <0.3.0> must end",
        "climber <0.3.0> ── down (normal) ──► main <0.2.0>",
        "main <0.2.0> takes the Down of climber <0.3.0>",
        "» uh-oh! <0.3.0> terminated: normal",
        "main climber † († dead)",
        "second <0.4.0> CRASHES: IllegalStateException: the rope tore",
        "second <0.4.0> ── down (crash: the rope tore) ──► main <0.2.0>",
        "log │ process <0.4.0> (second) crashed: java.lang.IllegalStateException: the rope tore",
        "main <0.2.0> ── monitor ──► climber <0.3.0>",
        "the runtime ── down (noproc) ──► main <0.2.0>",
        "» reason: noproc");
    assertThat(page).filteredOn(line -> line.contains("takes the Down")).hasSize(3);
    assertPidsConsistent(page);
  }

  @Test
  void aCrashGoesAlongAChainOfLinksWithItsReason() throws Exception {
    List<String> page = play(4);
    assertStory(
        page,
        "pid1 ═══ pid2",
        "pid2 <0.3.0> ══ exit along the link (broken) ══► pid1 <0.4.0>",
        "pid1 † pid2 †",
        "pid1 <0.6.0> ══ exit along the link (broken) ══► pid2 <0.5.0>",
        "pid1 † pid2 †",
        "pid3 ═══ pid4 ═══ pid5",
        "pid5 <0.9.0> CRASHES",
        "pid5 <0.9.0> ══ exit along the link (crash: the rope tore) ══► pid4 <0.8.0>",
        "pid4 <0.8.0> does not trap exits: it must end",
        "pid4 <0.8.0> ══ exit along the link (crash: the rope tore) ══► pid3 <0.7.0>",
        "pid3 <0.7.0> does not trap exits: it must end",
        "pid3 † pid4 † pid5 †",
        "» <0.9.0> (pid5) ended by itself",
        "» <0.8.0> (pid4) by its link to <0.9.0>",
        "» <0.7.0> (pid3) by its link to <0.8.0>");
    assertPidsConsistent(page);
  }

  @Test
  void whoTrapsSurvivesAndNormalTakesAlongOnlyAnyExit() throws Exception {
    assertStory(
        play(4),
        "worker <0.10.0> ══ exit along the link (out of rope) ══► main <0.2.0>",
        "main <0.2.0> traps exits: it gets an Exit message",
        "» my worker <0.10.0> ended: out of rope; I am still here",
        "done <0.11.0> ══ exit along the link (normal) ══► main <0.2.0>",
        "main <0.2.0> lives on",
        "main <0.2.0> ── exit signal (normal) ──► calm <0.12.0>",
        "calm <0.12.0> lives on",
        "strict <0.13.0> ── link (ANY_EXIT) ──► calm <0.12.0>",
        "calm <0.12.0> ══ exit along the link (normal) ══► strict <0.13.0>",
        "strict <0.13.0> does not trap exits: it must end",
        "calm † strict †");
  }

  @Test
  void everyStepOfADeathIsToldInItsOrder() throws Exception {
    List<String> page = play(5);
    assertStory(
        page,
        "A ═══► B",
        "B <0.3.0> takes \"climb\"",
        "B <0.3.0> CRASHES: IllegalStateException: the rope tore",
        "B <0.3.0> what it owned (Rope) has been closed for it",
        "B <0.3.0> is dead from here on",
        "B <0.3.0> ══ exit along the link (crash: the rope tore) ══► A <0.2.0>",
        "A <0.2.0> traps exits: it gets an Exit message",
        "B <0.3.0> ── down (crash: the rope tore) ──► A <0.2.0>",
        "A <0.2.0> gets it as a Down message",
        "B <0.3.0> is gone",
        "A <0.2.0> takes the Exit of B <0.3.0>",
        "A <0.2.0> takes the Down of B <0.3.0>",
        "A B †",
        "│ process <0.3.0> (B) crashed: java.lang.IllegalStateException: the rope tore",
        "│ name b",
        "│ owned dev.belay.examples.tour.UnderTheHood$Rope (closed)");
    assertPidsConsistent(page);
  }

  @Test
  void theStubbornAreDeclaredDeadAfterTheirGrace() throws Exception {
    List<String> page = play(6);
    assertStory(
        page,
        "main <0.1.0> ── exit signal (shutdown) ──► busy <0.2.0>",
        "busy <0.2.0> is declared dead",
        "busy <0.2.0> ── down (shutdown) ──► main <0.1.0>",
        "log │ process <0.2.0> (busy) was declared dead",
        "» main knows: <0.2.0> (busy) by an exit signal from <0.1.0>, declared",
        "In quarantine, still running:",
        "» the thread of <0.2.0>, stuck in its body",
        "Let go, the thread ends. In quarantine: 0 threads.",
        "deaf <0.3.0> is declared dead",
        "» the thread of <0.3.0>, stuck in its body",
        "owner <0.4.0> what it owned (Drawbridge) does not close",
        "owner <0.4.0> ── down (shutdown) ──► main <0.1.0>",
        "» the thread of <0.4.0>, stuck in close() of",
        "Let go, the thread ends. In quarantine: 0 threads.");
    assertThat(page)
        .filteredOn(line -> line.contains("is declared dead:") || line.contains("gives it up"))
        .hasSize(3)
        .allSatisfy(line -> assertThat(millis(line)).as("after its grace").isBetween(299, 60_000));
    assertPidsConsistent(page);
  }

  @Test
  void theTunnelFallsWholeWhenItsSourceHangsUp() throws Exception {
    List<String> page = play(7);
    assertStory(
        page,
        "main <0.2.0> starts tunnel <0.3.0>, and monitors it",
        "tunnel <0.3.0> starts source <0.4.0>, linked with it",
        "tunnel <0.3.0> starts target <0.5.0>, linked with it",
        "source ═══ tunnel ═══ target (═ linked)",
        "source <0.4.0> ── message Said[text=the rope is fixed] ──► tunnel <0.3.0>",
        "tunnel <0.3.0> ── message Said[text=the rope is fixed] ──► target <0.5.0>",
        "target <0.5.0> ── message Posted[status=204] ──► source <0.4.0>",
        "» posted at the summit: {\"text\":\"the rope is fixed\"}",
        "» posted at the summit: {\"text\":\"two of us are coming up\"}",
        "» posted at the summit: {\"text\":\"Anna says: \\\"put the kettle on\\\"\"}",
        "source <0.4.0> CRASHES: SourceEnded: the source hung up",
        "source <0.4.0> what it owned (EventStream) has been closed for it",
        "source <0.4.0> what it owned (Line) has been closed for it",
        "source <0.4.0> ══ exit along the link (crash: the source hung up) ══► tunnel <0.3.0>",
        "tunnel <0.3.0> does not trap exits: it must end",
        "tunnel <0.3.0> ══ exit along the link (crash: the source hung up) ══► target <0.5.0>",
        "target <0.5.0> does not trap exits: it must end",
        "target <0.5.0> what it owned (Line) has been closed for it",
        "target <0.5.0> ── down (crash: the source hung up) ──► main <0.2.0>",
        "source † tunnel † target † († dead)",
        "» source <0.4.0> ended: crash: dev.belay.examples.tunnel.SourceEnded: the source hung up",
        "» tunnel <0.3.0> ended: crash: dev.belay.examples.tunnel.SourceEnded: the source hung up",
        "» target <0.5.0> ended: crash: dev.belay.examples.tunnel.SourceEnded: the source hung up",
        "» <0.4.0> (source) ended by itself",
        "» <0.3.0> (tunnel) by its link to <0.4.0>",
        "» <0.5.0> (target) by its link to <0.3.0>",
        "» connections to the summit's server: 0",
        "» alive: source false, tunnel false, target false");
    assertPidsConsistent(page);
  }

  @Test
  void theTunnelFallsWholeWhenItIsShutDown() throws Exception {
    assertStory(
        play(7),
        "source † tunnel † target † († dead)",
        "source ═══ tunnel ═══ target (═ linked)",
        "main <0.2.0> ── exit signal (shutdown) ──► tunnel <0.6.0>",
        "tunnel <0.6.0> ══ exit along the link (shutdown) ══► source <0.7.0>",
        "source <0.7.0> does not trap exits: it must end",
        "source <0.7.0> what it owned (EventStream) has been closed for it",
        "source <0.7.0> what it owned (Line) has been closed for it",
        "source † tunnel † target † († dead)",
        "» source <0.7.0> ended: shutdown",
        "» tunnel <0.6.0> ended: shutdown",
        "» target <0.8.0> ended: shutdown",
        "» connections to the camp's server: 0",
        "» connections to the summit's server: 0");
  }

  @Test
  void theTunnelRunsBetweenChatsThatAreGiven() throws Exception {
    try (StreamingChat camp = new StreamingChat();
        WebhookChat summit = new WebhookChat()) {
      StringWriter page = new StringWriter();
      Thread camper =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  awaitText(page, "Now it is up to the");
                  camp.say("one line\nand \u001B[31manother\u009B");
                  awaitText(page, "takes Posted");
                  camp.drop();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Narrator tell = new Narrator(new PrintWriter(page), false, () -> {});
      Tour.play(7, new TwoChats(camp.url(), summit.url()), tell);
      camper.join();
      assertThat(summit.messages())
          .containsExactly("{\"text\":\"one line\\nand \\u001b[31manother\u009B\"}");
      assertStory(
          page.toString().lines().map(String::strip).toList(),
          "source ═══ tunnel ═══ target (═ linked)",
          "source <0.4.0> ── message Said[text=one line·and ·[31manother·] ──► tunnel <0.3.0>",
          "source <0.4.0> CRASHES: SourceEnded: the source hung up",
          "source † tunnel † target † († dead)",
          "» target <0.5.0> ended: crash: dev.belay.examples.tunnel.SourceEnded");
      assertThat(page.toString()).doesNotContain("the summit");
    }
  }

  private static void awaitText(StringWriter page, String text) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!page.toString().contains(text)) {
      assertThat(System.nanoTime()).as(text).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  @Test
  void aTunnelThatCannotBeDugIsAFailureThatSaysWhy() throws Exception {
    StreamingChat camp = new StreamingChat();
    camp.close();
    try (WebhookChat summit = new WebhookChat()) {
      StringWriter page = new StringWriter();
      Narrator tell = new Narrator(new PrintWriter(page), false, () -> {});
      assertThatExceptionOfType(ChapterFailure.class)
          .isThrownBy(() -> Tour.play(7, new TwoChats(camp.url(), summit.url()), tell))
          .withMessageStartingWith("the tunnel has fallen: cannot reach the source at http://127.")
          .withMessageEndingWith("connection refused; is a server there?");
      assertThat(page.toString()).contains("CRASHES: IOException: cannot reach the source");
    }
  }

  @Test
  void aMultitudeIsStartedAnswersAndEndsWhole() throws Exception {
    assertStory(
        play(8, new Million(20_000)),
        "» 20,000 processes take ",
        "main starts rope, and rope starts 20,000 climbers",
        "» 20,000 processes started and linked: ",
        "» 20,000 messages there and back: ",
        "» all are dead, and main has heard of each: ",
        "» 20,001 ends heard of, each once, each for the reason shutdown; missing: 0",
        "» 20,000 processes started and linked: ",
        "» 20,000 messages there and back: ",
        "» memory for all: ",
        "» one exit signal, and all are dead: ",
        "» still running: 1 process, which is main");
  }

  @Test
  void whereThereIsNoRoomForAMillionItIsSaid() throws Exception {
    List<String> page = play(8, new Million(1_000_000, 100_000_000));
    assertThat(String.join(" ", page))
        .contains("the heap of this JVM may grow to 100 MB")
        .contains("There is no room for 1,000,000, with the work of ending them all at once.")
        .contains("JDK_JAVA_OPTIONS=-Xmx4g ./belay tour 8")
        .contains("0,000 climbers")
        .doesNotContain("1,000,000 climbers")
        .contains("still running: 1 process, which is main");
  }

  @Test
  void aTerminalSeesHowFarItIs() throws Exception {
    StringWriter page = new StringWriter();
    Narrator tell = new Narrator(new PrintWriter(page), true, () -> {});
    String result =
        tell.progress(
            () -> "half done",
            () -> {
              long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
              while (!page.toString().contains("half done")) {
                assertThat(System.nanoTime()).as("a sign of life").isLessThan(deadline);
                Thread.onSpinWait();
              }
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(page.toString()).startsWith("\r\033[K").endsWith("\r\033[K");
  }

  @Test
  void nobodyElseIsToldHowFarItIs() throws Exception {
    StringWriter page = new StringWriter();
    Narrator tell = new Narrator(new PrintWriter(page), false, () -> {});
    assertThat(tell.<String>progress(() -> "half done", () -> "done")).isEqualTo("done");
    assertThat(page.toString()).isEmpty();
  }

  static int millis(String line) {
    Matcher time = Pattern.compile("\\+(\\d+) ms").matcher(line);
    assertThat(time.find()).as("a time in %s", line).isTrue();
    return Integer.parseInt(time.group(1));
  }

  /// A pid belongs to one name only.
  static void assertPidsConsistent(List<String> page) {
    Map<String, String> names = new HashMap<>();
    for (String line : page) {
      Matcher named = NAMED.matcher(line.replaceAll("\"[^\"]*\"", ""));
      while (named.find() && !line.startsWith("»") && !line.contains("│")) {
        String known = names.putIfAbsent(named.group(2), named.group(1));
        assertThat(known).as("who is %s", named.group(2)).isIn(null, named.group(1));
      }
    }
    assertThat(names).hasSizeGreaterThan(1);
  }

  @Test
  void stepsArePausedAt() throws Exception {
    AtomicInteger pauses = new AtomicInteger();
    StringWriter page = new StringWriter();
    Tour.play(3, new Narrator(new PrintWriter(page), false, pauses::incrementAndGet));
    assertThat(pauses).hasValue(3);
  }

  @Test
  void coloursAreOnlyForTerminals() throws Exception {
    StringWriter coloured = new StringWriter();
    Tour.play(2, new Narrator(new PrintWriter(coloured), true, () -> {}));
    assertThat(coloured.toString()).contains("\033[");
    assertThat(String.join("\n", play(2))).doesNotContain("\033[");
  }
}
