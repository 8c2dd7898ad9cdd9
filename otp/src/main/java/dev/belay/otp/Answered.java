package dev.belay.otp;

import dev.belay.Sendable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a supervisor answers, or why it refuses, to be thrown where it was asked.
///
/// @param value the answer, or null
/// @param refused why there is none, or null
/// @param <T> the type of the answer
@Sendable
record Answered<T>(@Nullable T value, @Nullable SupervisorException refused) {
  static <T> Answered<T> of(T value) {
    return new Answered<>(value, null);
  }

  static <T> Answered<T> refused(SupervisorException why) {
    return new Answered<>(null, why);
  }

  T get() {
    if (refused != null) {
      throw refused;
    }
    return Objects.requireNonNull(value);
  }
}
