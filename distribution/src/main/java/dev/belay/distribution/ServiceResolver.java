package dev.belay.distribution;

import dev.belay.distribution.internal.discovery.ServiceRecords;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/// Asks the domain name system for service records.
final class ServiceResolver implements NodeResolver {
  private static final String NAME = "{name}";
  private static final String HOST = "{host}";

  private final String pattern;
  private final ServiceRecords records;

  ServiceResolver(String pattern, String server) {
    if (!pattern.contains(NAME) && !pattern.contains(HOST)) {
      throw new IllegalArgumentException(
          "\"" + pattern + "\": neither " + NAME + " nor " + HOST + " is in it");
    }
    this.pattern = pattern;
    this.records = new ServiceRecords(server, Defaults.LOOKUP_TIME, new Random());
  }

  @Override
  public List<NodeAddress> resolve(String name, String host) throws IOException {
    // The name last: what the host contains is not looked at for further placeholders.
    String domainName = pattern.replace(NAME, "\0").replace(HOST, host).replace("\0", name);
    return records.resolve(domainName).stream()
        .filter(address -> address.getPort() != 0)
        .map(address -> NodeAddress.of(address.getAddress(), address.getPort()))
        .toList();
  }
}
