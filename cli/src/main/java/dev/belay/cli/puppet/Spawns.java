package dev.belay.cli.puppet;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Monitored;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Atom;
import dev.belay.distribution.RemoteSpawnOptions;
import dev.belay.distribution.SpawnRefusedException;
import dev.belay.distribution.Spawned;
import dev.belay.distribution.Tuple;
import java.util.List;

/// Puppets that puppets make, here and on other nodes.
final class Spawns {
  private final Stage stage;

  private Spawns(Stage stage) {
    this.stage = stage;
  }

  /// What ties the new process to its spawner.
  private record Ties(boolean linked, boolean monitored) {
    static Ties of(List<?> wanted) {
      boolean linked = false;
      boolean monitored = false;
      for (Object option : wanted) {
        switch (Terms.name(option)) {
          case "link" -> linked = true;
          case "monitor" -> monitored = true;
          default -> throw Raised.badarg();
        }
      }
      return new Ties(linked, monitored);
    }
  }

  static void enter(Operations operations, Stage stage) {
    Spawns spawns = new Spawns(stage);
    operations
        .with("spawn", 1, arguments -> spawns.here(Ties.of(Terms.list(arguments.get(0)))))
        .with(
            "spawn",
            2,
            arguments ->
                spawns.there(Terms.name(arguments.get(0)), Ties.of(Terms.list(arguments.get(1)))));
  }

  private Object here(Ties ties) {
    Body body = stage.body();
    SpawnOptions options = ties.linked ? SpawnOptions.DEFAULT.link() : SpawnOptions.DEFAULT;
    return ties.monitored ? pair(Belay.spawnMonitor(options, body)) : Belay.spawn(options, body);
  }

  private Object there(String node, Ties ties) {
    if (node.equals(Belay.node().name())) {
      return here(ties);
    }
    RemoteSpawnOptions options = RemoteSpawnOptions.DEFAULT;
    if (ties.linked) {
      options = options.link();
    }
    if (ties.monitored) {
      options = options.monitor();
    }
    try {
      Spawned spawned = stage.distribution().spawn(node, options, "puppet", "loop", List.of());
      return spawned.ref().map(ref -> (Object) Tuple.of(spawned.pid(), ref)).orElse(spawned.pid());
    } catch (SpawnRefusedException e) {
      throw Raised.error(Atom.of(e.reason()));
    }
  }

  private static Object pair(Monitored spawned) {
    return Tuple.of(spawned.pid(), spawned.ref());
  }
}
