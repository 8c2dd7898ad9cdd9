package dev.belay.otp;

import java.time.Duration;
import java.util.SplittableRandom;

/// How long to wait before a child is started again: twice as long after each failure in a row, and
/// a little at random, so that many do not come back at the same instant.
///
/// ```java
/// ChildSpec.server("connection", () -> new Connection(host))
///     .backoff(Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10)));
/// ```
///
/// That one waits for about 100 ms after the first failure, then 200, 400 and so on, and never for
/// much more than 10 s. After a run of 10 s or more it begins again with 100 ms. A child has none
/// unless it is given one, and is restarted at once.
///
/// Its supervisor hears others meanwhile. Each restart counts for the supervisor's intensity:
/// choose that so that the restarts in its period fit in, or the supervisor gives up.
///
/// **When not to use it.** For a failure that waiting does not help against, as of a wrong
/// configuration: it only puts off that somebody notices.
///
/// @param first after the first failure
/// @param longest never longer than this, but for the jitter
/// @param jitter the part of it that is at random, from 0 to 1: with 0.2, from 0.8 to 1.2 of it
/// @param healthyAfter how long a child has to have run for its failures to be forgotten
public record Backoff(Duration first, Duration longest, double jitter, Duration healthyAfter) {
  private static final int MOST_DOUBLINGS = 40;

  /// Makes the backoff.
  ///
  /// @param first after the first failure
  /// @param longest never longer than this, but for the jitter
  /// @param jitter the part of it that is at random, from 0 to 1
  /// @param healthyAfter how long a child has to have run for its failures to be forgotten
  public Backoff {
    if (first.isNegative()
        || longest.compareTo(first) < 0
        || !(jitter >= 0 && jitter <= 1)
        || healthyAfter.isNegative()) {
      throw new IllegalArgumentException(
          "Backoff("
              + first
              + ", "
              + longest
              + ", "
              + jitter
              + ", "
              + healthyAfter
              + "): the first time cannot be negative or above the longest, and the jitter is from"
              + " 0 to 1");
    }
  }

  /// A backoff with a jitter of 0.2, in which a child is healthy after it has run for the longest
  /// time.
  ///
  /// @param first after the first failure
  /// @param longest never longer than this, but for the jitter
  /// @return the backoff
  public static Backoff between(Duration first, Duration longest) {
    return new Backoff(first, longest, 0.2, longest);
  }

  /// Returns how long to wait after a number of failures before this one.
  Duration delay(int failures, SplittableRandom random) {
    double nanos =
        Math.min(
            (double) Nanos.of(longest),
            Nanos.of(first) * Math.pow(2, Math.min(failures, MOST_DOUBLINGS)));
    return Duration.ofNanos((long) (nanos * (1 + jitter * (2 * random.nextDouble() - 1))));
  }
}
