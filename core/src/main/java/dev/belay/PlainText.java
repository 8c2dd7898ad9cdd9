package dev.belay;

import org.jspecify.annotations.Nullable;

/// Text that needs no user code, and the bounds of all text in reports.
///
/// Numbers are written by hand: the JDK's formatter loads the classes of the locales on first use,
/// and if that fails, because a report is written while memory is short, they stay unusable for the
/// whole JVM.
final class PlainText {
  private static final int LONGEST_LINE = 240;

  private PlainText() {}

  /// Tells whether an object's `toString` is known to be harmless.
  static boolean isPlain(Object object) {
    return switch (object) {
      case String s -> true;
      case Boolean b -> true;
      case Character c -> true;
      case Integer i -> true;
      case Long l -> true;
      case Short s -> true;
      case Byte b -> true;
      case Double d -> true;
      case Float f -> true;
      case Pid pid -> true;
      case Ref ref -> true;
      case Name name -> true;
      case ExitReason reason -> isPlainReason(reason);
      case Exit exit -> isPlainReason(exit.reason());
      case Down down -> down.userTag() == null && isPlainReason(down.reason());
      default -> false;
    };
  }

  private static boolean isPlainReason(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Crash crash -> false;
      case ExitReason.Term term -> isPlain(term.value());
      case ExitReason.Shutdown shutdown -> shutdown.detail() == null || isPlain(shutdown.detail());
      default -> true;
    };
  }

  /// Makes one line of bounded length of any text: line breaks and other controls are shown, not
  /// done.
  static String line(@Nullable String text) {
    if (text == null) {
      return "null";
    }
    int end = Math.min(text.length(), LONGEST_LINE);
    StringBuilder line = new StringBuilder(end + 16);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> line.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    if (end < text.length()) {
      line.append("… (").append(count(text.length())).append(" characters)");
    }
    return line.toString();
  }

  /// Writes a count with a comma before every three digits.
  ///
  /// @param number 0 or more
  static String count(long number) {
    StringBuilder text = new StringBuilder(Long.toString(number));
    for (int i = text.length() - 3; i > 0; i -= 3) {
      text.insert(i, ',');
    }
    return text.toString();
  }

  /// Says how long something took, in the units in which one would say it.
  static String duration(long nanos) {
    long millis = Math.max(0, nanos) / 1_000_000;
    long seconds = millis / 1_000;
    long minutes = seconds / 60;
    long hours = minutes / 60;
    if (millis < 1) {
      return "less than 1 ms";
    } else if (seconds < 1) {
      return millis + " ms";
    } else if (minutes < 1) {
      return decimal(millis) + " s";
    } else if (hours < 1) {
      return minutes + " min " + seconds % 60 + " s";
    } else if (hours < 24) {
      return hours + " h " + minutes % 60 + " min";
    }
    return hours / 24 + " d " + hours % 24 + " h";
  }

  /// Writes seconds, with one digit after the point unless they are whole.
  private static String decimal(long millis) {
    long tenths = (millis + 50) / 100;
    return millis % 1_000 == 0 ? Long.toString(millis / 1_000) : tenths / 10 + "." + tenths % 10;
  }
}
