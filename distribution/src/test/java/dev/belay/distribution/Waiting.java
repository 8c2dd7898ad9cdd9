package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions, up to a bound.
final class Waiting {
  private static final long LONGEST = 30_000_000_000L;
  private static final long POLL = 500_000;

  private Waiting() {}

  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waiting until " + what).isNegative();
      LockSupport.parkNanos(POLL);
    }
  }
}
