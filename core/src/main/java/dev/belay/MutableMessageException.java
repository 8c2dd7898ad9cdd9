package dev.belay;

/// A message was not sent, because it is not deeply immutable: in development mode only.
///
/// Thrown by whatever sends messages, at the call; nothing has happened then. The text says which
/// part can be changed, for whom the message was, and what to send instead.
///
/// @see NodeOptions#developmentMode
public final class MutableMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// How to come to the part.
  private final String path;

  /// The name of the class of the part.
  private final String type;

  MutableMessageException(String message, String path, String type) {
    super(message);
    this.path = path;
    this.type = type;
  }

  /// Returns how one comes from the message to the part that can be changed, for example
  /// `Order.lines[2].prices`.
  ///
  /// @return a path of fields, indices and keys, shortened in the middle if it is long
  public String path() {
    return path;
  }

  /// Returns the name of the class of the part that can be changed; if that is a field, of the
  /// object that has it.
  ///
  /// @return the name as in a source, for example `byte[]`
  public String type() {
    return type;
  }
}
