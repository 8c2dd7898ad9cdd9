package dev.belay.otp;

/// When a supervisor restarts a child that has ended (SV8). [#PERMANENT] if nothing else is said.
///
/// A child that its supervisor has ended, in a call or with its siblings, has not ended by itself:
/// in a call it stays away, and with its siblings it comes back, unless it is [#TEMPORARY].
public enum Restart {
  /// Always, whatever the reason.
  PERMANENT,

  /// If it has not ended in order: for any reason but `normal` and `shutdown`, with detail or
  /// without.
  TRANSIENT,

  /// Never.
  TEMPORARY
}
