package dev.belay;

import java.util.Objects;

/// A connection to a node was made, for processes that asked to be told; see [Belay#monitorNodes].
///
/// It comes before anything that a process of that node sends over the new connection (N4).
///
/// @param node the name of the node
public record NodeUp(String node) implements SystemMessage {
  /// Makes the message.
  ///
  /// @param node the name of the node
  public NodeUp {
    Objects.requireNonNull(node, "node");
  }
}
