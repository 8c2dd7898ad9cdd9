package dev.belay.cli;

import dev.belay.distribution.DistributionOptions;

/// Whether a node is one of those that others count.
final class Visibility {
  private Visibility() {}

  /// Returns options for a visible or a hidden node.
  @SuppressWarnings("unused") // until there are visible nodes
  static DistributionOptions of(DistributionOptions options, boolean visible) {
    return options;
  }
}
