package dev.belay.distribution;

/// The identity of a port, a connection of an Erlang node to the world outside.
///
/// It is a value to hand back: nothing can be done with a port from afar.
///
/// @param node the node to which it belongs
/// @param id its number
/// @param creation which of the nodes of this name it is
public record Port(Atom node, long id, int creation) {
  /// Returns the port as Erlang prints one, for example `#Port<0.6>`.
  @Override
  public String toString() {
    return "#Port<0." + Long.toUnsignedString(id) + ">";
  }
}
