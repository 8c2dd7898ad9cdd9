package dev.belay.explorer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs one scenario again and again, each time with an error at another position.
final class Injection {
  /// After so many failures the rest is not run: they mostly have one cause.
  private static final int MOST_FAILURES = 20;

  private final Explorer explorer;
  private final Strike strike;
  private final Set<Site> places = new LinkedHashSet<>();
  private final List<String> failed = new ArrayList<>();
  private @Nullable Report first;
  private int schedules;
  private long runs;

  Injection(Explorer explorer, Strike strike) {
    this.explorer = explorer;
    this.strike = strike;
  }

  /// What was found.
  ///
  /// @param name the scenario
  /// @param schedules under how many schedules
  /// @param positions how many positions they had together, which is the number of runs with an
  ///   error
  /// @param places the different places in the code at which errors were thrown
  /// @param nanos how long it took
  /// @param failed the runs that failed, one line each; at most some
  /// @param report the first of them, or null
  record Outcome(
      String name,
      int schedules,
      long positions,
      Set<Site> places,
      long nanos,
      List<String> failed,
      @Nullable Report report) {

    boolean isRight() {
      return failed.isEmpty();
    }

    @Override
    public String toString() {
      String line =
          String.format(
              Locale.ROOT,
              "%-44s %,6d schedules %,10d positions %,6d places %6.2f s",
              name,
              schedules,
              positions,
              places.size(),
              nanos / 1e9);
      return failed.isEmpty()
          ? line
          : line + "\n" + report + "all that failed:\n  " + String.join("\n  ", failed);
    }
  }

  /// Under the schedule in which the running strand goes on while it can.
  Outcome usual() {
    return usual(1);
  }

  /// Under the usual schedule, but not at all positions.
  ///
  /// @param every how many positions there are from one error to the next
  Outcome usual(int every) {
    long began = System.nanoTime();
    positions(() -> new Replay(Schedule.parse("")), every);
    return outcome(began);
  }

  /// Under schedules by chance.
  ///
  /// @param seed of the first; the others follow from it
  /// @param number how many
  Outcome byChance(long seed, int number) {
    long began = System.nanoTime();
    for (int i = 0; i < number && failed.isEmpty(); i++) {
      long next = seed + i;
      positions(() -> new RandomChooser(next), 1);
    }
    return outcome(began);
  }

  private void positions(Supplier<? extends Chooser> schedule, int every) {
    schedules++;
    // Once before, so that all classes have been initialised: that is done in the first run only.
    explorer.warmUp(schedule.get());
    Faults counted = Faults.counted();
    run(schedule.get(), counted, String.valueOf(Strike.MARK));
    int first = Math.floorMod(explorer.name.hashCode(), every);
    for (int position = first; position < counted.positions(); position += every) {
      if (failed.size() >= MOST_FAILURES) {
        return;
      }
      Faults faults = strike.at(position);
      run(schedule.get(), faults, strike.suffix(position));
      Site place = faults.site();
      if (place != null) {
        places.add(place);
        runs++;
      } else if (failed.isEmpty()) {
        throw new IllegalStateException(
            explorer.name + " has " + counted.positions() + " positions, but not " + position);
      }
    }
  }

  private void run(Chooser chooser, Faults faults, String suffix) {
    Execution execution = new Execution(chooser, faults, explorer.guards, false);
    Failure failure = explorer.run(execution);
    if (failure != null) {
      if (first == null) {
        first = explorer.report(chooser.schedule() + suffix, failure);
      }
      String what = failure.what().lines().findFirst().orElse("");
      failed.add(suffix + " in " + faults.fired() + ": " + what);
    }
  }

  private Outcome outcome(long began) {
    return new Outcome(
        explorer.name, schedules, runs, places, System.nanoTime() - began, failed, first);
  }
}
