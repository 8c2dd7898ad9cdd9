package dev.belay.otp;

import dev.belay.ExitSignalError;
import java.util.function.Supplier;

/// Texts of users' values for messages and reports: bounded, and without harm if the value's own
/// code fails.
final class Text {
  private static final int LONGEST = 1_000;

  private Text() {}

  /// Tells whether a class has a text of its own.
  static boolean hasText(Class<?> type) {
    try {
      return type.getMethod("toString").getDeclaringClass() != Object.class;
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  static String of(Object value) {
    return of(value, value::toString);
  }

  /// Returns what is said of an object.
  ///
  /// @param source says it
  static String of(Object value, Supplier<String> source) {
    String text;
    try {
      text = String.valueOf(source.get());
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      return value.getClass().getName() + ", whose text cannot be had: " + e.getClass().getName();
    }
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST) + "… (" + text.length() + " characters)";
  }
}
