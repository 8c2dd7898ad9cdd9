package dev.belay.explorer;

/// What a thread is about to do when it waits for its turn.
enum Kind {
  /// Its first step.
  BEGIN,
  READ,
  WRITE,
  /// An atomic read and write.
  UPDATE,
  /// A counter goes up or down.
  COUNT,
  /// Takes a spin lock.
  LOCK,
  UNLOCK,
  /// Enters a monitor.
  ENTER,
  LEAVE,
  PARK,
  UNPARK,
  INTERRUPT,
  /// Clears or reads its own interrupt status.
  INTERRUPTED,
  START,
  /// Waits until what it saw last has changed.
  RELAX,
  /// Looks at a thread, which may have ended.
  HANDSHAKE,
  /// Waits for the end of a thread.
  JOIN,
  /// Waits until no other thread can run.
  QUIET,
  /// Waits until nothing will ever happen any more.
  OVER,
  /// Its last step.
  END;

  /// Whether it may change what others see in the same variable.
  boolean changes() {
    return this != READ && this != JOIN && this != RELAX && this != HANDSHAKE;
  }
}
