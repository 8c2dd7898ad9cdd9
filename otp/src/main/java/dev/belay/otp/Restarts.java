package dev.belay.otp;

import dev.belay.Node;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// How often a supervisor has restarted lately (SV17).
final class Restarts {
  private final Node node;
  private final int intensity;
  private final long period;
  private final Deque<Long> times = new ArrayDeque<>(2);

  Restarts(Node node, int intensity, Duration period) {
    this.node = node;
    this.intensity = intensity;
    this.period = Nanos.of(period);
  }

  static void check(int intensity, Duration period) {
    if (intensity < 0 || period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "intensity("
              + intensity
              + ", "
              + period
              + "): the number cannot be negative, and the period must be positive");
    }
  }

  /// Counts a restart.
  ///
  /// @return whether it is one of those that are allowed
  boolean add() {
    long now = node.nanoTime();
    while (!times.isEmpty() && now - times.getFirst() > period) {
      times.removeFirst();
    }
    times.addLast(now);
    return times.size() <= intensity;
  }
}
