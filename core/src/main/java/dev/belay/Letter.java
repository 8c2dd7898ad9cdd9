package dev.belay;

import org.jspecify.annotations.Nullable;

/// A message of a user's in a mailbox that has a bound.
sealed class Letter extends Message permits FarLetter {
  /*
   * older and newer belong to the lists of the Bound, under the lock of the receiver. `content` is set to null under that
   * lock, when the letter is dropped; its owner reads it at any time, and asks again under the lock when it takes the letter.
   */
  final Pid from;
  volatile @Nullable Object content;
  @Nullable Letter older;
  @Nullable Letter newer;

  Letter(Pid from, Object content) {
    super(null);
    this.from = from;
    this.content = content;
  }

  /// Returns what is shown of its content, which has been dropped, perhaps, to those who look on.
  Object shown(Object was) {
    return was;
  }

  /// Tells whoever wants to know of it that it was dropped.
  ///
  /// @param was its content
  void refused(Object was, DroppedMessage.Why why) {
    if (was instanceof Refusable refusable) {
      refusable.refused(why);
    }
  }

  @Override
  @Nullable Object peek() {
    return content;
  }

  @Override
  @Nullable Object open() {
    return content;
  }
}
