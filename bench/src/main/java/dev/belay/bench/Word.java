package dev.belay.bench;

/// Messages that carry nothing; the same in every system on the JVM.
enum Word {
  /// Begin.
  GO,
  /// The next part of something long.
  ON,
  /// I am there.
  READY,
  /// The answer to a question.
  PONG,
  /// I have done my part.
  DONE,
  /// End.
  STOP;

  /// Fails if a message is another than this one.
  void expect(Object message) {
    if (message != this) {
      throw unexpected(message);
    }
  }

  /// What to throw at a message that should not have come.
  static IllegalStateException unexpected(Object message) {
    return new IllegalStateException("a message that nobody should have sent: " + message);
  }
}
