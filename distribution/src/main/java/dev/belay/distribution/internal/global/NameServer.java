package dev.belay.distribution.internal.global;

import static dev.belay.distribution.internal.global.Words.list;
import static dev.belay.distribution.internal.global.Words.name;
import static dev.belay.distribution.internal.global.Words.tuple;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.NodeDown;
import dev.belay.NodeUp;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The process `global_name_server`: keeps names and locks for the cluster, and makes one side of
/// two that meet.
///
/// Everything here runs in that process.
final class NameServer {
  /*
   * For each node that comes up there is a session, until it belongs to this side: see Sessions.
   *
   * Overlapping partitions: who loses a node tells all others, each of which passes it on once, and asks the lost one to go. So a
   * node is either connected with all of a cluster or with none: see Partitions.
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final Duration LATER = Duration.ofMillis(500);

  private final Mesh mesh;
  private final Locks locks;
  private final Names names;
  private final Sessions sessions;
  private final Partitions partitions;

  NameServer(Mesh mesh, Locks locks, Pid locker) {
    this.mesh = mesh;
    this.locks = locks;
    this.names = new Names(locks);
    this.sessions = new Sessions(mesh, names, locker);
    this.partitions = sessions.partitions();
  }

  /// The body of the process.
  void run() {
    while (true) {
      Object message = Belay.receive();
      try {
        handle(message);
      } catch (RuntimeException e) {
        // Whatever another node sends: without this process the cluster would stand still.
        LOGGER.log(
            System.Logger.Level.WARNING,
            () -> "a message to " + Words.SERVER + " of " + mesh.self() + " makes no sense",
            e);
      }
    }
  }

  private void handle(Object message) {
    switch (message) {
      case NodeUp(String node) -> {
        partitions.up(node);
        sessions.met(node);
      }
      case NodeDown(String node) -> gone(node, partitions.down(node));
      case Sessions.Unreachable(String node) -> {
        // Unless it has connected since it was tried.
        if (!mesh.isConnected(node)) {
          gone(node, partitions.down(node));
        }
      }
      case Down down -> {
        if (!locks.down(down.ref())) {
          names.down(down.ref());
        }
      }
      case Locker.BothAreSet(String node, Object tag, Tuple lock) ->
          sessions.locked(node, tag, lock);
      case Sessions.Resolved(String node, Object tag, Resolving.Outcome outcome) ->
          sessions.resolved(node, tag, outcome);
      case Tuple tuple when tuple.size() == 3 && tuple.get(0).equals(Words.CALL) ->
          Words.reply(tuple(tuple.get(1)), call(tuple(tuple.get(1)), tuple.get(2)));
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(Words.CAST) ->
          cast(tuple.get(1));
      case Tuple tuple -> told(tuple);
      default -> {}
    }
  }

  // calls

  /// Does what is asked for.
  ///
  /// @return the answer, or null if there is none
  private @Nullable Object call(Tuple from, Object request) {
    Pid caller = (Pid) from.get(0);
    if (request instanceof Atom plain) {
      return switch (plain.name()) {
        case "get_known" -> Words.atoms(partitions.known());
        case "get_synced" -> Words.atoms(partitions.synced());
        case "get_protocol_version" -> (long) Words.VERSION;
        case "get_names_ext" -> names.outside();
        default -> null;
      };
    }
    Tuple parts = tuple(request);
    return switch (Words.word(parts)) {
      case "set_lock" -> locks.take(tuple(parts.get(1)), caller) ? Atom.TRUE : Atom.FALSE;
      case "del_lock" -> {
        locks.release(tuple(parts.get(1)), caller);
        yield Atom.TRUE;
      }
      case "register" -> {
        names.put(parts.get(1), (Pid) parts.get(2), parts.get(3), null, caller, null);
        yield Words.YES;
      }
      case "register_ext" -> {
        names.put(
            parts.get(1), (Pid) parts.get(2), parts.get(3), (Atom) parts.get(4), caller, null);
        yield Words.YES;
      }
      case "unregister" -> {
        names.remove(parts.get(1));
        yield Atom.OK;
      }
      default -> null;
    };
  }

  // what others tell

  private void cast(Object request) {
    Tuple parts = tuple(request);
    switch (Words.word(parts)) {
      case "init_connect" -> sessions.introduced(parts);
      case "lock_set" -> sessions.lockSet(parts);
      case "exchange" -> sessions.offered(parts);
      case "resolved" -> sessions.resolvedThere(parts);
      case "new_nodes" -> {
        sessions.join(list(parts.get(4)));
        names.apply(list(parts.get(2)), list(parts.get(3)), lockIn(list(parts.get(5))));
      }
      case "in_sync" -> sessions.inSync(name(parts.get(1)));
      default -> {}
    }
  }

  private void told(Tuple parts) {
    switch (Words.word(parts)) {
      case "init_connect_ack" -> sessions.acknowledged(parts);
      case "cancel_connect" -> sessions.cancelled(parts);
      case "lost_connection" -> {
        String lost = partitions.heardOfLoss(parts);
        if (lost != null) {
          gone(lost, false);
        }
      }
      case "remove_connection" -> {
        String node = name(parts.get(1));
        if (partitions.mayKnow(node)) {
          partitions.dismissed(node);
          gone(node, false);
        }
      }
      case "whereis" -> {
        if (locks.isSet(Words.GLOBAL)) {
          Belay.sendAfter(LATER, Belay.self(), parts);
        } else {
          Names.Entry entry = names.find(parts.get(1));
          Words.reply(tuple(parts.get(2)), entry == null ? Atom.UNDEFINED : entry.pid());
        }
      }
      default -> {}
    }
  }

  private static @Nullable Object lockIn(List<Object> extras) {
    for (Object extra : extras) {
      if (Words.word(extra).equals("lock")) {
        return tuple(extra).get(1);
      }
    }
    return null;
  }

  /// A node does not belong to this side any more.
  ///
  /// @param lost whether others have to hear of that
  private void gone(String node, boolean lost) {
    sessions.gone(node);
    if (lost) {
      partitions.tellLoss(node);
    }
    partitions.remove(node);
  }
}
