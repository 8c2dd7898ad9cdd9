package dev.belay;

import org.jspecify.annotations.Nullable;

/// A message from another node in a mailbox that has a bound. As with [FarMessage], what has come
/// becomes a value when its receiver opens it.
final class FarLetter extends Letter {
  private final Bound bound;
  private final Line line;

  /// The value, once there is one. The receiver's.
  private @Nullable Object opened;

  FarLetter(Bound bound, Line line, Pid from, Object closed) {
    super(from, closed);
    this.bound = bound;
    this.line = line;
  }

  @Override
  @Nullable Object open() {
    Object closed = content;
    if (closed == null) {
      return null;
    }
    if (opened == null) {
      try {
        opened = line.carrier().decode(line, closed);
      } catch (RuntimeException e) {
        // It made no sense, and so nothing that comes after it does.
        bound.discard(this);
        line.lose();
      }
    }
    return opened;
  }

  @Override
  @Nullable Object peek() {
    Object closed = content;
    return closed == null ? null : shown(closed);
  }

  /// Others must not look at what the receiver is opening.
  @Override
  Object shown(Object was) {
    return "a message from " + line.peer();
  }

  @Override
  void refused(Object was, DroppedMessage.Why why) {
    line.carrier().refused(line, was, why);
  }
}
