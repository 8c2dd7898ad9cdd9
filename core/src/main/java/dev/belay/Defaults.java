package dev.belay;

import org.jspecify.annotations.Nullable;

/// What stands in the system properties; nothing else in the core reads them.
final class Defaults {
  private static final String DEVELOPMENT_MODE = "belay.dev";

  private Defaults() {}

  /// Tells whether nodes are to be in development mode whose options do not say.
  static boolean developmentMode() {
    return truth(DEVELOPMENT_MODE, System.getProperty(DEVELOPMENT_MODE));
  }

  private static boolean truth(String property, @Nullable String value) {
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("-D" + property + "=" + value + ": must be true or false");
    }
    return "true".equals(value);
  }
}
