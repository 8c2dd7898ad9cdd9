package dev.belay;

/// Kinds of connected nodes, for [Belay#monitorNodes(boolean, NodeType)].
///
/// A connection is a visible one if both nodes are visible, and a hidden one otherwise: then each
/// is hidden from the other. Only visible nodes take part in what a cluster does by itself.
public enum NodeType {
  /// Nodes with a visible connection: Erlang's `nodes()`.
  VISIBLE,
  /// Nodes with a hidden connection: Erlang's `nodes(hidden)`.
  HIDDEN,
  /// Both: Erlang's `nodes(connected)`.
  ALL;

  /// Tells whether nodes with such a connection are meant.
  ///
  /// @param visible whether the connection is a visible one
  /// @return whether they are
  public boolean includes(boolean visible) {
    return this == ALL || (this == VISIBLE) == visible;
  }
}
