package dev.belay;

import java.util.Objects;

/// A registered name on a certain node, Erlang's `{Name, Node}`.
///
/// Sending to a `Name` never fails, also if nobody holds it (S8); sending to a plain string does.
///
/// @param name the registered name
/// @param node the name of the node
public record Name(String name, String node) implements Subject, Destination {
  /// Makes the name.
  ///
  /// @param name the registered name
  /// @param node the name of the node
  public Name {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(node, "node");
  }

  @Override
  public String toString() {
    return "{" + name + ", " + node + "}";
  }
}
