package dev.belay.otp;

import dev.belay.ExitReason;
import java.util.Objects;

/// A [Task] that was waited for has no result: it has ended without one, or not in time. The cause
/// is what it crashed with, if it crashed.
public final class TaskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The reason.
  private final transient ExitReason reason;

  TaskException(String message, ExitReason reason) {
    super(message, CallException.thrown(reason));
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /// Returns why there is no result: what it ended with, or a term of [CallReason#TIMEOUT].
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }
}
