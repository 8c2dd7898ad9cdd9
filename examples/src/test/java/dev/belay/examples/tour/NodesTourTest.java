package dev.belay.examples.tour;

import static dev.belay.examples.tour.TourTest.assertStory;
import static dev.belay.examples.tour.TourTest.millis;
import static dev.belay.examples.tour.TourTest.play;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The chapter on two nodes, as [TourTest] has the others: who heard what, on both sides, and when;
/// and its page. The other node is a real one, in a JVM of its own.
class NodesTourTest {
  private static final String CUT = "Now the cable is cut";
  private static final String REACHED_AGAIN = "noconnection does not say";
  private static final String FROZEN = "Now the cable freezes";
  private static final String REPLACED = "The frozen cable is replaced";
  private static final String KILLED = "Now the other program is killed";
  private static final String STARTED_AGAIN = "At last another program is started";
  private static final String BY_LINK =
      "the runtime ══ exit along the link (noconnection) ══► main <0.2.0>";
  private static final String BY_MONITOR = "the runtime ── down (noconnection) ──► main <0.2.0>";
  private static final Pattern FAR = Pattern.compile("(climber|porter)@wall (<[0-9.]+>)");

  /// The chapter is played once for all tests.
  private static @Nullable List<String> told;

  private static synchronized List<String> page() throws Exception {
    List<String> known = told;
    if (known == null) {
      known = play(13);
      told = known;
    }
    return known;
  }

  /// Lines without the pids of processes of the other node, and with single spaces.
  static List<String> withoutFarPids(List<String> page) {
    return page.stream()
        .map(line -> line.replaceAll("@wall <[0-9.]+>", "@wall").replaceAll(" +", " "))
        .toList();
  }

  /// The lines from one that begins with a text to one that begins with another.
  static List<String> between(List<String> page, String from, String to) {
    return page.subList(indexOf(page, 0, from), indexOf(page, indexOf(page, 0, from), to));
  }

  private static int indexOf(List<String> page, int from, String beginning) {
    for (int i = from; i < page.size(); i++) {
      if (page.get(i).startsWith(beginning)) {
        return i;
      }
    }
    throw new AssertionError(beginning + " is not in\n" + String.join("\n", page));
  }

  @Test
  void theOutputOnThePageIsThatOfTheChapter() throws Exception {
    CoursePagesTest.assertIsOnPage(13, page());
  }

  @Test
  void linksAndMonitorsReachToTheOtherNode() throws Exception {
    assertStory(
        withoutFarPids(page()),
        "» the other program is process ",
        "main <0.2.0> starts climber@wall, linked with it, and monitors it",
        "climber@wall ── monitor ──► main <0.2.0>",
        "main <0.2.0> takes ready out of its mailbox",
        "main ◄═══► climber@wall (═ linked, ► monitors)",
        "main <0.2.0> starts porter@wall, linked with it, and monitors it",
        "porter@wall ══ exit along the link (out_of_rope) ══► main <0.2.0>",
        "porter@wall ── down (out_of_rope) ──► main <0.2.0>",
        "» the monitor says: out_of_rope",
        "» the link says: out_of_rope",
        "main porter@wall");
  }

  @Test
  void aCutIsHeardOnBothSidesOnceByEachLinkAndMonitor() throws Exception {
    assertLoss(CUT, REACHED_AGAIN, 0);
  }

  @Test
  void aFrozenLineIsHeardOfAfterTheTickTime() throws Exception {
    long tick = TwoNodes.TICK.toMillis();
    assertLoss(FROZEN, REPLACED, tick * 3 / 4 - 100);
  }

