package dev.belay.otp;

/// When a supervisor restarts a child that has ended (SV8).
public enum Restart {
  /// Always, whatever the reason.
  PERMANENT,

  /// If it has not ended in order: for any reason but `normal` and `shutdown`, with detail or
  /// without.
  TRANSIENT,

  /// Never.
  TEMPORARY
}
