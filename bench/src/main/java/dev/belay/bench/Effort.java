package dev.belay.bench;

/// How long one system is given for one row in one round.
///
/// @param warmUpMillis how long it works before anything counts
/// @param measureMillis how long it is measured
/// @param iterations how often it is measured at least
record Effort(long warmUpMillis, long measureMillis, int iterations) {
  static final Effort FULL = new Effort(3_000, 1_500, 3);
  static final Effort QUICK = new Effort(800, 250, 2);

  /// As long must a JVM have spawned and parked before its stacks are those of compiled code.
  private static final long COMPILED_MILLIS = 4_000;

  /// The same, for workloads of which a second has but a few iterations, most of it to make them
  /// ready.
  Effort forBursts() {
    return new Effort(2 * warmUpMillis, measureMillis, iterations);
  }

  /// The same, with as much warm-up as counting bytes needs.
  Effort forBytes() {
    return new Effort(Math.max(warmUpMillis, COMPILED_MILLIS), measureMillis, iterations);
  }
}
