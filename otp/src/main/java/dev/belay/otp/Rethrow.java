package dev.belay.otp;

/// Throws what was caught, whatever it is.
final class Rethrow {
  private Rethrow() {}

  /// Makes of what was caught something to throw.
  ///
  /// @return the exception; an error is thrown at once
  static Exception as(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (Exception) thrown;
  }
}
