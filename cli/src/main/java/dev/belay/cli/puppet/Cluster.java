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
        .with("monitor_nodes", 1, arguments -> monitorNodes(Terms.truth(arguments.get(0))))
        .with("nodes", 0, _ -> cluster.nodes())
        .with("disconnect", 1, arguments -> cluster.disconnect(Terms.name(arguments.get(0))));
  }

  private static Object monitorNode(List<Object> arguments) {
    Belay.monitorNode(Terms.name(arguments.get(0)), Terms.truth(arguments.get(1)));
    return Atom.TRUE;
  }

  private static Object monitorNodes(boolean wanted) {
    Belay.monitorNodes(wanted);
    return Atom.OK;
  }

  private Object nodes() {
    return stage.distribution().nodes().stream().map(Atom::of).toList();
  }

  private Object disconnect(String node) {
    return Terms.atom(stage.distribution().disconnect(node));
  }
}
