package dev.belay.distribution;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Where a node can be reached.
///
/// @param address the address of its host
/// @param port where it listens, 1 to 65535
/// @param version the version of the handshake that it is known to speak, or [#UNKNOWN_VERSION].
///   Belay speaks version 6, as every node since Erlang/OTP 23 does.
public record NodeAddress(InetAddress address, int port, int version) {
  /// Nobody said which version the node speaks: it is greeted all the same.
  public static final int UNKNOWN_VERSION = 0;

  /// Makes an address.
  ///
  /// @param address the address of its host
  /// @param port where it listens, 1 to 65535
  /// @param version the version of the handshake that it is known to speak, or [#UNKNOWN_VERSION]
  public NodeAddress {
    if (port < 1 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + ": must be 1 to 65535");
    }
    if (version < 0) {
      throw new IllegalArgumentException("version " + version + ": cannot be negative");
    }
  }

  /// Makes an address of a node of which nobody said what version it speaks.
  ///
  /// @param address the address of its host
  /// @param port where it listens, 1 to 65535
  /// @return the address
  public static NodeAddress of(InetAddress address, int port) {
    return new NodeAddress(address, port, UNKNOWN_VERSION);
  }

  /// Returns what a socket connects to.
  ///
  /// @return the address and the port
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }
}
