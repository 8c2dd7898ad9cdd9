package dev.belay.distribution.internal.wire;

/// The peer has sent what the protocol does not allow. There is no way to go on: the connection has
/// to be closed.
///
/// The message says what was wrong, and of what was received shows only numbers and kinds, never
/// contents.
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Says what was wrong.
  ///
  /// @param message what was received, and what was to be expected
  public ProtocolException(String message) {
    super(message);
  }

  /// Says what was wrong, and what found it.
  ///
  /// @param message what was received, and what was to be expected
  /// @param cause what found it
  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
