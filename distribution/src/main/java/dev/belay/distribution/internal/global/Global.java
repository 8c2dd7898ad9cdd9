package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Atom;
import dev.belay.distribution.RemoteFunction;
import dev.belay.distribution.internal.connection.Connections;

/// The part of a visible node in `global`: its name server and its locker.
public final class Global {
  /// The function that other name servers call to have this node decide between two processes with
  /// one name: `global:resolve_it/4`.
  public static final RemoteFunction RESOLVE =
      arguments -> {
        Object kept =
            Resolving.decide(
                arguments.get(0), arguments.get(1), (Pid) arguments.get(2), (Pid) arguments.get(3));
        return kept == null ? Atom.UNDEFINED : kept;
      };

  private Global() {}

  /// Starts a node's name server, and waits until it sees who comes and goes.
  ///
  /// @param node the node
  /// @param connections its connections, of which there are none yet
  /// @return the name server; with it the rest ends
  /// @throws IllegalStateException if the node is being closed
  public static Pid start(Node node, Connections connections) {
    try (Inbox inbox = node.inbox()) {
      Pid starter = inbox.pid();
      Pid server =
          node.spawn(
              SpawnOptions.DEFAULT.name(Words.SERVER),
              () -> {
                Mesh mesh = new Mesh(node, connections);
                Locks locks = new Locks();
                Pid me = Belay.self();
                Belay.monitorNodes(true, NodeType.VISIBLE);
                Pid locker = Belay.spawnLink(() -> new Locker(node.name(), me, locks, mesh).run());
                Belay.send(starter, me);
                new NameServer(mesh, locks, locker).run();
              });
      inbox.monitor(server);
      if (inbox.receive() instanceof Down down) {
        throw new IllegalStateException(
            "node " + node.name() + " has ended its name server: " + down.reason());
      }
      return server;
    }
  }
}
