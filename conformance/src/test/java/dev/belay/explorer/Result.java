package dev.belay.explorer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an exploration found.
///
/// @param name the scenario
/// @param schedules how many schedules were run
/// @param steps how many steps they had together
/// @param traces how many of them differed in the order of conflicting steps
/// @param nanos how long it took
/// @param covered what has been covered, in words
/// @param report the run that failed, or was replayed; null if all were right
public record Result(
    String name,
    long schedules,
    long steps,
    long traces,
    long nanos,
    String covered,
    @Nullable Report report) {

  /// Tells whether no run failed.
  ///
  /// @return whether all were right
  public boolean isRight() {
    return report == null || report.failure() == null;
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "%-44s %,9d schedules %,9d distinct %,7.0f steps each %6.2f s  %s",
            name,
            schedules,
            traces,
            (double) steps / Math.max(1, schedules),
            nanos / 1e9,
            covered)
        + (report == null ? "" : "\n" + report);
  }
}
