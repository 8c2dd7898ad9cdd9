package dev.belay.explorer;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Explores one scenario.
public final class Explorer {
  private final String name;
  private final Supplier<? extends Scenario> scenario;
  private final @Nullable Guards guards;
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
        return result(schedules, steps, traces, began, "", report(search.schedule(), -1, failure));
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
        throw new IllegalStateException(report(search.schedule(), -1, failure).toString());
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
        return result(i + 1, steps, traces, began, "", report(chooser.schedule(), -1, failure));
      }
    }
    return result(schedules, steps, traces, began, "by chance from seed " + seed, null);
  }

  /// Throws an error at each position in turn, under the schedule that has no preemption, or under
  /// a given one.
  ///
  /// @param schedule the schedule up to where it differs from the usual one
  /// @param error makes the error from the name of the place
  /// @return what was found
  public Result faults(String schedule, Function<String, ? extends Error> error) {
    long began = System.nanoTime();
    Set<Long> traces = new HashSet<>();
    Schedule prefix = Schedule.parse(schedule);
    long steps = 0;
    int position = 0;
    while (true) {
      Replay chooser = new Replay(prefix);
      Faults faults = new Faults(position, error);
      Execution execution = new Execution(chooser, faults, guards, false);
      Failure failure = run(execution);
      steps += execution.events;
      traces.add(execution.conflicts.trace());
      if (failure != null) {
        return result(
            position + 1, steps, traces, began, "", report(chooser.schedule(), position, failure));
      }
      if (faults.fired() == null || position >= limit) {
        return result(position, steps, traces, began, "an error at each position", null);
      }
      position++;
    }
  }

  /// Runs one schedule, and says step by step what happens.
  ///
  /// @param schedule as it was printed, with `!` and the position of the error if one was thrown
  /// @param error makes the error from the name of the place
  /// @return what was found
  public Result replay(String schedule, Function<String, ? extends Error> error) {
    long began = System.nanoTime();
    String[] parts = schedule.split("!", -1);
    int position = parts.length == 1 ? -1 : Integer.parseInt(parts[1]);
    Replay chooser = new Replay(Schedule.parse(parts[0]));
    Execution execution = new Execution(chooser, new Faults(position, error), guards, true);
    Failure failure = run(execution);
    Report report =
        new Report(
            name,
            chooser.schedule().toString() + (position < 0 ? "" : "!" + position),
            failure,
            execution.faults.fired(),
            java.util.Objects.requireNonNull(execution.record));
    return new Result(
        name, 1, execution.events, 1, System.nanoTime() - began, "one schedule", report);
  }

  private @Nullable Failure run(Execution execution) {
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

  private Report report(Schedule schedule, int position, Failure failure) {
    Result again = replay(schedule + (position < 0 ? "" : "!" + position), InjectedError::new);
    Report report = again.report();
    return report != null && report.failure() != null
        ? report
        : new Report(name, schedule + " (does not fail again)", failure, null, java.util.List.of());
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
