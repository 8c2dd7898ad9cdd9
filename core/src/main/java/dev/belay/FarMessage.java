package dev.belay;

import org.jspecify.annotations.Nullable;

/// A message from another node. It becomes a value when its receiver opens it, on the receiver's
/// thread: user code may run.
final class FarMessage extends Message {
  private final Line line;

  /// What has come, until it is opened.
  private @Nullable Object closed;

  FarMessage(Line line, Object closed) {
    super(null);
    this.line = line;
    this.closed = closed;
  }

  @Override
  @Nullable Object open() {
    Object content = closed;
    if (content != null) {
      closed = null;
      try {
        payload = line.carrier().decode(line, content);
      } catch (RuntimeException e) {
        // It made no sense, and so nothing that comes after it does.
        line.lose();
      }
    }
    return payload;
  }

  @Override
  @Nullable Object peek() {
    Object opened = payload;
    return opened == null ? "a message from " + line.peer() : opened;
  }
}
