package dev.belay.bench;

/// One run with millions of processes alive at once.
///
/// @param style of the processes
/// @param processes how many
/// @param spawnNanos until all were there, for each
/// @param bytes of the live heap while all waited, for each
/// @param answerNanos until all had answered a message, for each
record Crowded(
    Contender style, int processes, double spawnNanos, double bytes, double answerNanos) {}
