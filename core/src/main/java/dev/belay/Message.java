package dev.belay;

import org.jspecify.annotations.Nullable;

/// A node of a mailbox: one message, or a link end or watch that has fired and is now its own
/// message.
class Message {
  /*
   * next and depth are written by the pusher before the CAS that publishes the node, and belong to
   * the mailbox's owner after that; prev and queued belong to the owner throughout.
   */
  @Nullable Message next;
  @Nullable Message prev;
  @Nullable Object payload;

  /// When it was sent, if it is one of those that tell; see [Age]. Written before it is pushed.
  int sentAt;

  /// How many nodes the inbox held when this one was pushed, itself included.
  int depth;

  /// Whether the node is in the owner's part of the mailbox.
  boolean queued;

  Message(@Nullable Object payload) {
    this.payload = payload;
  }

  /// Returns what a process sees when it receives this; called by the owner only.
  ///
  /// @return the message, or null for a mark, which is none
  @Nullable Object open() {
    return payload;
  }

  /// Returns what [#open] would, and writes nothing; for those who look on from outside.
  @Nullable Object peek() {
    return payload;
  }
}
