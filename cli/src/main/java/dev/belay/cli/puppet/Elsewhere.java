package dev.belay.cli.puppet;

import dev.belay.distribution.Distribution;

/// What the puppet needs of other nodes, and is not there yet.
final class Elsewhere {
  private Elsewhere() {}

  static Object spawn(Distribution distribution, String node, boolean linked, boolean monitored) {
    throw new UnsupportedOperationException(
        "spawn on " + node + ": " + distribution + linked + monitored);
  }
}
