package dev.belay.explorer;

/// How much an execution may take until it counts as endless.
///
/// @param events the steps of all strands
/// @param polls the attempts of those who wait for each other, while nobody else can run
/// @param turns the turns of a loop without a step; counted only in mutants
/// @param patienceNanos how long a strand may run without coming to a choice point
record Limits(int events, int polls, int turns, long patienceNanos) {
  static final Limits USUAL = new Limits(150_000, 20_000, Integer.MAX_VALUE, 60_000_000_000L);
}
