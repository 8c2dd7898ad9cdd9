package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Pid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A supervisor cannot do what it was asked for (SV27 to SV30).
public final class SupervisorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Why not.
  public enum Why {
    /// A child with this id runs.
    ALREADY_STARTED,
    /// A child with this id is known, and does not run.
    ALREADY_PRESENT,
    /// There is no child with this id.
    NOT_FOUND,
    /// The child runs.
    RUNNING,
    /// The child is about to be started again.
    RESTARTING,
    /// The child did not start.
    START_FAILED,
    /// There are as many children as there may be.
    TOO_MANY,
    /// The child was declared dead, its thread is still there, and it is not to be started before
    /// that is gone.
    QUARANTINED
  }

  /// Why not.
  private final Why why;

  /// The child that runs already.
  private final transient @Nullable Pid running;

  /// Why it did not start.
  private final transient @Nullable ExitReason reason;

  SupervisorException(Why why, String message, @Nullable Pid running, @Nullable ExitReason reason) {
    super(message, reason == null ? null : CallException.thrown(reason));
    this.why = Objects.requireNonNull(why);
    this.running = running;
    this.reason = reason;
  }

  static SupervisorException startFailed(ChildSpec spec, ExitReason reason) {
    return new SupervisorException(
        Why.START_FAILED,
        "child \"" + spec.id() + "\" did not start: " + CallException.brief(reason),
        null,
        reason);
  }

  /// Returns why not.
  ///
  /// @return why
  public Why why() {
    return why;
  }

  /// Returns the child that runs already.
  ///
  /// @return its pid, if that is why
  public Optional<Pid> running() {
    return Optional.ofNullable(running);
  }

  /// Returns why the child did not start.
  ///
  /// @return the reason, if that is why
  public Optional<ExitReason> reason() {
    return Optional.ofNullable(reason);
  }
}
