package dev.belay.otp;

import dev.belay.ExitSignalError;

/// Texts of users' values for messages and reports: bounded, and without harm if the value's own
/// code fails.
final class Text {
  private static final int LONGEST = 1_000;

  private Text() {}

  static String of(Object value) {
    String text;
    try {
      text = String.valueOf(value.toString());
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
