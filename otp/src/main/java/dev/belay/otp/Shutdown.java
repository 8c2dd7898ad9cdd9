package dev.belay.otp;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a supervisor ends a child (SV21).
public final class Shutdown {
  /// Told to shut down, and waited for, for ever: for supervisors, which have children of their own
  /// to end.
  public static final Shutdown INFINITE = new Shutdown(null, false);

  /// Killed at once.
  public static final Shutdown BRUTAL_KILL = new Shutdown(null, true);

  final @Nullable Duration timeout;
  final boolean brutal;

  private Shutdown(@Nullable Duration timeout, boolean brutal) {
    this.timeout = timeout;
    this.brutal = brutal;
  }

  /// Told to shut down, and killed if it has not ended after a time.
  ///
  /// @param time not negative
  /// @return the way
  public static Shutdown within(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("within(" + time + "): the time cannot be negative");
    }
    return new Shutdown(time, false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shutdown shutdown
        && shutdown.brutal == brutal
        && Objects.equals(shutdown.timeout, timeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(timeout, brutal);
  }

  @Override
  public String toString() {
    return brutal ? "brutal kill" : timeout == null ? "infinite" : "within " + timeout;
  }
}
