package dev.belay;

/// Whether the runtime may interrupt the thread of a process that has been told to exit.
public enum InterruptPolicy {
  /// The thread is interrupted so that it leaves whatever it blocks in.
  ALLOWED,

  /// The thread is never interrupted; the resources that the process owns are closed instead, at
  /// once. For processes that use what an interrupt would close for everybody, such as a shared
  /// [java.nio.channels.FileChannel] or an embedded database.
  NEVER
}
