package dev.belay;

/// What happens to a message that comes to a mailbox which holds as many as it may; see
/// [SpawnOptions#mailbox].
///
/// A sender is never told: no policy makes `send` throw, and only [#SENDER_WAITS] makes it wait. A
/// message that is [Refusable] is. What comes from other nodes counts as anything else does; a call
/// of a server from there that is dropped is answered by `{error, {overloaded, Text}}`.
public enum MailboxPolicy {
  /// Whoever sends waits until there is room, in the order in which they came. The wait ends
  /// without the message when the receiver ends, or the alias that it was sent to; when the sender
  /// is a process that is told to exit; or when the sender's thread is interrupted. A process that
  /// sends to itself does not wait, and its message is let in beyond the bound. So is what comes
  /// from another node: its sender cannot be held, and who else uses the connection must not be.
  SENDER_WAITS,

  /// The message that has just come is dropped.
  DROP_NEWEST,

  /// The oldest message that counts is dropped, and the new one takes a place at the end.
  DROP_OLDEST,

  /// The process exits with [MailboxOverflow], whatever it traps, and the message is dropped.
  EXIT
}
