package dev.belay.rules;

import static dev.belay.Belay.relinquish;

import java.util.concurrent.atomic.AtomicInteger;

/// Lets two processes begin something at the same instant, again and again: they spin, because
/// waking up takes longer than what they are to race through.
final class Together {
  private static final int SPINS = 1_000;

  private final AtomicInteger arrived = new AtomicInteger();

  /// Waits until the other process is here, too.
  void meet() {
    int both = (arrived.incrementAndGet() + 1) / 2 * 2;
    long deadline = System.nanoTime() + Staged.PATIENCE.toNanos();
    for (int spin = 0; arrived.get() < both; spin++) {
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else if (System.nanoTime() - deadline < 0) {
        // The other one may need this processor.
        relinquish();
      } else {
        throw new AssertionError("the other process did not come");
      }
    }
  }

  /// Passes a little time.
  static void spend(int spins) {
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }
}
