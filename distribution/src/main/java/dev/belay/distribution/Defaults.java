package dev.belay.distribution;

import dev.belay.distribution.internal.Environment;
import java.time.Duration;

/// What holds unless a program says otherwise.
final class Defaults {
  /// How long to wait for the name service.
  static final Duration LOOKUP_TIME = Duration.ofSeconds(5);

  private Defaults() {}

  static int epmdPort() {
    return Environment.OF_THE_PROGRAM.epmdPort();
  }
}
