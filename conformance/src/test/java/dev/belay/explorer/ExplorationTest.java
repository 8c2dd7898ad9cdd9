package dev.belay.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every scenario of the protocol under every schedule up to a bound.
///
/// What was run is written to the log of the tests, and so is a schedule that fails, which
/// `-Dbelay.explore.replay=…` runs again.
class ExplorationTest {
  private static final Logger LOGGER = Logger.getLogger("dev.belay.explorer");

  /// More schedules than this are not run even in the long tier; the result then says "given up".
  private static final int MOST = 20_000;

  @TestFactory
  Stream<DynamicTest> everySchedule() {
    return Explorations.forEach(entry -> entry.explorer(false).explore(entry.preemptions()), true);
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> everyScheduleWithMorePreemptions() {
    return Explorations.forEach(
        entry -> entry.explorer(false).limit(MOST).explore(entry.full()), false);
  }

  /// Runs the schedule that a property names, `scenario:schedule`, or the usual one of one
  /// scenario.
  @Test
  void replay() {
    String given = System.getProperty("belay.explore.replay", "");
    String which = given.isEmpty() ? "LinkPlays.LinkAndDeath:" : given;
    int colon = which.indexOf(':');
    String schedule = which.substring(colon + 1);
    Catalogue.Entry entry = Catalogue.named(which.substring(0, colon));
    Result result = entry.explorer(schedule.contains("!")).replay(schedule);
    if (!given.isEmpty()) {
      LOGGER.info(result.toString());
    }
    assertThat(result.isRight()).as(result.toString()).isTrue();
    assertThat(result.steps()).isPositive();
  }
}
