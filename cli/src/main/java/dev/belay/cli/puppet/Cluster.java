package dev.belay.cli.puppet;

import dev.belay.Belay;
import dev.belay.distribution.Atom;
import java.util.List;

/// Other nodes.
final class Cluster {
  private final Stage stage;

  private Cluster(Stage stage) {
    this.stage = stage;
  }

  static void enter(Operations operations, Stage stage) {
    Cluster cluster = new Cluster(stage);
    operations
        .with("monitor_node", 2, Cluster::monitorNode)
        .with("monitor_nodes", 1, arguments -> monitorNodes(arguments.get(0)))
        .with("nodes", 0, _ -> cluster.nodes())
        .with("disconnect", 1, arguments -> cluster.disconnect(arguments.get(0)));
  }

  private static Object monitorNode(List<Object> arguments) {
    Belay.monitorNode(Terms.name(arguments.get(0)), Terms.truth(arguments.get(1)));
    return Atom.TRUE;
  }

  /// Erlang's does not raise for what is no boolean: it returns `error`.
  private static Object monitorNodes(Object wanted) {
    if (!wanted.equals(Atom.TRUE) && !wanted.equals(Atom.FALSE)) {
      return Atom.ERROR;
    }
    Belay.monitorNodes(wanted.equals(Atom.TRUE));
    return Atom.OK;
  }

  private Object nodes() {
    return stage.distribution().nodes().stream().map(Atom::of).toList();
  }

  /// What is no name of a node is not connected, and so `false`.
  private Object disconnect(Object node) {
    return Terms.atom(node instanceof Atom name && stage.distribution().disconnect(name.name()));
  }
}
