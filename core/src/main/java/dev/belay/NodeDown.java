package dev.belay;

import java.util.Objects;

/// The connection to a node was lost, for processes that asked to be told.
///
/// @param node the name of the node
public record NodeDown(String node) implements SystemMessage {
  /// Makes the message.
  ///
  /// @param node the name of the node
  public NodeDown {
    Objects.requireNonNull(node, "node");
  }
}
