package dev.belay.explorer;

/// What else is put into the code for the search for mutants.
enum Probe {
  NONE,

  /// Says which lines are run.
  LINES,

  /// Counts the turns of loops, so that one that has become endless ends.
  TURNS
}
