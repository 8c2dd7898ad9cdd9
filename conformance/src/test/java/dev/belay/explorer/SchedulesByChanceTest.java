package dev.belay.explorer;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Every scenario of the protocol under schedules by chance, however many preemptions they have;
/// otherwise as [ExplorationTest].
class SchedulesByChanceTest {
  @TestFactory
  Stream<DynamicTest> schedulesByChance() {
    return Explorations.forEach(entry -> entry.explorer(false).random(1, 200), false);
  }

  @Tag("full")
  @TestFactory
  Stream<DynamicTest> manySchedulesByChance() {
    return Explorations.forEach(
        entry -> entry.explorer(false).random(System.nanoTime(), 5_000), false);
  }

  /// In these little depends on the schedule.
  @TestFactory
  Stream<DynamicTest> answersAndTimes() {
    return Explorations.forEach(
        Catalogue.calm(), entry -> entry.explorer(false).random(1, 100), false);
  }
}
