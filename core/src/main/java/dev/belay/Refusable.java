package dev.belay;

/// A message that wants to know when a full mailbox does not take it, or gives it up for a newer
/// one; see [MailboxPolicy]. A request is one, so that whoever waits for its answer does not wait
/// in vain.
///
/// A message that finds no receiver is not refused: who wants to know of that has a monitor.
public interface Refusable {
  /// The message will not be received. Called once, on the thread of whoever sent the message that
  /// did not fit, which may be another one; it may send, should not wait, and what it throws is
  /// reported and goes no further.
  ///
  /// @param why why: one of [DroppedMessage.Why#NEWEST], [DroppedMessage.Why#OLDEST] and
  ///   [DroppedMessage.Why#INTERRUPTED]
  void refused(DroppedMessage.Why why);
}
