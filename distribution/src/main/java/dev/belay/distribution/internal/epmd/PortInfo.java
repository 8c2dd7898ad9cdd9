package dev.belay.distribution.internal.epmd;

/// What a node tells EPMD of itself, and EPMD those who ask for it.
///
/// @param name the part of the node's name before the `@`
/// @param port where it listens
/// @param nodeType 77 for an ordinary node, 72 for a hidden one; Erlang itself always says 77
/// @param protocol 0 for TCP
/// @param highVersion the highest version of the handshake that it speaks
/// @param lowVersion the lowest one
/// @param extra further bytes, one in each character; none are in use
public record PortInfo(
    String name,
    int port,
    int nodeType,
    int protocol,
    int highVersion,
    int lowVersion,
    String extra) {
  /// The version of the handshake since Erlang/OTP 23, and the only one of Belay.
  public static final int VERSION = 6;

  /// The type that nodes of Erlang give themselves.
  public static final int ORDINARY = 77;

  /// Says of a node what Belay says of its own.
  ///
  /// @param name the part of the node's name before the `@`
  /// @param port where it listens
  /// @return the information
  public static PortInfo of(String name, int port) {
    return new PortInfo(name, port, ORDINARY, 0, VERSION, VERSION, "");
  }

  /// Tells whether the node can be greeted with version 6. Erlang says 5 to 6 and speaks 6.
  ///
  /// @return whether 6 is among its versions
  public boolean speaksOurVersion() {
    return lowVersion <= VERSION && VERSION <= highVersion;
  }
}
