package dev.belay.distribution;

import dev.belay.distribution.internal.discovery.Lookup;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;

/// Takes it that all nodes listen on one port.
final class FixedPort implements NodeResolver {
  private final int port;

  FixedPort(int port) {
    if (port < 1 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + ": must be 1 to 65535");
    }
    this.port = port;
  }

  @Override
  public List<NodeAddress> resolve(String name, String host) throws IOException {
    try {
      return Lookup.addresses(host, Defaults.LOOKUP_TIME).stream()
          .map(address -> NodeAddress.of(address, port))
          .toList();
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}
