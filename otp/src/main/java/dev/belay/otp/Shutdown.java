package dev.belay.otp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a supervisor ends a child (SV21).
///
/// ```java
/// ChildSpec.server("journal", Journal::new).shutdown(Shutdown.within(Duration.ofSeconds(30)));
/// ```
///
/// If nothing is said a worker has 5 s, and a supervisor as long as it takes. A server that does
/// not trap exits ends at once when it is told to, without [Server#cleanUp]; one that does may use
/// its time for that. A child that has to be killed because its time is over is reported (SV23).
///
/// **When not to use it.** [#BRUTAL_KILL] for what has children of its own: a supervisor that is
/// killed does not end its children in order. [#INFINITE] for what may hang: whoever stops the tree
/// then waits with it.
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

  /// Returns how long it is waited for until it is killed.
  ///
  /// @return the time; nothing if it is for ever, or not at all
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
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
