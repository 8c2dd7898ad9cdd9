package dev.belay.distribution;

import dev.belay.distribution.internal.discovery.Lookup;
import dev.belay.distribution.internal.epmd.EpmdClient;
import dev.belay.distribution.internal.epmd.PortInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Asks the EPMD of the node's host.
final class EpmdResolver implements NodeResolver {
  private final EpmdClient client;

  EpmdResolver(int port) {
    this.client = new EpmdClient(port, Defaults.LOOKUP_TIME);
  }

  @Override
  public List<NodeAddress> resolve(String name, String host) throws IOException {
    IOException failure = null;
    for (InetAddress address : Lookup.addresses(host, Defaults.LOOKUP_TIME)) {
      try {
        Optional<PortInfo> found = client.lookup(address, name);
        return found.isEmpty() ? List.of() : List.of(address(address, name, host, found.get()));
      } catch (IOException e) {
        // A host with several addresses need not have an EPMD on each.
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw new IOException(
        "no EPMD answers on port " + client.port() + " of " + host + ": is a node running there?",
        failure);
  }

  private static NodeAddress address(InetAddress address, String name, String host, PortInfo found)
      throws IOException {
    String node = name + "@" + host;
    if (!found.speaksOurVersion()) {
      throw new IOException(
          node
              + " speaks versions "
              + found.lowVersion()
              + " to "
              + found.highVersion()
              + " of the handshake, and Belay speaks version "
              + PortInfo.VERSION
              + ", as Erlang/OTP 23 and newer do");
    }
    if (found.port() == 0) {
      throw new IOException("EPMD of " + host + " says that " + node + " listens on port 0");
    }
    return new NodeAddress(address, found.port(), PortInfo.VERSION);
  }
}
