package dev.belay.distribution.internal.handshake;

/// What a node says of itself in the handshake.
///
/// @param name its name; its host only, if it has none and asks for one
/// @param creation tells this incarnation of the name from others, 0 to 2^32 - 1; 0 without a name
/// @param flags what it offers
/// @param hello what it says to other nodes of Belay's
public record Identity(String name, long creation, long flags, Hello hello) {
  /// Makes the identity of a node with a name that says nothing to other nodes of Belay's.
  ///
  /// @param name its name
  /// @param creation its creation
  /// @param flags what it offers
  /// @return the identity
  public static Identity of(NodeName name, long creation, long flags) {
    return of(name, creation, flags, Hello.NONE);
  }

  /// Makes the identity of a node with a name.
  ///
  /// @param name its name
  /// @param creation its creation
  /// @param flags what it offers
  /// @param hello what it says to other nodes of Belay's
  /// @return the identity
  public static Identity of(NodeName name, long creation, long flags, Hello hello) {
    return new Identity(name.toString(), creation, flags, hello);
  }

  /// Makes the identity of a node that takes the name it is given by the first node it connects to.
  ///
  /// @param host its host
  /// @param flags what it offers
  /// @return the identity
  public static Identity nameless(String host, long flags) {
    return new Identity(host, 0, Flags.nameless(flags), Hello.NONE);
  }

  /// Makes an identity.
  public Identity {
    (isNameless(flags) ? NodeName.flawOfHost(name) : NodeName.flaw(name))
        .ifPresent(flaw -> {
          throw new IllegalArgumentException(flaw);
        });
    if (creation < 0 || creation > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("creation " + creation + ": must be 0 to 2^32 - 1");
    }
  }

  /// Tells whether the node asks for a name.
  ///
  /// @return whether it does
  public boolean isNameless() {
    return isNameless(flags);
  }

  private static boolean isNameless(long flags) {
    return Flag.NAME_ME.isIn(flags);
  }
}
