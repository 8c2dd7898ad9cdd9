package dev.belay.explorer;

/// What is explored: a small program, run once for each schedule.
///
/// It must do the same under the same schedule: no clock but the stage's, no chance, no threads but
/// those of the host, nothing shared with another run.
public interface Scenario {
  /// Runs on the main strand, from the beginning to the last assertion.
  ///
  /// @param stage what it can ask of the explorer
  /// @throws Throwable if something is wrong
  void run(Stage stage) throws Throwable;
}
