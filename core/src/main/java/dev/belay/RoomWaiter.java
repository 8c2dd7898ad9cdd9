package dev.belay;

import org.jspecify.annotations.Nullable;

/// A sender that waits until there is room for its message.
final class RoomWaiter {
  /*
   * next, prev and queued: the lock of the receiver. state: written under that lock, read by the waiting thread.
   */
  static final int WAITING = 0;

  /// Its message is in the mailbox.
  static final int SENT = 1;

  /// Its message never will be.
  static final int REFUSED = 2;

  final Letter letter;
  final @Nullable Watch alias;

  /// The process that sends, or null for a plain thread.
  final @Nullable Cell sender;

  final Thread thread;
  volatile int state;
  boolean queued;
  @Nullable RoomWaiter prev;
  @Nullable RoomWaiter next;

  RoomWaiter(Letter letter, @Nullable Watch alias, @Nullable Cell sender, Thread thread) {
    this.letter = letter;
    this.alias = alias;
    this.sender = sender;
    this.thread = thread;
  }
}
