package dev.belay.examples.tour;

import static dev.belay.examples.tour.TourTest.assertPidsConsistent;
import static dev.belay.examples.tour.TourTest.assertStory;
import static dev.belay.examples.tour.TourTest.millis;
import static dev.belay.examples.tour.TourTest.play;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The chapters on servers, supervisors and applications, as [TourTest] has them: who did what to
/// whom, and what the chapter says about it.
class ServersTourTest {
  private static final Pattern PID = Pattern.compile("<0\\.\\d+\\.0>");

  /// Each chapter is played once for all tests.
  private static final Map<Integer, List<String>> PAGES = new HashMap<>();

  private static List<String> page(int number) throws Exception {
    List<String> known = PAGES.get(number);
    if (known == null) {
      known = play(number);
      PAGES.put(number, known);
    }
    return known;
  }

  /// The first line with a text, from a line on.
  private static int indexOf(List<String> page, int from, String text) {
    for (int i = from; i < page.size(); i++) {
      if (page.get(i).replaceAll(" +", " ").contains(text)) {
        return i;
      }
    }
    throw new AssertionError(text + " is not in\n" + String.join("\n", page));
  }

  private static String lineWith(List<String> page, String text) {
    return page.get(indexOf(page, 0, text)).replaceAll(" +", " ");
  }

  @Test
  void aTakenPortIsTriedAgainLaterAndLaterUntilItIsFree() throws Exception {
    List<String> page = page(9);
    assertStory(
        page,
        "sup <0.3.0> starts beacon <0.4.0>, linked with it",
        "beacon <0.4.0> CRASHES: BindException: Address already in use",
        "sup <0.3.0> traps exits: it gets an Exit message",
        "sup <0.3.0> starts beacon <0.5.0>",
        "beacon <0.5.0> CRASHES: BindException",
        "sup <0.3.0> starts beacon <0.6.0>",
        "beacon <0.6.0> CRASHES: BindException",
        "Now the other socket is closed",
        "main ═══ sup ═══ beacon (═ linked)",
        "» the client reads: hello from <0.");
    int at = 0;
    for (int i = 0; i < 3; i++) {
      int crash = indexOf(page, at, "BindException: Address");
      at = indexOf(page, crash, "starts beacon");
      assertThat(millis(page.get(at)) - millis(page.get(crash)))
          .as("wait before restart %d, with a jitter of a fifth", i + 1)
          .isGreaterThanOrEqualTo((50 << i) * 4 / 5 - 1);
    }
    Matcher server = PID.matcher(lineWith(page, "» the client reads"));
    assertThat(server.find()).isTrue();
    assertThat(lineWith(page, "» beacon is"))
        .startsWith("» beacon is " + server.group() + ";")
        .contains("[<0.4.0>, <0.5.0>, <0.6.0>");
    assertPidsConsistent(page);
  }

  @Test
  void badBytesCrashAServerWhoseSuccessorBeginsAnew() throws Exception {
    List<String> page = page(9);
    Matcher ends = PID.matcher(page.get(indexOf(page, 0, "» the sum is 3") - 1));
    assertThat(ends.find()).isTrue();
    String first = ends.group();
    Matcher next = PID.matcher(lineWith(page, "» scale is now"));
    assertThat(next.find()).isTrue();
    String second = next.group();
    assertThat(second).isNotEqualTo(first);
    assertStory(
        page,
        "main <0.2.0> ── call Add[bytes=726f70652033] ──► scale " + first,
        "scale " + first + " ── reply 3 ──► main <0.2.0>",
        "» the sum is 3",
        "» the sum is 8",
        "main <0.2.0> ── call Add[bytes=fffe] ──► scale " + first,
        "scale " + first + " CRASHES: MalformedInputException: Input length = 1",
        "scale " + first + " ══ exit along the link (crash: Input length = 1) ══► sup <0.3.0>",
        "scale " + first + " ── down (crash: Input length = 1) ──► main <0.2.0>",
        "» no sum: java.nio.charset.MalformedInputException: Input length = 1",
        "scale " + second + " ── reply 5 ──► main <0.2.0>",
        "» the sum is 5");
    // Who is first, main or sup, is open.
    assertStory(
        page,
        "scale " + first + " CRASHES",
        "sup <0.3.0> starts scale " + second,
        "» scale is now " + second);
  }

