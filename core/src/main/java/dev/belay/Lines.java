package dev.belay;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The lines of one node to others, one at most for each name.
final class Lines {
  /*
   * A line stays here until all have heard of its loss; until then its node is out of reach. So bonds of two lines to
   * one name never live at the same time.
   */
  private final Node node;
  private final ConcurrentHashMap<String, Line> byPeer = new ConcurrentHashMap<>();
  private volatile @Nullable Carrier carrier;

  Lines(Node node) {
    this.node = node;
  }

  /// Gives the node what carries its signals to others.
  ///
  /// @throws IllegalStateException if it has one
  synchronized void carry(Carrier by) {
    if (carrier != null) {
      throw new IllegalStateException("node " + node.name() + " is distributed already");
    }
    carrier = by;
  }

  /// Returns the line to a node, made now if there is none.
  ///
  /// @return null if the node is out of reach
  @Nullable Line to(String peer) {
    Line line = byPeer.get(peer);
    if (line != null) {
      return line.isLost() ? null : line;
    }
    Carrier by = carrier;
    return by == null || peer.equals(node.name()) ? null : open(peer, by);
  }

  private @Nullable Line open(String peer, Carrier by) {
    Line fresh = new Line(node, peer, by);
    Line other = byPeer.putIfAbsent(peer, fresh);
    if (other != null) {
      return other.isLost() ? null : other;
    }
    by.connect(fresh);
    return fresh;
  }

  /// Makes the line for a connection that the other node has made.
  ///
  /// @return null if there is one, or all have not heard of the loss of the last one
  @Nullable Line accept(String peer) {
    Carrier by = carrier;
    if (by == null) {
      return null;
    }
    Line fresh = new Line(node, peer, by);
    return byPeer.putIfAbsent(peer, fresh) == null ? fresh : null;
  }

  /// Returns all lines, lost ones among them.
  Iterable<Line> all() {
    return byPeer.values();
  }

  void remove(Line line) {
    byPeer.remove(line.peer(), line);
  }

  /// Ends all lines; the node closes.
  void loseAll() {
    for (Line line : byPeer.values()) {
      line.lose();
    }
  }
}