  /// Main and the climber have heard, each once by its link and once by its monitor, and not before
  /// a time; before that they were tied, and afterwards they are not.
  private static void assertLoss(String from, String to, long earliest) throws Exception {
    List<String> lines = withoutFarPids(between(page(), from, to));
    List<String> heard =
        lines.stream()
            .filter(line ->
                line.contains(BY_LINK)
                    || line.contains(BY_MONITOR)
                    || line.contains("climber@wall hears"))
            .toList();
    assertThat(heard)
        .allSatisfy(line -> assertThat(millis(line)).as(line).isBetween((int) earliest, 60_000))
        .map(line -> line.replaceFirst("^\\+\\d+ ms ", ""))
        .containsExactlyInAnyOrder(
            BY_LINK,
            BY_MONITOR,
            "climber@wall hears the Down of main <0.2.0>: noconnection",
            "climber@wall hears the Exit of main <0.2.0>: noconnection");
    assertStory(lines, "» the monitor says: noconnection", "» the link says: noconnection");
    assertThat(lines.getLast().isEmpty() ? lines.get(lines.size() - 2) : lines.getLast())
        .isEqualTo("main climber@wall");
  }

  @Test
  void noconnectionIsNotDeathAndANewConnectionIsANewOne() throws Exception {
    assertStory(
        withoutFarPids(between(page(), REACHED_AGAIN, FROZEN)),
        "main <0.2.0> ── message how_are_you ──► climber@wall",
        "» the climber says: alive, and linked with nobody",
        "» connections so far: 2",
        "main <0.2.0> ── link ──► climber@wall",
        "main <0.2.0> ── monitor ──► climber@wall",
        "climber@wall ── monitor ──► main <0.2.0>",
        "main ◄═══► climber@wall (═ linked, ► monitors)");
  }

  @Test
  void aKilledProgramIsHeardOfAndSaysNothing() throws Exception {
    List<String> lines = withoutFarPids(between(page(), KILLED, STARTED_AGAIN));
    assertStory(lines, BY_MONITOR, "» the monitor says: noconnection");
    assertThat(lines)
        .filteredOn(line -> line.contains(BY_LINK) || line.contains(BY_MONITOR))
        .as("heard once by the link, and once by the monitor")
        .hasSize(2);
    assertThat(lines).noneMatch(line -> line.contains("climber@wall hears"));
    assertStory(
        lines,
        "» the link says: noconnection",
        "» the other program has ended with status 137",
        "main climber@wall");
    assertThat(String.join(" ", lines)).contains("There were 3 connections");
  }

  @Test
  void aPidOfTheFormerLifeMeansNobody() throws Exception {
    List<String> page = page();
    assertStory(
        withoutFarPids(page.subList(indexOf(page, 0, STARTED_AGAIN), page.size())),
        "main <0.2.0> ── monitor ──► climber@wall",
        "the runtime ── down (noproc) ──► main <0.2.0>",
        "» main hears: noproc");
    Set<String> climbers =
        page.stream()
            .flatMap(line -> FAR.matcher(line).results())
            .filter(found -> found.group(1).equals("climber"))
            .map(found -> found.group(2))
            .collect(Collectors.toSet());
    assertThat(climbers).as("it is one climber, all the time").hasSize(1);
  }

  @Test
  void theOtherProgramEndsWithTheOneThatHasStartedIt(@TempDir Path folder) throws Exception {
    try (ChapterProgram program = ChapterProgram.start(TwoNodes.class, folder, b -> b)) {
      long other = program.awaitOther();
      assertThat(ProcessHandle.of(other)).isPresent();
      program.signal("KILL");
      program.awaitEnd();
      ChapterProgram.awaitGone(other);
    }
  }

  @Test
  void whereErlangIsMissingItsChapterIsLeftOutWithAWord(@TempDir Path folder) throws Exception {
    try (ChapterProgram program =
        ChapterProgram.start(
            RealErlang.class,
            folder,
            builder -> {
              builder.environment().put("PATH", "");
              return builder;
            })) {
      assertThat(program.readAll().replaceAll("\\s+", " "))
          .contains("Chapter 14 · A real Erlang node")
          .contains("This chapter is left out: no Erlang is installed here")
          .contains("apt-get install erlang-base")
          .doesNotContain("Exception", "main <");
      assertThat(program.awaitEnd()).isZero();
    }
  }

  @Test
  void anErlangIsLookedForInAllFoldersOfThePath() throws Exception {
    StringWriter page = new StringWriter();
    Narrator tell = new Narrator(new PrintWriter(page), false, () -> {});
    Tour.play(14, new RealErlang("/nonexistent::/proc/self"), tell);
    assertThat(page.toString()).contains("This chapter is left out");
  }
}
