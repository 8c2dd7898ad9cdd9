package dev.belay.bench;

/// How long one system is given for one row in one round.
///
/// @param warmUpMillis how long it works before anything counts
/// @param measureMillis how long it is measured
/// @param iterations how often it is measured at least
record Effort(long warmUpMillis, long measureMillis, int iterations) {
  static final Effort FULL = new Effort(3_000, 1_500, 3);
  static final Effort QUICK = new Effort(800, 250, 2);
}
