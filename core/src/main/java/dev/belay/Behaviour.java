package dev.belay;

/// What a turn-style process does with its messages: it is given one at a time.
///
/// A process that is spawned with [Turns] runs a behaviour. All calls are within the process: the
/// verbs of [Belay] mean it, one call ends before the next begins, and what one call wrote the next
/// one sees. But the thread is not the process: each call may be on another one, so that thread
/// locals and the ownership of locks do not carry over from one call to the next. [ProcessLocal]
/// does.
///
/// A call may block, on anything, and may `receive` selectively; messages that it leaves are given
/// to later calls, in order. While it blocks, the process's other messages wait; other processes do
/// not.
///
/// Signals act as on every process: an exit signal ends it between two calls, or unwinds the one
/// that is running. What it traps and monitors arrives as a message, an [Exit] or a [Down].
///
/// When a call throws, the process ends with the reason that the throwable stands for (X2).
@FunctionalInterface
public interface Behaviour {
  /// Handles one message, the oldest there is.
  ///
  /// @param message the message, or a [SystemMessage]
  /// @return the behaviour that gets the next message: [#same()], or another one; or [#done()] to
  ///   end the process with [ExitReason#NORMAL]
  /// @throws Exception anything; the process ends with it
  Behaviour handle(Object message) throws Exception;

  /// Goes on with the behaviour that handled this message.
  ///
  /// @return a behaviour that stands for it; it cannot be called
  static Behaviour same() {
    return Answer.SAME;
  }

  /// Ends the process with [ExitReason#NORMAL].
  ///
  /// @return a behaviour that stands for the end; it cannot be called
  static Behaviour done() {
    return Answer.DONE;
  }
}
