package dev.belay.otp;

import dev.belay.ExitReason;
import org.jspecify.annotations.Nullable;

/// What came of a [Task].
///
/// @param <T> the type of its result
public sealed interface Outcome<T extends @Nullable Object> {
  /// It has returned.
  ///
  /// @param value the result
  /// @param <T> its type
  record Done<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /// It has ended without a result.
  ///
  /// @param reason why
  /// @param <T> the type that a result would have had
  record Ended<T extends @Nullable Object>(ExitReason reason) implements Outcome<T> {}
}
