package dev.belay.distribution;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.distribution.internal.Environment;
import dev.belay.distribution.internal.epmd.PortMapper;
import dev.belay.distribution.internal.epmd.Registration;
import dev.belay.distribution.testing.CuttingProxy;
import dev.belay.distribution.testing.CuttingProxy.Way;
import dev.belay.distribution.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A node of Belay's and a real Erlang node, each of which comes to the other through a proxy.
final class ErlangThroughProxies implements AutoCloseable {
  /*
   * The EPMD is Belay's own. Under our node's name it has the port of the proxy; where the Erlang node listens is asked of it for each
   * connection.
   */
  static final String US = "j@localhost";
  static final String THEM = "e@localhost";

  final CuttingProxy toUs;
  final CuttingProxy toThem;
  final Node node;
  final Distribution distribution;
  private final Path folder;
  private final int epmdPort;
  private final List<String> arguments;
  private final PortMapper mapper;
  private final Registration registration;
  ErlangPeer erlang;

  /// Starts them.
  ///
  /// @param folder where Erlang may write
  /// @param change changes the options of our node
  /// @param arguments for `erl`
  ErlangThroughProxies(Path folder, UnaryOperator<DistributionOptions> change, String... arguments)
      throws IOException {
    this.folder = folder;
    this.epmdPort = Ports.free();
    this.mapper = new PortMapper(PortMapper.Options.of(Environment.OF_THE_PROGRAM).port(epmdPort));
    NodeResolver epmd = NodeResolver.epmd(epmdPort);
    this.toThem = new CuttingProxy(() -> epmd.resolve("e", "localhost").getFirst().socketAddress());
    this.toUs = new CuttingProxy(this::us);
    this.registration = mapper.register("j", toUs.address().getPort());
    InetSocketAddress address = toThem.address();
    this.node = Node.start(NodeOptions.DEFAULT.name(US).daemon(true));
    this.distribution =
        Distribution.start(
            node,
            change.apply(
                DistributionOptions.DEFAULT
                    .cookie("secret")
                    .unregistered()
                    .resolver((_, _) ->
                        List.of(NodeAddress.of(address.getAddress(), address.getPort())))));
    List<String> all = new ArrayList<>(List.of("-sname", THEM, "-setcookie", "secret"));
    all.addAll(List.of(arguments));
    this.arguments = List.copyOf(all);
    this.erlang = startErlang();
  }

  private InetSocketAddress us() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), distribution.port());
  }

  private ErlangPeer startErlang() {
    ErlangPeer peer = ErlangPeer.start(folder, epmdPort, arguments.toArray(String[]::new));
    peer.eval("N = '" + US + "'");
    return peer;
  }

  /// Kills the Erlang node, and starts another one of the same name.
  void restartErlang() throws Exception {
    erlang.kill();
    NodeResolver epmd = NodeResolver.epmd(epmdPort);
    dev.belay.distribution.testing.Waiting.until(
        "its name is free", () -> epmd.resolve("e", "localhost").isEmpty());
    erlang = startErlang();
  }

  void freeze(Way... ways) {
    toUs.freeze(ways);
    toThem.freeze(ways);
  }

  void heal() {
    toUs.heal();
    toThem.heal();
  }

  void cut() {
    toUs.cut();
    toThem.cut();
  }

  int entries() {
    return distribution.connections().entries();
  }

  @Override
  public void close() throws IOException {
    erlang.close();
    distribution.close();
    node.close();
    registration.close();
    mapper.close();
    toUs.close();
    toThem.close();
  }
}
