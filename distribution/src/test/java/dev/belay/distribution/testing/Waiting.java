package dev.belay.distribution.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;

/// Waits for conditions, up to a bound.
public final class Waiting {
  private static final long LONGEST = 30_000_000_000L;
  private static final long POLL = 1_000_000;

  private Waiting() {}

  /// A condition that may need to look at a socket.
  @FunctionalInterface
  public interface Condition {
    /// Tells whether it holds.
    boolean holds() throws Exception;
  }

  /// Waits until a condition holds.
  public static void until(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + LONGEST;
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadline).as("waiting until " + what).isNegative();
      LockSupport.parkNanos(POLL);
    }
  }
}
