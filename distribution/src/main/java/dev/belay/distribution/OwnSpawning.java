package dev.belay.distribution;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.SpawnOptions;
import dev.belay.distribution.internal.connection.Functions;
import dev.belay.distribution.internal.connection.SpawnCall;
import java.util.Optional;

/// Spawns a function that is meant for other nodes on the node itself, whose name was given.
final class OwnSpawning {
  private OwnSpawning() {}

  static Spawned spawn(Node node, Functions functions, SpawnCall call, RemoteSpawnOptions asked) {
    if (!call.areOptionsKnown()) {
      throw new SpawnRefusedException(node.name(), call.text(), "badopt");
    }
    Body body = functions.body(call);
    SpawnOptions options = SpawnOptions.DEFAULT.label(call.text());
    LinkMode link = asked.linkMode();
    if (link != null) {
      options = options.link(link, asked.childsEnd());
    }
    MonitorOptions monitor = asked.monitorOptions();
    if (Belay.inProcess() && Belay.node() != node) {
      throw new IllegalStateException(
          "spawn() of node "
              + node.name()
              + " was called by a process of node "
              + Belay.node().name()
              + ". A process spawns in the name of its own node.");
    }
    if (!Belay.inProcess() && link == null && monitor == null) {
      return new Spawned(node.spawn(options, body), Optional.empty());
    }
    if (monitor == null) {
      return new Spawned(Belay.spawn(options, body), Optional.empty());
    }
    Monitored monitored = Belay.spawnMonitor(options, monitor, body);
    return new Spawned(monitored.pid(), Optional.of(monitored.ref()));
  }
}
