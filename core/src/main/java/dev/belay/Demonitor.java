package dev.belay;

/// What else to do when a monitor is taken off.
public enum Demonitor {
  /// Also remove its [Down] message from the mailbox if it is there (M10).
  FLUSH,

  /// Make the result say whether the monitor was still on: true means that no [Down] was or will be
  /// delivered (M11).
  INFO
}
