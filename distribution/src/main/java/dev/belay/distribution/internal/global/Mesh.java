package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Connections;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The visible connections of a node, as its name server uses them: it connects where it says so,
/// and sends only to those that are connected.
final class Mesh implements Locker.Peerage {
  private final Node node;
  private final Connections connections;
  private final Atom self;

  Mesh(Node node, Connections connections) {
    this.node = node;
    this.connections = connections;
    this.self = Atom.of(node.name());
  }

  String self() {
    return node.name();
  }

  Atom selfAtom() {
    return self;
  }

  long nanoTime() {
    return node.nanoTime();
  }

  /// Sends a message to a node's name server, if the node is connected. A connection that goes at
  /// this very moment is made anew, as by the casts of Erlang's name servers.
  void tell(String peer, Tuple message) {
    if (peer.equals(self()) || connections.isConnected(peer)) {
      Belay.send(Words.serverOf(peer), message);
    }
  }

  @Override
  public void cast(String peer, Object message) {
    tell(peer, Tuple.of(Words.CAST, message));
  }

  @Override
  public List<String> reachable(Collection<String> nodes) {
    Set<String> connected = new HashSet<>(connections.connected(NodeType.VISIBLE));
    connected.add(self());
    return nodes.stream().filter(connected::contains).distinct().toList();
  }

  /// Connects to a node, unless there is a connection, and waits for it.
  boolean connect(String peer) {
    try {
      return connections.connect(peer);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // It is no name of another node, or this one is leaving.
      return false;
    }
  }

  boolean isConnected(String peer) {
    return connections.isConnected(peer);
  }

  void disconnect(String peer) {
    connections.disconnect(peer);
  }
}
