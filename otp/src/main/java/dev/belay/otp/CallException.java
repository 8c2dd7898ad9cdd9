package dev.belay.otp;

import dev.belay.ExitReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A call got no reply: the server does not exist or has ended, or there was no answer in time.
///
/// ```java
/// try {
///   return inventory.call(new Inventory.Count("rope"));
/// } catch (CallException e) {
///   if (e.isTimeout()) {
///     return lastKnown; // it may be busy; what it says later is thrown away
///   }
///   throw e;
/// }
/// ```
///
/// Mostly it should not be caught: who cannot go on without the reply ends with it, and is started
/// again by a supervisor, as the server is.
///
/// The reason is as Erlang's `gen_server:call` gives it (GS10): what the server ended with, also if
/// that is orderly; `noproc` for a server that does not exist; `noconnection` for one whose node
/// cannot be reached; or a term of [CallReason]. Whether the server has handled the request, or
/// will, is not known then (GS13).
public final class CallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The reason.
  private final transient ExitReason reason;

  CallException(String what, ExitReason reason) {
    super(what + ": " + brief(reason), thrown(reason));
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /// What another process has thrown is the cause, and need not be in the message, too.
  static String brief(ExitReason reason) {
    return reason instanceof ExitReason.Crash crash
        ? "its process crashed with " + crash.throwable().getClass().getName()
        : Text.of(reason);
  }

  static @Nullable Throwable thrown(ExitReason reason) {
    return reason instanceof ExitReason.Crash crash ? crash.throwable() : null;
  }

  static CallException of(String what, CallReason reason) {
    return new CallException(what, ExitReason.term(reason));
  }

  /// Returns why there is no reply.
  ///
  /// @return the reason
  public ExitReason reason() {
    return reason;
  }

  /// Tells whether there was no answer in time.
  ///
  /// @return whether that is the reason
  public boolean isTimeout() {
    return reason.equals(ExitReason.term(CallReason.TIMEOUT));
  }
}