  @Test
  void eachKindOfChildIsRestartedAfterTheRightEnds() throws Exception {
    List<String> kinds =
        page(9).stream()
            .map(line -> line.replaceAll(" +", " "))
            .filter(line -> line.matches("» (permanent|transient|temporary) <.*"))
            .map(line -> PID.matcher(line).replaceAll("#"))
            .toList();
    assertThat(kinds)
        .containsExactly(
            "» permanent # ended: normal, runs again as #",
            "» permanent # ended: crash, runs again as #",
            "» transient # ended: normal, is not restarted",
            "» transient # ended: crash, runs again as #",
            "» temporary # ended: normal, is not restarted",
            "» temporary # ended: crash, is not restarted");
  }

  @Test
  void aSupervisorGivesUpWhenItsIntensityIsExceeded() throws Exception {
    List<String> page = page(9);
    int strict = indexOf(page, 0, "main <0.2.0> starts strict");
    assertThat(page.subList(strict, page.size()))
        .filteredOn(line -> line.contains("CRASHES: MalformedInputException"))
        .hasSize(3);
    assertThat(page.subList(strict, page.size()))
        .filteredOn(line -> line.contains(" starts scale "))
        .as("one start and two restarts")
        .hasSize(3);
    assertThat(lineWith(page, "» scale has crashed"))
        .isEqualTo("» scale has crashed 3 times, and was restarted 2");
    Matcher pid = PID.matcher(page.get(strict).substring(page.get(strict).indexOf("strict")));
    assertThat(pid.find()).isTrue();
    assertStory(
        page,
        "strict " + pid.group() + " ends, by its own choice, for the reason shutdown",
        "strict " + pid.group() + " ══ exit along the link (shutdown) ══► main <0.2.0>",
        "» strict " + pid.group() + " ended: shutdown");
    assertThat(page).anyMatch(line -> line.contains("child scale would be restart number 3"));
  }

  @Test
  void eachStrategyRestartsWhatItSays() throws Exception {
    List<String> page = page(10);
    assertThat(tree(page, "one_for_one", 1))
        .containsExactly("one_for_one", "├─ stove", "├─ kettle before:", "└─ cups");
    assertThat(tree(page, "one_for_all", 1))
        .containsExactly("one_for_all", "├─ stove before:", "├─ kettle before:", "└─ cups before:");
    assertThat(tree(page, "rest_for_one", 1))
        .containsExactly("rest_for_one", "├─ stove", "├─ kettle before:", "└─ cups before:");
    for (String name : List.of("one_for_one", "one_for_all", "rest_for_one")) {
      assertThat(tree(page, name, 0)).hasSize(4).noneMatch(row -> row.contains("before"));
    }
    assertStory(
        page,
        "main <0.2.0> ── exit signal (kill) ──► kettle <0.10.0>",
        "kettle <0.10.0> must end: nobody can refuse that",
        "kitchen <0.8.0> ── exit signal (shutdown) ──► cups <0.11.0>",
        "kitchen <0.8.0> ── exit signal (shutdown) ──► stove <0.9.0>",
        "kitchen <0.8.0> starts stove <0.12.0>",
        "kitchen <0.8.0> starts kettle <0.13.0>",
        "kitchen <0.8.0> starts cups <0.14.0>");
    assertPidsConsistent(page);
  }

  /// A drawing of a tree, without pids: the first one with a name, or the one after it.
  private static List<String> tree(List<String> page, String name, int number) {
    int at = -1;
    for (int i = 0; i <= number; i++) {
      at = indexOf(page, at + 1, name + " <0.");
    }
    return page.subList(at, at + 4).stream()
        .map(row -> PID.matcher(row).replaceAll("").replaceAll(" +", " ").strip())
        .toList();
  }

