package dev.belay.bench;

import java.util.logging.Level;
import java.util.logging.Logger;

/// What is measured is not the log.
final class Silence {
  /// Held, as the log manager does not.
  private static final Logger LOGGER = Logger.getLogger("dev.belay");

  private Silence() {}

  static void begin() {
    LOGGER.setLevel(Level.OFF);
  }
}
