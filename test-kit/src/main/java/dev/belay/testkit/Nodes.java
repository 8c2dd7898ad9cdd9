package dev.belay.testkit;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.internal.host.Hosts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Starts nodes for one test. They are closed and checked when the test has ended.
///
/// May be used from any thread.
public final class Nodes {
  private final List<Node> started = new ArrayList<>();
  private final UnaryOperator<NodeOptions> change;
  private @Nullable Node own;
  private @Nullable InterleavedRun run;

  /// @param change what is done with the options of each node
  Nodes(UnaryOperator<NodeOptions> change) {
    this.change = change;
  }

  /// Starts a node with default options.
  ///
  /// @return the running node
  public Node start() {
    return start(NodeOptions.DEFAULT);
  }

  /// Starts a node.
  ///
  /// @param options how
  /// @return the running node
  public synchronized Node start(NodeOptions options) {
    NodeOptions changed = change.apply(options.daemon(true));
    InterleavedRun within = run;
    Node node;
    if (within == null) {
      node = Node.start(changed);
      started.add(node);
    } else {
      node = Hosts.callWith(within.host(), () -> Node.start(changed));
      started.add(node);
      within.follow(node);
    }
    return node;
  }

  /// Starts nodes under the control of a run from now on.
  synchronized void interleave(InterleavedRun within) {
    run = within;
  }

  /// Returns the node that a parameter of type [Node] gets.
  synchronized Node own() {
    if (own == null) {
      own = start();
    }
    return own;
  }

  synchronized List<Node> all() {
    return List.copyOf(started);
  }
}
