package dev.belay.explorer;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Throws one error at one position of an execution, if it is told to.
///
/// A *position* is the moment before a call or an allocation in the runtime's own code, on whatever
/// thread. They are counted from 0, in the order of the execution; up to the position at which the
/// error strikes, an execution is the same as without it.
public final class Faults {
  private static final int COUNT_ONLY = -1;

  private final @Nullable Function<String, ? extends Error> error;
  private final int position;
  private boolean armed;
  private int count;
  private int site = -1;
  private @Nullable String fired;

  private Faults(int position, @Nullable Function<String, ? extends Error> error) {
    this.position = position;
    this.error = error;
  }

  /// No errors, and no positions.
  static Faults none() {
    return new Faults(COUNT_ONLY, null);
  }

  /// Counts the positions, and throws nothing.
  static Faults counted() {
    return new Faults(COUNT_ONLY, InjectedError::new);
  }

  /// Throws an error.
  ///
  /// @param position where
  /// @param error makes the error from the name of the place
  static Faults at(int position, Function<String, ? extends Error> error) {
    return new Faults(position, error);
  }

  /// Tells whether this run is one of those for errors; the one that only counts positions is, too.
  ///
  /// @return whether it is
  public boolean areOn() {
    return error != null;
  }

  /// Begins or ends the part of the scenario in which errors strike.
  ///
  /// @param now whether they do
  public void arm(boolean now) {
    armed = now;
  }

  /// Tells whether the error has been thrown.
  ///
  /// @return whether it has
  public boolean hasFired() {
    return fired != null;
  }

  /// How many positions there were.
  int positions() {
    return count;
  }

  /// Where the error was thrown, or null.
  @Nullable String fired() {
    return fired;
  }

  /// The place in the code where it was thrown, or null.
  @Nullable Site site() {
    return site < 0 ? null : Site.of(site);
  }

  void at(Execution execution, int where) {
    if (error == null || !armed || execution.running().spared || execution.hasFailed()) {
      return;
    }
    if (count++ == position) {
      String place = execution.running() + " at " + Site.of(where);
      site = where;
      fired = place;
      throw error.apply(place);
    }
  }
}
