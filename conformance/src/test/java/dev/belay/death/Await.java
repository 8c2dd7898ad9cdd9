package dev.belay.death;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions that must come true, and says which one did not.
final class Await {
  /// Long enough for a machine that is busy with other things.
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long PAUSE_NANOS = 500_000;

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    until(what, LIMIT, condition);
  }

  static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// Waits until a thread is somewhere inside a method.
  static void untilIn(Thread thread, String method) {
    until(
        thread + " in " + method + "()",
        () ->
            Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method)));
  }
}
