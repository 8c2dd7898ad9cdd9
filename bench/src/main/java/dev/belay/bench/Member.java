package dev.belay.bench;

import dev.belay.Node;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import java.io.IOException;

/// A node of Belay's in a cluster.
///
/// @param node the node
/// @param distribution its membership
record Member(Node node, Distribution distribution) implements AutoCloseable {
  /// Makes a node, and a member of it.
  ///
  /// @param options what differs from a hidden node that listens on the loopback interface
  static Member join(String name, Meeting meeting, DistributionOptions options) throws IOException {
    Node node = Node.start(BelayStage.OPTIONS.name(name));
    boolean joined = false;
    try {
      Distribution distribution =
          Distribution.start(node, options.cookie(meeting.cookie()).epmdPort(meeting.epmdPort()));
      joined = true;
      return new Member(node, distribution);
    } finally {
      if (!joined) {
        node.close();
      }
    }
  }

  String name() {
    return node.name();
  }

  @Override
  public void close() {
    distribution.close();
    node.close();
  }
}
