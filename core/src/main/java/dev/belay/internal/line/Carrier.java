package dev.belay.internal.line;

/// What carries the signals of one node to others, and theirs to it. A node has one at most.
///
/// Threads: all methods may be called from any thread, also from the runtime's own; they do not
/// wait, unless they say so, and do not throw but for want of memory or stack.
public interface Carrier {
  /// A line is there for a node to which there was none: begin to connect. Its outbox is filled
  /// meanwhile. If it cannot be, [Outbox#lose] is to be called.
  ///
  /// @param line the line
  void connect(Outbox line);

  /// There is something in the outbox of a line whose writer has gone to sleep. May be called once
  /// too often.
  ///
  /// @param line the line
  void wake(Outbox line);

  /// The outbox of a line was closed: who writes and who reads it has to end.
  ///
  /// @param line the line
  void lost(Outbox line);

  /// Turns a message into what is sent, on the sender's thread. May run user code.
  ///
  /// @param line on which it will be sent
  /// @param message the message
  /// @return the payload of the signal
  /// @throws IllegalArgumentException if it cannot be sent, and why
  Object encode(Outbox line, Object message);

  /// Turns what has come back into a message, on the receiver's thread. May run user code.
  ///
  /// @param line the line on which it came
  /// @param payload what was given to [Incoming#message]
  /// @return the message
  /// @throws IllegalArgumentException if it makes no sense: the line is lost for it
  Object decode(Outbox line, Object payload);

  /// Tells whether more than a limit waits to be written on a line, so that senders have to wait.
  ///
  /// @param line the line
  /// @param sender who is unparked when there is room, or the line is lost, if this answers that
  ///   there is none
  /// @return whether it has to wait, and to ask again when it is unparked
  boolean isFull(Outbox line, Thread sender);
}
