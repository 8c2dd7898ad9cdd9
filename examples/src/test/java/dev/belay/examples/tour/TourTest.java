package dev.belay.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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

  private static List<String> play(int number) throws Exception {
    StringWriter page = new StringWriter();
    Tour.play(number, new Narrator(new PrintWriter(page), false, () -> {}));
    List<String> lines = page.toString().lines().map(String::strip).toList();
    assertThat(page.toString().lines().mapToInt(String::length).max().orElse(0))
        .as("width of the page")
        .isBetween(60, 100);
    return lines;
  }

  /// Finds lines that begin with these texts, in this order, whatever is between them; times are
  /// left out.
  private static void assertStory(List<String> page, String... beginnings) {
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

  private static List<String> withoutTimes(List<String> page) {
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

  private static int millis(String line) {
    Matcher time = Pattern.compile("\\+(\\d+) ms").matcher(line);
    assertThat(time.find()).as("a time in %s", line).isTrue();
    return Integer.parseInt(time.group(1));
  }

  /// A pid belongs to one name only.
  private static void assertPidsConsistent(List<String> page) {
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
