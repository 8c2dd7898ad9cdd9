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

  /// Tells whether the message takes room in a mailbox with a bound. One that does not is taken at
  /// once however full the mailbox is, gives way to none, and is never refused: for the few orders
  /// that a process has to get before all, such as to show how it is, or to end. Called on the
  /// thread of whoever sends it to such a mailbox; it should be a constant, and what it throws is
  /// reported and means true.
  ///
  /// @return true if nothing else is said
  default boolean takesRoom() {
    return true;
  }
}
