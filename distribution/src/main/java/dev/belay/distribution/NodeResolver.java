package dev.belay.distribution;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// Finds out where a node listens. The name of a node, `name@host`, tells its host but not its
/// port.
///
/// Erlang asks the port mapper EPMD of the node's host, and so does [#epmd]. In places where no
/// EPMD runs, all nodes may listen on one port that is known ([#fixedPort]), or be listed
/// ([#listed]), or have service records in the domain name system ([#services]). For anything else,
/// such as the interface of a container platform, write one:
///
/// ```java
/// NodeResolver resolver = (name, host) -> List.of(NodeAddress.of(directory.find(host), 25672));
/// ```
///
/// A resolver is asked on threads that may block, by several at once, and each time a connection is
/// to be made; what it answers is not kept. It must answer within a bounded time.
@FunctionalInterface
public interface NodeResolver {
  /// Finds out where a node listens.
  ///
  /// @param name the part of its name before the `@`
  /// @param host the part after it
  /// @return the addresses in the order in which to try them; none if there is no such node, as far
  ///   as is known
  /// @throws IOException if that could not be found out
  List<NodeAddress> resolve(String name, String host) throws IOException;

  /// Asks the EPMD of the node's host, on the port that `ERL_EPMD_PORT` says, or else 4369.
  ///
  /// @return the resolver
  static NodeResolver epmd() {
    return new EpmdResolver(Defaults.epmdPort());
  }

  /// Asks the EPMD of the node's host, on a port.
  ///
  /// @param port where EPMD listens
  /// @return the resolver
  static NodeResolver epmd(int port) {
    return new EpmdResolver(port);
  }

  /// Takes it that all nodes listen on one port, at any of the addresses that the name service has
  /// for their hosts. That goes with one node on each host, as in containers.
  ///
  /// @param port the port
  /// @return the resolver
  static NodeResolver fixedPort(int port) {
    return new FixedPort(port);
  }

  /// Knows some nodes by their whole names, and no others.
  ///
  /// @param nodes the nodes, such as `"a@db1.example.org"`; the host of an address that is not
  ///   resolved yet is looked up each time
  /// @return the resolver
  static NodeResolver listed(Map<String, InetSocketAddress> nodes) {
    return new ListedNodes(nodes);
  }

  /// Asks the domain name system for service records (SRV), which say the host and port of a
  /// service.
  ///
  /// @param pattern the name of the records, in which `{name}` and `{host}` stand for the parts of
  ///   the node's name, such as `_{name}._tcp.{host}`
  /// @return the resolver
  static NodeResolver services(String pattern) {
    return new ServiceResolver(pattern, "dns:");
  }

  /// Asks another resolver about nodes that this one does not know, or could not find out about.
  ///
  /// @param next the other one
  /// @return the resolver
  default NodeResolver orElse(NodeResolver next) {
    return (name, host) -> {
      IOException failure = null;
      try {
        List<NodeAddress> addresses = resolve(name, host);
        if (!addresses.isEmpty()) {
          return addresses;
        }
      } catch (IOException e) {
        failure = e;
      }
      try {
        List<NodeAddress> addresses = next.resolve(name, host);
        if (addresses.isEmpty() && failure != null) {
          throw failure;
        }
        return addresses;
      } catch (IOException e) {
        if (failure != null && failure != e) {
          e.addSuppressed(failure);
        }
        throw e;
      }
    };
  }
}
