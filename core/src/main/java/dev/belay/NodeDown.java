package dev.belay;

import java.util.Objects;

/// The connection to a node was lost, or could not be made, for processes that asked to be told;
/// see [Belay#monitorNode] and [Belay#monitorNodes].
///
/// It comes after everything that a process of that node has sent over the connection, and after
/// the exits and downs with `noconnection` that the loss means for the same receiver (N4). It does
/// not mean that the node has ended.
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
