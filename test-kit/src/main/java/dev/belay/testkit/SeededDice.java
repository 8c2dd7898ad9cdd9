package dev.belay.testkit;

/// Random numbers that are the same for a seed on every JVM, now and in future versions.
final class SeededDice {
  /*
   * SplitMix64: Guy L. Steele Jr., Doug Lea, and Christine H. Flood, "Fast splittable pseudorandom number generators", 2014.
   */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  SeededDice(long seed) {
    this.state = seed;
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  long next() {
    state += STEP;
    return mix(state);
  }

  /// Returns a number from 0 up to and without a bound.
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }
}
