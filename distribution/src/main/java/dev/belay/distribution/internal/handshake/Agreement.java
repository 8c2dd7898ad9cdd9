package dev.belay.distribution.internal.handshake;

/// What two nodes know of each other after a handshake.
///
/// @param self our own name, which the peer may have given
/// @param selfCreation our own creation
/// @param peer the peer's name
/// @param peerCreation the peer's creation, 0 to 2^32 - 1
/// @param flags what both can do
/// @param hello what both understand besides Erlang's signals
public record Agreement(
    NodeName self, long selfCreation, NodeName peer, long peerCreation, long flags, Hello hello) {
  /// Tells whether both can do something.
  ///
  /// @param flag what
  /// @return whether they can
  public boolean has(Flag flag) {
    return flag.isIn(flags);
  }

  /// Tells whether the peer is a member of the visible mesh, and we are.
  ///
  /// @return whether the connection is a visible one
  public boolean isVisible() {
    return has(Flag.PUBLISHED);
  }
}