  @Test
  void aFailureGoesUpTheTreeOnlyAsFarAsItMust() throws Exception {
    List<String> page = page(10);
    assertStory(
        page,
        "expedition <0.21.0>",
        "├─ stores <0.22.0>",
        "├─ camp <0.23.0>",
        "│ ├─ kettle <0.24.0>",
        "│ └─ radio <0.25.0>",
        "└─ summit <0.26.0>",
        "main <0.2.0> ── exit signal (kill) ──► radio <0.25.0>",
        "expedition <0.21.0>",
        "├─ camp <0.23.0>",
        "│ ├─ kettle <0.24.0>",
        "│ └─ radio <0.27.0> before: <0.25.0>",
        "└─ summit <0.26.0>",
        "main <0.2.0> ── exit signal (kill) ──► radio <0.27.0>",
        "camp <0.23.0> ── exit signal (shutdown) ──► kettle <0.24.0>",
        "camp <0.23.0> ends, by its own choice, for the reason shutdown",
        "expedition <0.21.0> ── exit signal (shutdown) ──► summit <0.26.0>",
        "expedition <0.21.0> starts camp <0.28.0>",
        "expedition <0.21.0> starts summit <0.31.0>",
        "├─ stores <0.22.0>",
        "├─ camp <0.28.0> before: <0.23.0>",
        "│ ├─ kettle <0.29.0> before: <0.24.0>",
        "│ └─ radio <0.30.0> before: <0.27.0>",
        "└─ summit <0.31.0> before: <0.26.0>",
        "main <0.2.0> ── stop ──► expedition <0.21.0>",
        "» ended, in this order: summit, radio, kettle, camp, stores, expedition");
    assertThat(lineWith(page, "├─ stores")).as("never restarted").doesNotContain("before");
    assertPidsConsistent(page);
  }

  @Test
  void aPostponedCallIsHandledInTheStateThatCan() throws Exception {
    List<String> page = page(11);
    assertStory(
        page,
        "main <0.2.0> starts radio <0.3.0>",
        "radio <0.3.0> ── message Entered[state=Connecting[]] ──► main <0.2.0>",
        "radio <0.3.0> ── message Entered[state=Disconnected[]] ──► main <0.2.0>",
        "radio <0.3.0> ── message Entered[state=Connecting[]] ──► main <0.2.0>",
        "After each failure radio was in the state Disconnected",
        "radio <0.3.0> ── message Entered[state=Disconnected[]] ──► main <0.2.0>",
        "Now the station greets",
        "radio <0.3.0> ── message Entered[state=Connected[]] ──► main <0.2.0>",
        "radio <0.3.0> ── message Question[text=how high is it?] ──► line",
        "» the station reads: how high is it?");
    int connected = indexOf(page, 0, "Entered[state=Connected[]]");
    assertThat(page.subList(0, connected))
        .as("asked when it was not connected")
        .anyMatch(line -> line.contains("── call Ask[question=how high is it?] ──► radio"))
        .noneMatch(line -> line.contains("── reply"))
        .noneMatch(line -> line.contains("Question["));
    assertPidsConsistent(page);
  }

  @Test
  void aStateTimeoutEndsAConnectionThatSaysNothing() throws Exception {
    List<String> page = page(11);
    int mute = indexOf(page, 0, "After each failure radio was");
    int early = mute;
    while (!page.get(early).contains("state=Connecting")) {
      early--;
    }
    int end = indexOf(page, early, "radio <0.3.0> ── exit signal (shutdown) ──► line");
    assertThat(millis(page.get(end)) - millis(page.get(early)))
        .as("the time in the state Connecting")
        .isGreaterThanOrEqualTo(999);
    assertThat(page.subList(early, indexOf(page, 0, "Now the station greets")))
        .anyMatch(line -> line.contains("what it owned (Socket) has been closed for it"));
  }

  @Test
  void aCallIsAnsweredLateWhileOthersAreServed() throws Exception {
    assertStory(
        page(11),
        "» the station reads: how high is it?",
        "main <0.2.0> ── call HowIsIt[] ──► radio <0.3.0>",
        "» Connected[], waiting for the station: 1",
        "line",
        "radio <0.3.0> ── reply 4,810 m ──► client",
        "» client got: 4,810 m",
        "» the station reads: is there snow?",
        "line",
        "radio <0.3.0> ── reply no answer: the station has hung up ──► client",
        "radio <0.3.0> ── message Entered[state=Disconnected[]] ──► main <0.2.0>",
        "radio <0.3.0> ── message Entered[state=Connected[]] ──► main <0.2.0>",
        "radio <0.3.0> ends: its body has returned, and its reason is normal");
    assertStory(
        page(11), "» client got: 4,810 m", "» client got: no answer: the station has hung up");
  }

