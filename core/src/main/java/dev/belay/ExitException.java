package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Ends the calling process with a reason, by [Belay#exit(ExitReason)]; like Erlang's `exit/1` it
/// can be caught (X7).
public final class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The reason.
  private final transient ExitReason reason;

  /// The exit signal that the process ends for, if it trapped one.
  final transient @Nullable Exit signal;

  /// Makes the exception.
  ///
  /// @param reason the reason with which the process ends if nobody catches this
  public ExitException(ExitReason reason) {
    this(reason, null);
  }

  ExitException(ExitReason reason, @Nullable Exit signal) {
    super("exit: " + ExitSignalError.rendered(Objects.requireNonNull(reason, "reason")));
    this.reason = reason;
    this.signal = signal;
  }

  /// Returns the reason.
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }
}
