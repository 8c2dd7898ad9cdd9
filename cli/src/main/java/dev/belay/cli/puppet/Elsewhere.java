package dev.belay.cli.puppet;

import dev.belay.distribution.Distribution;
import java.util.List;

/// What the puppet needs of other nodes, and is not there yet.
final class Elsewhere {
  private Elsewhere() {}

  static Object spawn(Distribution distribution, String node, boolean linked, boolean monitored) {
    throw new UnsupportedOperationException(
        "spawn on " + node + ": " + distribution + linked + monitored);
  }

  static void monitorNode(String node, boolean wanted) {
    throw new UnsupportedOperationException("monitorNode " + node + wanted);
  }

  static void monitorNodes(boolean wanted) {
    throw new UnsupportedOperationException("monitorNodes " + wanted);
  }

  static List<String> nodes(Distribution distribution) {
    return distribution.nodes();
  }
}