  @Test
  void theApplicationOutlivesItsSourceAndDeliversWhatCameMeanwhile() throws Exception {
    List<String> page = page(12);
    assertStory(
        page,
        "main <0.2.0> starts applications of tunnel <0.3.0>",
        "top <0.5.0>",
        "├─ ledger <0.6.0>",
        "└─ ends <0.7.0>",
        "├─ poster <0.8.0>",
        "└─ source <0.9.0>",
        "source <0.9.0> ── call Post[text=the rope is fixed] ──► poster <0.8.0>",
        "source <0.9.0> ── call Delivered[id=1] ──► ledger <0.6.0>",
        "» posted at the summit: {\"text\":\"the rope is fixed\"}",
        "source <0.9.0> CRASHES: SourceEnded: the source",
        "ends <0.7.0> starts source <0.10.0>",
        "ledger <0.6.0> ── reply 1 ──► source <0.10.0>",
        "source <0.10.0> CRASHES: IOException: cannot reach the source",
        "source <0.11.0> CRASHES: IOException: cannot reach the source",
        "Nobody else has noticed",
        "source",
        "» posted at the summit: {\"text\":\"the rope is fixed\"}",
        "» posted at the summit: {\"text\":\"it is snowing\"}",
        "» posted at the summit: {\"text\":\"Anna says: \\\"put the kettle on\\\"\"}",
        "├─ ledger <0.6.0>",
        "├─ poster <0.8.0>",
        "└─ source <0.");
    // The top gets its name when it has started.
    assertPidsConsistent(page.stream().filter(line -> !line.contains("starts <")).toList());
  }

  @Test
  void theApplicationsSourceIsTriedAgainLaterAndLater() throws Exception {
    List<String> page = page(12);
    int at = indexOf(page, 0, "Now the camp's server is shut down");
    for (int i = 0; i < 3; i++) {
      int crash = indexOf(page, at, " CRASHES: ");
      at = indexOf(page, crash, "starts source <0." + (10 + i) + ".0>");
      assertThat(millis(page.get(at)) - millis(page.get(crash)))
          .as("wait before restart %d, with a jitter of a fifth", i + 1)
          .isGreaterThanOrEqualTo((50 << i) * 4 / 5 - 1);
    }
  }

  @Test
  void noCallOfTheApplicationIsToldWithoutItsReply() throws Exception {
    List<String> page = page(12).stream().map(line -> line.replaceAll(" +", " ")).toList();
    assertStory(
        page,
        "ends <0.7.0> starts source <0.9.0>",
        "source <0.9.0> ── call Latest[] ──► ledger <0.6.0>",
        "ledger <0.6.0> ── reply 0 ──► source <0.9.0>",
        "Somebody at the camp says something");
    for (String server : List.of("poster <0.8.0>", "ledger <0.6.0>")) {
      long calls = page.stream().filter(line -> line.matches(".*── call .*► " + server)).count();
      long replies = page.stream().filter(line -> line.contains(server + " ── reply ")).count();
      assertThat(replies).as("replies of %s", server).isEqualTo(calls).isPositive();
    }
  }

  @Test
  void theApplicationOutlivesEachOfItsProcesses() throws Exception {
    List<String> page = page(12);
    assertStory(
        page,
        "» ends/source <0.",
        "» ends/poster <0.8.0> was killed; posted at the summit: so much for ends/poster",
        "» ends <0.7.0> was killed; posted at the summit: so much for ends",
        "» ledger <0.6.0> was killed; posted at the summit: so much for ledger",
        "top <0.5.0>",
        "├─ ledger <0.",
        "└─ ends <0.",
        "├─ poster <0.",
        "└─ source <0.",
        "main <0.2.0> ── stop ──► applications of tunnel <0.3.0>",
        "» the ledger's file says: 7",
        "» 7 messages were said at the camp, 7 came to the summit");
    int last = page.lastIndexOf(lineAfter(page, "And this is the tree now"));
    List<String> tree = page.subList(last, last + 5);
    assertThat(tree.getFirst()).doesNotContain("before");
    assertThat(tree.subList(1, 5)).allSatisfy(row -> assertThat(row).contains("before: <0."));
    List<String> told = page.subList(last, page.size());
    assertThat(indexOf(told, 0, "══► ends")).isLessThan(indexOf(told, 0, "══► top"));
    assertThat(indexOf(told, 0, "(shutdown) ──► source"))
        .isLessThan(indexOf(told, 0, "(shutdown) ──► poster"));
    assertThat(indexOf(told, 0, "(shutdown) ──► poster"))
        .isLessThan(indexOf(told, 0, "(shutdown) ──► ledger"));
  }

  /// The first line of the drawing that follows some text.
  private static String lineAfter(List<String> page, String text) {
    return page.get(indexOf(page, indexOf(page, 0, text), "top <0."));
  }
}
