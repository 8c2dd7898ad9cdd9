package dev.belay.otp;

import java.util.Locale;

/// Why a call or a start failed, where no process ended: the value of an
/// [dev.belay.ExitReason.Term], named as Erlang's atom is.
public enum CallReason {
  /// There was no answer in time.
  TIMEOUT,

  /// A server called itself, and would have waited for itself.
  CALLING_SELF,

  /// The request is not one of the server's protocol.
  BAD_REQUEST,

  /// The reply, which has come from another node, is not one that the request has.
  BAD_REPLY,

  /// The server's mailbox has a bound, is full, and dropped the request, at once or for newer
  /// messages.
  OVERLOADED;

  /// Returns the atom's name.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
