package dev.belay;

/// What a process is doing (I5).
public enum ProcessStatus {
  /// It waits: in `receive`, in `sleep`, or for something of the JDK's.
  WAITING,
  /// It runs or could run.
  RUNNING,
  /// It has been told to exit, or has ended, and is being dismantled.
  EXITING
}
