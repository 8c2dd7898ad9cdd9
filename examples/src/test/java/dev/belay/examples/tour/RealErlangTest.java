package dev.belay.examples.tour;

import static dev.belay.examples.tour.NodesTourTest.between;
import static dev.belay.examples.tour.TourTest.assertStory;
import static dev.belay.examples.tour.TourTest.play;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The chapter with a real Erlang node, as [NodesTourTest] has the one before it, and its page.
@Tag("erlang")
class RealErlangTest {
  private static final String KILLED = "At last the Erlang node is killed";
  private static final String STARTED_AGAIN = "stove has ended: a child does not";

  /// The chapter is played once for all tests.
  private static @Nullable List<String> told;

  private static synchronized List<String> page() throws Exception {
    List<String> known = told;
    if (known == null) {
      known = play(14);
      told = known;
    }
    return known;
  }

  /// Lines without pids, and with single spaces.
  private static List<String> plain(List<String> page) {
    return page.stream()
        .map(line -> line.replaceAll(" <[0-9.]+>", "").replaceAll(" +", " "))
        .toList();
  }

  @Test
  void theOutputOnThePageIsThatOfTheChapter() throws Exception {
    CoursePagesTest.assertIsOnPage(14, page());
  }

  @Test
  void erlangLinksWithAndMonitorsProcessesOfBelay() throws Exception {
    assertStory(
        plain(page()),
        "» wall is Erlang/OTP ",
        "main starts climber@wall, linked with it, and monitors it",
        "climber@wall ── monitor ──► main",
        "main takes ready out of its mailbox",
        "main ◄═══► climber@wall (═ linked, ► monitors)",
        "main starts rope",
        "climber@wall ── link ──► rope",
        "climber@wall ── monitor ──► rope",
        "rope ◄═══ climber@wall (═ linked, ► monitors)",
        "rope CRASHES: IOException: the rope tore",
        "climber@wall hears EXIT of rope: {java,'java.io.IOException',<<\"the rope tore\">>}",
        "climber@wall hears DOWN of rope: {java,'java.io.IOException',<<\"the rope tore\">>}",
        "rope † climber@wall († dead)");
  }

  @Test
  void belayHearsWhyAProcessOfErlangsHasFailed() throws Exception {
    assertStory(
        plain(page()),
        "main ── message fall ──► climber@wall",
        "» the monitor says: {out_of_rope,[{wall,climbing,1,[{file,",
        "» the link says: {out_of_rope,[{wall,climbing,1,[{file,",
        "main climber@wall");
  }

  @Test
  void aSupervisorOfErlangsHasAChildOfBelays() throws Exception {
    List<String> lines = between(page(), "Supervisors reach across", "And the other way round:");
    assertStory(
        plain(lines),
        "camp on wall",
        "└─ stove on base",
        "» stove was killed, and camp has started stove",
        "camp on wall",
        "└─ stove on base");
    Matcher stoves =
        Pattern.compile("stove (<[0-9.]+>) was killed, and camp has started stove (<[0-9.]+>)")
            .matcher(String.join("\n", lines));
    assertThat(stoves.find()).isTrue();
    assertThat(stoves.group(1)).isNotEqualTo(stoves.group(2));
    assertStory(
        lines,
        "└─ stove " + stoves.group(1) + " on base",
        "» stove " + stoves.group(1),
        "└─ stove " + stoves.group(2) + " on base");
  }

  @Test
  void aSupervisorOfBelaysHasAChildOfErlangs() throws Exception {
    assertStory(
        plain(between(page(), "And the other way round:", KILLED)),
        "main starts tent, linked with it",
        "tent starts kettle@wall, linked with it",
        "tent on base",
        "└─ kettle on wall",
        "» the kettle says that it has 20 degrees",
        "main ── exit signal (kill) ──► kettle@wall",
        "kettle@wall ══ exit along the link (killed) ══► tent",
        "tent traps exits: it gets an Exit message",
        "tent starts kettle@wall, linked with it",
        "tent on base",
        "└─ kettle on wall");
  }

  @Test
  void theEndOfTheErlangNodeIsHeardByAllThatWereTiedToIt() throws Exception {
    List<String> lines = plain(between(page(), KILLED, STARTED_AGAIN));
    for (String who : List.of("main", "stove", "tent")) {
      assertThat(lines)
          .filteredOn(
              line -> line.endsWith("the runtime ══ exit along the link (noconnection) ══► " + who))
          .as(who)
          .hasSize(1);
    }
    assertThat(lines)
        .filteredOn(line -> line.endsWith("the runtime ── down (noconnection) ──► main"))
        .hasSize(1);
    assertThat(lines)
        .anyMatch(
            line -> line.endsWith("stove does not trap exits: it must end, for the same reason"));
    assertStory(lines, "» the monitor says: noconnection", "» the link says: noconnection");
  }

  @Test
  void aSupervisorOutlivesTheNodeOfItsChild() throws Exception {
    List<String> page = page();
    assertStory(
        plain(page),
        STARTED_AGAIN,
        "» tent has started kettle, which has 20 degrees",
        "tent on base",
        "└─ kettle on wall");
  }

  @Test
  void whoeverTellsTheChapterToEndFindsNothingOfIt(@TempDir Path folder) throws Exception {
    try (ChapterProgram program = ChapterProgram.start(RealErlang.class, folder, b -> b)) {
      long other = program.awaitOther();
      assertThat(folder).isNotEmptyDirectory();
      program.signal("TERM");
      program.awaitEnd();
      ChapterProgram.awaitGone(other);
      assertThat(folder).isEmptyDirectory();
    }
  }
}
