package dev.belay.explorer;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Explores one scenario.
public final class Explorer {
  final String name;
  private final Supplier<? extends Scenario> scenario;
  final @Nullable Guards guards;
  private boolean reduced = true;
  private int limit = Integer.MAX_VALUE;

  /// Prepares an exploration.
  ///
  /// @param name what the scenario is called
  /// @param scenario makes the scenario, anew for each run
  /// @param guards knows the locks of guarded fields, or null for no such check
  public Explorer(String name, Supplier<? extends Scenario> scenario, @Nullable Guards guards) {
    this.name = name;
    this.scenario = scenario;
    this.guards = guards;
  }

  /// Runs also schedules that differ only in the order of steps that do not conflict.
  ///
  /// @return this
  public Explorer unreduced() {
    reduced = false;
    return this;
  }

  /// Gives up after a number of schedules.
  ///
  /// @param schedules how many
  /// @return this
  public Explorer limit(int schedules) {
    limit = schedules;
    return this;
  }

  /// Runs every schedule up to a bound.
  ///
  /// @param bound the most preemptions of a schedule
  /// @return what was found
  public Result explore(int bound) {
    long began = System.nanoTime();
    Search search = new Search(bound, reduced);
    Set<Long> traces = new HashSet<>();
    long steps = 0;
    int schedules = 0;
    boolean left = true;
    while (left && schedules < limit) {
      search.begin();
      Execution execution = new Execution(search, Faults.none(), guards, false);
      Failure failure = run(execution);
      schedules++;
      steps += execution.events;
      traces.add(execution.conflicts.trace());
      if (failure != null) {
        return result(
            schedules, steps, traces, began, "", report(search.schedule().toString(), failure));
      }
      left = search.advance();
    }
    String covered =
        left
            ? "given up"
            : search.isCut() ? "all with up to " + bound + " preemptions" : "all there are";
    return result(schedules, steps, traces, began, covered, null);
  }

  /// Runs every schedule up to a bound, all of which must be right.
  ///
  /// @param bound the most preemptions of a schedule
  /// @return the names of the traces
  Set<Long> traces(int bound) {
    Set<Long> traces = new HashSet<>();
    Search search = new Search(bound, reduced);
    do {
      search.begin();
      Execution execution = new Execution(search, Faults.none(), guards, false);
      Failure failure = run(execution);
      if (failure != null) {
        throw new IllegalStateException(report(search.schedule().toString(), failure).toString());
      }
      traces.add(execution.conflicts.trace());
    } while (search.advance());
    return traces;
  }

  /// Runs schedules by chance.
  ///
  /// @param seed of the first; the others follow from it
  /// @param schedules how many
  /// @return what was found
  public Result random(long seed, int schedules) {
    long began = System.nanoTime();
    Set<Long> traces = new HashSet<>();
    long steps = 0;
    for (int i = 0; i < schedules; i++) {
      RandomChooser chooser = new RandomChooser(seed + i);
      Execution execution = new Execution(chooser, Faults.none(), guards, false);
      Failure failure = run(execution);
      steps += execution.events;
      traces.add(execution.conflicts.trace());
      if (failure != null) {
        return result(
            i + 1, steps, traces, began, "", report(chooser.schedule().toString(), failure));
      }
    }
    return result(schedules, steps, traces, began, "by chance from seed " + seed, null);
  }

  /// Runs one schedule, and says step by step what happens.
  ///
  /// @param schedule as it was printed, with the position of the error if one was thrown
  /// @return what was found
  public Result replay(String schedule) {
    long began = System.nanoTime();
    int mark = schedule.indexOf(Strike.MARK);
    String suffix = mark < 0 ? "" : schedule.substring(mark);
    Schedule given = Schedule.parse(mark < 0 ? schedule : schedule.substring(0, mark));
    if (mark >= 0) {
      warmUp(new Replay(given));
    }
    Replay chooser = new Replay(given);
    Execution execution = new Execution(chooser, Strike.parse(suffix), guards, true);
    Failure failure = run(execution);
    Report report =
        new Report(
            name,
            chooser.schedule() + suffix,
            failure,
            execution.faults.fired(),
            Objects.requireNonNull(execution.record));
    return new Result(
        name, 1, execution.events, 1, System.nanoTime() - began, "one schedule", report);
  }

  /// Runs a schedule without an error, so that positions are counted the same ever after.
  void warmUp(Chooser chooser) {
    run(new Execution(chooser, Faults.counted(), guards, false));
  }

  @Nullable Failure run(Execution execution) {
    return execution.run(() -> {
      try {
        scenario.get().run(new Stage(execution));
      } catch (Abort e) {
        throw e;
      } catch (Throwable e) {
        throw execution.fail(e.toString(), e);
      }
    });
  }

  /// Runs a schedule that failed again, to say what happened.
  ///
  /// @param schedule with the position of the error, if one was thrown
  Report report(String schedule, Failure failure) {
    Report report = replay(schedule).report();
    return report != null && report.failure() != null
        ? report
        : new Report(name, schedule + " (does not fail again)", failure, null, List.of());
  }

  private Result result(
      int schedules,
      long steps,
      Set<Long> traces,
      long began,
      String covered,
      @Nullable Report report) {
    return new Result(
        name, schedules, steps, traces.size(), System.nanoTime() - began, covered, report);
  }
}
