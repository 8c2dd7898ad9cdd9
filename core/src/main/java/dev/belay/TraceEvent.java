package dev.belay;

import org.jspecify.annotations.Nullable;

/// One step in the life of a signal or a process, as a node tells its listeners (see [Node#trace]).
///
/// @param sequence its place in the order in which the node's events happened; gaps mean that
///   events were dropped because the listener was too slow
/// @param nanos when, on the node's clock
/// @param kind what happened
/// @param signal to which kind of signal, or null for the life of a process
/// @param from who sent the signal, or spawned the process
/// @param to who received it, or the process itself
/// @param detail the message, the reason or the reference; or null
/// @param outcome what became of it, in words
public record TraceEvent(
    long sequence,
    long nanos,
    Kind kind,
    @Nullable Signal signal,
    Pid from,
    Pid to,
    @Nullable Object detail,
    String outcome) {

  /// What happened.
  public enum Kind {
    /// A process was spawned.
    SPAWNED,
    /// A verb sent a signal.
    SENT,
    /// The signal took effect at its receiver: *received*, in Erlang's words.
    APPLIED,
    /// `receive` took a message out of the mailbox.
    DELIVERED,
    /// A process has ended and everybody has been told.
    ENDED
  }

  /// Kinds of signals.
  public enum Signal {
    /// A message.
    MESSAGE,
    /// A link.
    LINK,
    /// The end of a link by `unlink`.
    UNLINK,
    /// An exit signal that somebody sent.
    EXIT,
    /// The request to end whatever the receiver traps.
    TERMINATE,
    /// The exit of a linked process.
    LINK_EXIT,
    /// A monitor.
    MONITOR,
    /// The end of a monitor by `demonitor`.
    DEMONITOR,
    /// The end of a monitored process.
    DOWN
  }
}
