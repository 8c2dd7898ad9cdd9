package dev.belay;

import java.util.Objects;

/// A message that nobody will receive, as [NodeOptions#onDropped] is told of it.
///
/// @param from who sent it; a pid with the number 0 for a plain thread
/// @param to what it was sent to; the receiver's pid if it has been in its mailbox
/// @param message the message; if it has come from another node, a text that says so
/// @param why why it was dropped
public record DroppedMessage(Pid from, Destination to, Object message, Why why) {
  /// Keeps the data.
  ///
  /// @param from who sent it
  /// @param to what it was sent to
  /// @param message the message
  /// @param why why it was dropped
  public DroppedMessage {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(why, "why");
  }

  /// Why a message was dropped.
  public enum Why {
    /// The process was dead, or exiting and known to receive nothing more; nobody held the name;
    /// the alias had ended; or the process is of another node.
    NO_RECEIVER,

    /// The mailbox was full, by [MailboxPolicy#DROP_NEWEST].
    NEWEST,

    /// Another message came to the full mailbox, by [MailboxPolicy#DROP_OLDEST].
    OLDEST,

    /// The mailbox was full, and its process exits of it, by [MailboxPolicy#EXIT].
    OVERFLOW,

    /// The sender's thread was interrupted while it waited for room.
    INTERRUPTED
  }
}
