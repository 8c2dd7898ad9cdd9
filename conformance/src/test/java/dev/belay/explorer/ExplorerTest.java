package dev.belay.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The explorer itself, on programs whose interleavings and bugs are known.
class ExplorerTest {
  private static final String PROGRAMS = "dev.belay.toys.Programs";

  private static Explorer toy(String name) {
    ExploringLoader loader = ExploringLoader.get(false);
    return new Explorer(
        name, () -> loader.create(Scenario.class, "dev.belay.toys.Toy$" + name), null);
  }

  private static Explorer play(String name) {
    return Catalogue.named(name).explorer(false);
  }

  @Test
  void allFieldsThatAreKnownByNameExist() {
    assertThat(ExploringLoader.get(false).fields().stale()).isEmpty();
  }

  /// What is left out is named, so that a class that is added is explored unless somebody says why
  /// not.
  @Test
  void allClassesOfTheCoreAreExploredButThoseThatAreNamed() throws Exception {
    Set<String> hooked = ExploringLoader.get(false).hooked();
    assertThat(hooked)
        .contains("Cell", "Dismantling", "Exits", "Grace", "Links", "Mailbox", "Names", "Reserve")
        .contains("Spawning", "Timers", "UserTimer", "Watches")
        .doesNotContainAnyElementsOf(ExploringLoader.LEFT_ALONE)
        .doesNotContainAnyElementsOf(ExploringLoader.EMPTIED);
    for (String name : ExploringLoader.LEFT_ALONE) {
      assertThat(Class.forName("dev.belay." + name)).isNotNull();
    }
    for (String name : ExploringLoader.EMPTIED) {
      assertThat(Class.forName("dev.belay." + name)).isNotNull();
    }
  }

  /// Five steps of one thread and four of the other, the first of each its beginning, the last its
  /// end: 9 over 4.
  @Test
  void withoutReductionEveryOrderIsRun() {
    Result result = toy("Writes").unreduced().explore(99);
    assertThat(result.isRight()).isTrue();
    assertThat(result.schedules()).isEqualTo(126);
    assertThat(result.traces()).isEqualTo(6);
    assertThat(result.covered()).isEqualTo("all there are");
  }

  @Test
  void whatDoesNotConflictIsRunOnce() {
    assertThat(toy("Strangers").explore(99).schedules()).isEqualTo(1);
    assertThat(toy("Strangers").unreduced().explore(1).schedules()).isEqualTo(68);
  }

  @ParameterizedTest
  @CsvSource({
    "LostUpdate, an update was lost",
    "LostWakeUp, nobody can run any more",
    "Race, data race on Toy$Race.x",
    "Circle, more than",
    "TooLate, not done after a while",
  })
  void bugsAreFound(String name, String what) {
    Report report = Objects.requireNonNull(toy(name).explore(1).report());
    assertThat(Objects.requireNonNull(report.failure()).what()).contains(what);
    assertThat(report.toString()).contains(what).contains("run it again with");
  }

  @Test
  void aBugThatNeedsThreePreemptionsIsFoundWithThree() {
    assertThat(toy("Deep").explore(2).isRight()).isTrue();
    assertThat(toy("Deep").explore(3).isRight()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Counted", "Published", "Sleeper", "Monitors", "Writes", "InTime", "Patient"})
  void whatIsRightIsFoundRight(String name) {
    Result result = toy(name).explore(99);
    assertThat(result.isRight()).as(result.toString()).isTrue();
    assertThat(result.covered()).isEqualTo("all there are");
  }

  @Test
  void aFailureHappensAgainWhenItsScheduleIsReplayed() {
    Report first = Objects.requireNonNull(toy("LostUpdate").explore(2).report());
    Result again = toy("LostUpdate").replay(first.schedule());
    Report second = Objects.requireNonNull(again.report());
    assertThat(again.isRight()).isFalse();
    assertThat(second.steps()).isEqualTo(first.steps()).isNotEmpty();
    assertThat(second.schedule()).isEqualTo(first.schedule());
  }

  @Test
  void aScheduleIsReadAsItIsWritten() {
    String text = "0x12.2x3.0.11x2";
    assertThat(Schedule.parse(text)).hasToString(text);
    assertThat(Schedule.parse("").strands()).isEmpty();
  }

  @Test
  void chanceFindsWhatIsNotDeep() {
    assertThat(toy("LostUpdate").random(1, 1_000).isRight()).isFalse();
  }

  /// The reduction leaves out no trace: with it and without it the same ones are seen.
  @ParameterizedTest
  @CsvSource({
    "LinkPlays.LinkAndDeath, 1",
    "LinkPlays.LinkAndDeath, 2",
    "LinkPlays.UnlinkAndUnlink, 2",
    "LinkPlays.Hub, 1",
    "MonitorPlays.BothDie, 1",
    "MonitorPlays.LinkAndMonitorAndDeath, 2",
    "MonitorPlays.ReplyAndDeath, 1",
    "WaitPlays.SendAndPark, 2",
    "WaitPlays.TimeoutAndTimer, 2",
    "WaitPlays.TimerAndCancel, 1",
    "WaitPlays.TimerAndDeath, 1",
    "NamePlays.RegisterAndDeath, 2",
    "OwnPlays.CloseAtOnce, 1",
  })
  void theReductionLeavesNothingOut(String name, int bound) {
    Set<Long> reduced = play(name).traces(bound);
    assertThat(play(name).unreduced().traces(bound)).isEqualTo(reduced).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @Tag("full")
  @CsvSource({
    "LinkPlays.LinkAndLinkAndKill, 1",
    "ExitPlays.ExitAndReturn, 1",
    "SpawnPlays.SpawnLinkAndKill, 1",
    "MonitorPlays.TwoReplies, 1",
    "OwnPlays.GiveAndKill, 1",
  })
  void theReductionLeavesNothingOutThoughThereIsMuch(String name, int bound) {
    theReductionLeavesNothingOut(name, bound);
  }

  /// The same for programs that nobody had in mind.
  @ParameterizedTest
  @CsvSource({"0, 300", "1, 150", "2, 30"})
  void theReductionLeavesNothingOutOfAnyProgram(int bound, int programs) {
    int traces = 0;
    for (long seed = 0; seed < programs; seed++) {
      Set<Long> unreduced = program(seed).unreduced().traces(bound);
      assertThat(program(seed).traces(bound)).as("program %d", seed).isEqualTo(unreduced);
      traces += unreduced.size();
    }
    assertThat(traces).isGreaterThan(2 * programs);
  }

  private static Explorer program(long seed) {
    ExploringLoader loader = ExploringLoader.get(false);
    return new Explorer(
        "Programs " + seed, () -> loader.create(Scenario.class, PROGRAMS, seed), null);
  }
}
