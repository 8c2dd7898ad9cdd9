package dev.belay;

import java.util.Objects;

/// Ends the calling process with a reason, by [Belay#exit(ExitReason)]; like Erlang's `exit/1` it
/// can be caught (X7).
public final class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The reason.
  private final transient ExitReason reason;

  /// Makes the exception.
  ///
  /// @param reason the reason with which the process ends if nobody catches this
  public ExitException(ExitReason reason) {
    super("exit: " + ExitSignalError.rendered(Objects.requireNonNull(reason, "reason")));
    this.reason = reason;
  }

  /// Returns the reason.
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }
}
