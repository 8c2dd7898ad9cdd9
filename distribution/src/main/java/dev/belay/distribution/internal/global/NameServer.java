package dev.belay.distribution.internal.global;

import static dev.belay.distribution.internal.global.Words.list;
import static dev.belay.distribution.internal.global.Words.name;
import static dev.belay.distribution.internal.global.Words.say;
import static dev.belay.distribution.internal.global.Words.tuple;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.NodeDown;
import dev.belay.NodeUp;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The process `global_name_server`: keeps names and locks for the cluster, and makes one side of
/// two that meet.
///
/// Everything here runs in that process.
final class NameServer {
  /*
   * For each node that comes up there is a session (see Session). Both sides begin it by introducing themselves. When both lockers
   * have locked their sides, names are exchanged and told to all of both sides, and every node of one side connects to every node of the other.
   *
   * A session is told from older ones with the same node by two tags, one of each side. What carries another tag is not acted on.
   *
   * Overlapping partitions: who loses a node tells all others, each of which passes it on once, and asks the lost one to go. So a
   * node is either connected with all of a cluster or with none.
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final Duration LATER = Duration.ofMillis(500);

  /// Names that another node has been asked about.
  record Resolved(String node, Object tag, Resolving.Outcome outcome) {}

  /// A node of the other side cannot be reached.
  record Unreachable(String node) {}

  private final Mesh mesh;
  private final Locks locks;
  private final Pid locker;
  private final Names names;
  private final Resolving resolving;
  private final Partitions partitions;
  private final Map<String, Session> sessions = new HashMap<>();
  private long lastTag;

  NameServer(Mesh mesh, Locks locks, Pid locker) {
    this.mesh = mesh;
    this.locks = locks;
    this.locker = locker;
    this.names = new Names(locks);
    this.resolving = new Resolving(mesh.self());
    this.partitions = new Partitions(mesh, sessions);
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
        met(node);
      }
      case NodeDown(String node) -> gone(node, partitions.down(node));
      case Unreachable(String node) -> gone(node, partitions.down(node));
      case Down down -> {
        if (!locks.down(down.ref())) {
          names.down(down.ref());
        }
      }
      case Locker.BothAreSet(String node, Object tag, Tuple lock) -> locked(node, tag, lock);
      case Resolved(String node, Object tag, Resolving.Outcome outcome) ->
          resolved(node, tag, outcome);
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
      case "init_connect" -> introduced(parts);
      case "lock_set" -> lockSet(parts);
      case "exchange" -> {
        Session session = session(name(parts.get(1)), parts.get(4));
        if (session != null) {
          session.offered = list(parts.get(2));
          resolve(session);
        }
      }
      case "resolved" -> {
        Session session = session(name(parts.get(1)), parts.get(6));
        if (session != null) {
          session.theirs =
              new Session.Theirs(list(parts.get(2)), list(parts.get(3)), list(parts.get(5)));
          finish(session);
        }
      }
      case "new_nodes" -> {
        join(list(parts.get(4)));
        names.apply(list(parts.get(2)), list(parts.get(3)), lockIn(list(parts.get(5))));
      }
      case "in_sync" -> {
        String node = name(parts.get(1));
        partitions.inSync(node);
        Session session = sessions.get(node);
        if (session != null) {
          end(session, Map.of());
        }
      }
      default -> {}
    }
  }

  private void told(Tuple parts) {
    switch (Words.word(parts)) {
      case "init_connect_ack" -> {
        Session session = sessions.get(name(parts.get(1)));
        if (session != null
            && !(session.tag.equals(parts.get(2)) && session.theirTag.equals(parts.get(3)))) {
          // Each side means another session.
          mesh.tell(session.node, say("cancel_connect", mesh.selfAtom(), parts.get(3)));
          restart(session);
        }
      }
      case "cancel_connect" -> {
        Session session = session(name(parts.get(1)), parts.get(2));
        if (session != null) {
          restart(session);
        }
      }
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

  // sessions

  private void met(String node) {
    if (partitions.knows(node) || sessions.containsKey(node)) {
      return;
    }
    Session session = new Session(node, ++lastTag);
    sessions.put(node, session);
    mesh.cast(
        node,
        say(
            "init_connect",
            Tuple.of((long) Words.VERSION, session.tag),
            mesh.selfAtom(),
            say("locker", Atom.of("no_longer_a_pid"), Map.of(), locker)));
  }

  /// Finds the session with a node that has a tag.
  private @Nullable Session session(String node, Object tag) {
    Session session = sessions.get(node);
    if (session != null && session.tag.equals(tag)) {
      return session;
    }
    // Whoever has locks for it has to give them back.
    Belay.send(locker, new Locker.Ended(node, tag, Map.of()));
    return null;
  }

  private void introduced(Tuple parts) {
    Tuple theirs = tuple(parts.get(1));
    String node = name(parts.get(2));
    int version = (int) Math.min(Words.VERSION, (Long) theirs.get(0));
    Object theirTag = theirs.get(1);
    Session session = sessions.get(node);
    if (session != null && session.met) {
      // It has begun again.
      mesh.tell(node, say("cancel_connect", mesh.selfAtom(), theirTag));
      restart(session);
      session = sessions.get(node);
    }
    if (session == null) {
      return;
    }
    session.met = true;
    session.version = version;
    session.theirTag = theirTag;
    Pid theirLocker = (Pid) tuple(parts.get(3)).get(3);
    Belay.send(locker, new Locker.Met(node, theirLocker, version, theirTag, session.tag));
    if (version >= Words.VERIFIES) {
      mesh.tell(node, say("init_connect_ack", mesh.selfAtom(), theirTag, session.tag));
    }
  }

  private void lockSet(Tuple parts) {
    Pid theirs = (Pid) parts.get(1);
    boolean set = parts.get(2).equals(Atom.TRUE);
    Object tag = parts.size() > 4 ? parts.get(4) : null;
    if (tag == null || session(theirs.node(), tag) != null) {
      Belay.send(locker, new Locker.TheirsIsSet(theirs, set, tag));
    }
  }

  /// Both sides are locked: this one offers its names.
  private void locked(String node, Object tag, Tuple lock) {
    Session session = session(node, tag);
    if (session != null) {
      session.lock = lock;
      mesh.cast(
          node, say("exchange", mesh.selfAtom(), names.all(), List.of(), session.theirTag));
      resolve(session);
    }
  }

  private void resolve(Session session) {
    List<Object> offered = session.offered;
    if (session.lock == null || offered == null) {
      return;
    }
    List<Resolving.Offer> offers =
        offered.stream()
            .map(offer -> new Resolving.Offer(tuple(offer), names.find(tuple(offer).get(0))))
            .toList();
    boolean first = mesh.selfAtom().compareTo(Atom.of(session.node)) < 0;
    String node = session.node;
    Object tag = session.tag;
    if (first && offers.stream().anyMatch(offer -> offer.own() != null)) {
      // Other nodes are asked, which takes its time.
      Pid me = Belay.self();
      Belay.spawn(
          SpawnOptions.DEFAULT.label("resolves names of " + node),
          () -> Belay.send(me, new Resolved(node, tag, resolving.decide(offers, true))));
    } else {
      resolved(node, tag, resolving.decide(offers, first));
    }
  }

  private void resolved(String node, Object tag, Resolving.Outcome outcome) {
    Session session = session(node, tag);
    if (session != null) {
      mesh.cast(
          node,
          say(
              "resolved",
              mesh.selfAtom(),
              outcome.theirs(),
              partitions.knownTerms(session.version),
              Words.UNUSED,
              names.outside(),
              session.theirTag));
      session.outcome = outcome;
      finish(session);
    }
  }

  /// Both sides have said what has come of it: the two become one.
  private void finish(Session session) {
    Resolving.Outcome outcome = session.outcome;
    Session.Theirs theirs = session.theirs;
    Tuple lock = session.lock;
    if (outcome == null || theirs == null || lock == null) {
      return;
    }
    List<Object> operations =
        Stream.concat(outcome.ours().stream(), theirs.operations().stream())
            .toList();
    List<Object> side = partitions.sideOf(session, theirs.known());
    Partitions.nodes(theirs.known()).forEach(this::syncWith);
    names.apply(operations, theirs.outside(), lock);
    for (String node : Partitions.nodes(theirs.known())) {
      Session other = sessions.get(node);
      if (other != null) {
        end(other, Map.of());
      }
    }
    Object extras =
        List.of(Tuple.of(Atom.of("vsn"), (long) session.version), Tuple.of(Atom.of("lock"), lock));
    end(
        session,
        partitions.toKnown(version ->
            say(
                "new_nodes",
                mesh.selfAtom(),
                operations,
                theirs.outside(),
                Partitions.forVersion(side, version),
                extras)));
    partitions.inSync(session.node);
    List<String> added = partitions.add(side);
    Belay.send(locker, new Locker.Joined(added));
  }

  /// A session is over.
  private void end(Session session, Map<String, Object> last) {
    sessions.remove(session.node, session);
    Belay.send(locker, new Locker.Ended(session.node, session.tag, last));
  }

  /// A session is given up before it is over.
  private void cancel(Session session) {
    if (session.met && session.version >= Words.VERIFIES) {
      mesh.tell(session.node, say("cancel_connect", mesh.selfAtom(), session.theirTag));
    }
    end(session, Map.of());
  }

  private void restart(Session session) {
    cancel(session);
    met(session.node);
  }

  /// Nodes of another side have become known by one of this side.
  private void join(List<Object> side) {
    List<String> added = partitions.add(side);
    added.forEach(this::syncWith);
    Belay.send(locker, new Locker.Joined(added));
  }

  /// Connects to a node of the other side, and says so.
  private void syncWith(String node) {
    if (node.equals(mesh.self())) {
      return;
    }
    Pid me = Belay.self();
    Belay.spawn(
        SpawnOptions.DEFAULT.label("connects to " + node),
        () -> {
          if (mesh.connect(node)) {
            mesh.cast(node, say("in_sync", mesh.selfAtom(), Atom.TRUE));
          } else {
            LOGGER.log(
                System.Logger.Level.WARNING,
                () -> "node " + mesh.self() + " cannot connect to " + node + " of its cluster");
            Belay.send(me, new Unreachable(node));
          }
        });
  }

  /// A node does not belong to this side any more.
  ///
  /// @param lost whether others have to hear of that
  private void gone(String node, boolean lost) {
    Session session = sessions.get(node);
    if (session != null) {
      cancel(session);
    }
    Belay.send(locker, new Locker.Left(node));
    if (lost) {
      partitions.tellLoss(node);
    }
    partitions.remove(node);
  }
}
