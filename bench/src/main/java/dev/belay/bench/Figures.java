package dev.belay.bench;

import java.util.Locale;

/// Numbers as a person reads them.
final class Figures {
  private Figures() {}

  /// A figure in ns or bytes: three digits or so.
  static String of(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  /// A ratio.
  static String ratio(double value) {
    return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.2f", value);
  }

  /// The least and the greatest.
  static String spread(Measured one) {
    return of(one.min()) + "–" + of(one.max());
  }
}
