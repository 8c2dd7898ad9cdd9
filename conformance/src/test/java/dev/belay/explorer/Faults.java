package dev.belay.explorer;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Throws one error at one position of an execution, if it is told to; otherwise counts positions.
public final class Faults {
  private final int position;
  private final Function<String, ? extends Error> error;
  private boolean armed;
  private int count;
  private @Nullable String fired;

  /// Makes faults.
  ///
  /// @param position where to throw, counted from 0, or -1 for nowhere
  /// @param error makes the error from the name of the place
  Faults(int position, Function<String, ? extends Error> error) {
    this.position = position;
    this.error = error;
  }

  static Faults none() {
    return new Faults(-1, InjectedError::new);
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

  void at(Execution execution, int site) {
    if (!armed || execution.hasFailed()) {
      return;
    }
    if (count++ == position) {
      String where = execution.running() + " at " + Site.of(site);
      fired = where;
      throw error.apply(where);
    }
  }
}
