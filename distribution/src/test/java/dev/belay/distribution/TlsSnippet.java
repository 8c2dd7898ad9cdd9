package dev.belay.distribution;

import dev.belay.Node;
import dev.belay.NodeOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

/// The code of the page about TLS.
final class TlsSnippet {
  private TlsSnippet() {}

  static Distribution start() throws IOException {
    // @start region="start"
    Path folder = Path.of("/etc/belay/tls");
    TlsOptions tls =
        TlsOptions.of(
            folder.resolve("node.pem"), folder.resolve("node.key"), folder.resolve("ca.pem"));
    Node node = Node.start(NodeOptions.DEFAULT.name("rope@db1.example.org"));
    Distribution distribution =
        Distribution.start(
            node,
            DistributionOptions.DEFAULT
                .listen(InetAddress.ofLiteral("10.0.0.7"))
                .port(9100)
                .tls(tls.namedClients()));
    // @end
    return distribution;
  }
}
