package dev.belay.distribution;

import dev.belay.distribution.internal.discovery.Lookup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// Knows some nodes, and no others.
final class ListedNodes implements NodeResolver {
  private final Map<String, InetSocketAddress> nodes;

  ListedNodes(Map<String, InetSocketAddress> nodes) {
    this.nodes = Map.copyOf(nodes);
  }

  @Override
  public List<NodeAddress> resolve(String name, String host) throws IOException {
    InetSocketAddress address = nodes.get(name + "@" + host);
    if (address == null) {
      return List.of();
    }
    if (address.isUnresolved()) {
      return Lookup.addresses(address.getHostString(), Defaults.LOOKUP_TIME).stream()
          .map(found -> NodeAddress.of(found, address.getPort()))
          .toList();
    }
    return List.of(NodeAddress.of(address.getAddress(), address.getPort()));
  }
}
