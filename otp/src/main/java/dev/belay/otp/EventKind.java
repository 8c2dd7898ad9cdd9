package dev.belay.otp;

/// How an event came to a [StateMachine] (ST1).
public enum EventKind {
  /// A call: somebody waits for the reply.
  CALL,

  /// A message of the protocol that nobody waits for.
  CAST,

  /// The machine has inserted it itself.
  INSERTED,

  /// The event timeout is over: nothing has come.
  TIMEOUT,

  /// The state timeout is over: the state has not changed.
  STATE_TIMEOUT,

  /// A timeout with a name is over.
  NAMED_TIMEOUT,

  /// Any other message.
  INFO
}
