package dev.belay.distribution.internal.handshake;

import java.io.IOException;

/// Two nodes have not come to be connected.
public final class HandshakeException extends IOException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /// What kept them from it.
  public enum Reason {
    /// They do not have the same cookie, or one could not prove it.
    COOKIE,
    /// A name is wrong, or not the one that was looked for.
    NAME,
    /// One lacks what the other demands.
    FLAGS,
    /// The connection could not be secured, or a certificate is not the right one.
    TLS,
    /// One does not want the other.
    NOT_ALLOWED,
    /// The other side's own attempt goes before this one.
    YIELDED,
    /// Another attempt between the two has taken the place of this one.
    OVERTAKEN,
    /// There is a connection already, which is not to be replaced.
    ALREADY_UP,
    /// Another attempt is under way, and no third one is taken.
    BUSY,
    /// The other side does not speak this protocol, or not well.
    MALFORMED,
    /// The other side closed the connection.
    CLOSED,
    /// The other side said nothing for too long.
    TIMED_OUT
  }

  /// Creates the exception.
  ///
  /// @param reason what kept them from it
  /// @param message the same for people, with what they can do
  public HandshakeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// Returns what kept the nodes from connecting.
  ///
  /// @return the reason
  public Reason reason() {
    return reason;
  }
}
