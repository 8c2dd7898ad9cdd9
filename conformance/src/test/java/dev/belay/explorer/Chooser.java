package dev.belay.explorer;

/// Decides who gets the turn.
interface Chooser {
  /// Chooses the strand that makes the next step.
  ///
  /// @param event the number of that step
  /// @param enabled the strands that could make it, as bits
  /// @param running the strand that made the step before, or -1
  /// @param canGoOn whether that strand could make this one, too
  /// @return the number of an enabled strand
  int choose(int event, int enabled, int running, boolean canGoOn);

  /// Hears that what a strand is about to do conflicts with an earlier event of another one, and
  /// that nothing orders the two.
  ///
  /// @param event the other one's event
  /// @param strand the strand
  /// @param helpers the strands that did something since that event without which this strand would
  ///   not be where it is, as bits
  default void race(int event, int strand, int helpers) {}

  /// Returns the schedule that was chosen.
  ///
  /// @return which strand made which step
  Schedule schedule();
}
