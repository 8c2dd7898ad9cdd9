package dev.belay.otp;

import dev.belay.ExitReason;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An event handler could not be added, asked or removed.
public final class HandlerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Why not.
  public enum Why {
    /// There is a handler with this id.
    ALREADY_THERE,
    /// There is no handler with this id.
    NOT_FOUND,
    /// It threw something: when it was to begin, or was asked; in both cases it is not there any
    /// more.
    FAILED
  }

  /// Why not.
  private final Why why;

  /// What it failed with.
  private final transient @Nullable ExitReason reason;

  private HandlerException(Why why, String message, @Nullable ExitReason reason) {
    super(message, reason == null ? null : CallException.thrown(reason));
    this.why = Objects.requireNonNull(why);
    this.reason = reason;
  }

  static HandlerException alreadyThere(String id) {
    return new HandlerException(
        Why.ALREADY_THERE,
        "there is a handler \"" + id + "\" already: remove it first, or swap it",
        null);
  }

  static HandlerException notFound(String id) {
    return new HandlerException(Why.NOT_FOUND, "there is no handler \"" + id + "\"", null);
  }

  static HandlerException failed(String id, String what, ExitReason reason) {
    return new HandlerException(
        Why.FAILED,
        "handler \"" + id + "\" failed in " + what + ": " + CallException.brief(reason),
        reason);
  }

  /// Says the same where it was called for, on whose stack it is then.
  HandlerException here() {
    return new HandlerException(why, Objects.requireNonNull(getMessage()), reason);
  }

  /// Returns why not.
  ///
  /// @return why
  public Why why() {
    return why;
  }

  /// Returns what the handler failed with.
  ///
  /// @return the reason, if that is why
  public Optional<ExitReason> reason() {
    return Optional.ofNullable(reason);
  }
}
