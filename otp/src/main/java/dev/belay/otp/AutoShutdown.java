package dev.belay.otp;

/// When a supervisor ends because significant children have (SV38).
public enum AutoShutdown {
  /// Never.
  NEVER,

  /// When one has ended by itself and is not restarted.
  ANY_SIGNIFICANT,

  /// When the last one has.
  ALL_SIGNIFICANT
}
