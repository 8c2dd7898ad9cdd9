package dev.belay.distribution;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.testing.CuttingProxy;
import dev.belay.distribution.testing.CuttingProxy.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/// Two nodes of Belay's, each of which comes to the other through a proxy.
final class TwoBelays implements AutoCloseable {
  static final String A = "a@localhost";
  static final String B = "b@localhost";

  final UnaryOperator<DistributionOptions> change;
  final CuttingProxy toA;
  final CuttingProxy toB;
  Member a;
  Member b;

  /// One of them.
  static final class Member implements AutoCloseable {
    final Node node;
    final Distribution distribution;

    Member(String name, DistributionOptions options) throws IOException {
      this.node = Node.start(NodeOptions.DEFAULT.name(name).daemon(true));
      boolean started = false;
      try {
        this.distribution = Distribution.start(node, options);
        started = true;
      } finally {
        if (!started) {
          node.close();
        }
      }
    }

    int entries() {
      return distribution.connections().entries();
    }

    @Override
    public void close() {
      distribution.close();
      node.close();
    }
  }

  /// Starts them.
  ///
  /// @param change changes the options of both
  TwoBelays(UnaryOperator<DistributionOptions> change) throws IOException {
    this.change = change;
    this.toA = new CuttingProxy(() -> address(a));
    this.toB = new CuttingProxy(() -> address(b));
    this.a = new Member(A, options(toB));
    this.b = new Member(B, options(toA));
  }

  private static InetSocketAddress address(Member member) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), member.distribution.port());
  }

  /// The options of a node that finds the other one behind a proxy.
  DistributionOptions options(CuttingProxy proxy) {
    InetSocketAddress address = proxy.address();
    NodeResolver resolver =
        (_, _) -> List.of(NodeAddress.of(address.getAddress(), address.getPort()));
    return change.apply(
        DistributionOptions.DEFAULT.cookie("secret").unregistered().resolver(resolver));
  }

  /// Ends the second node, and starts another one of the same name.
  void restartB() throws IOException {
    b.close();
    b = new Member(B, options(toA));
  }

  void freeze(Way... ways) {
    toA.freeze(ways);
    toB.freeze(ways);
  }

  void heal() {
    toA.heal();
    toB.heal();
  }

  void cut() {
    toA.cut();
    toB.cut();
  }

  @Override
  public void close() throws IOException {
    a.close();
    b.close();
    toA.close();
    toB.close();
  }
}
