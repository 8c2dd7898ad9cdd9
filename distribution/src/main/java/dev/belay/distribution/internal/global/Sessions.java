package dev.belay.distribution.internal.global;

import static dev.belay.distribution.internal.global.Words.list;
import static dev.belay.distribution.internal.global.Words.name;
import static dev.belay.distribution.internal.global.Words.say;
import static dev.belay.distribution.internal.global.Words.tuple;

import dev.belay.Belay;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The sessions of a name server with nodes that it has met: how two sides become one. The name
/// server's own.
final class Sessions {
  /*
   * Both sides begin a session by introducing themselves. When both lockers have locked their sides, names are exchanged, clashes
   * resolved, and the outcome is told to all of both sides, who connect with each other.
   *
   * A session is told from older ones with the same node by two tags, one of each side. What carries another tag is not acted on.
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  /// For the name server: names that another node has been asked about.
  record Resolved(String node, Object tag, Resolving.Outcome outcome) {}

  /// For the name server: a node of the other side cannot be reached.
  record Unreachable(String node) {}

  private final Mesh mesh;
  private final Names names;
  private final Pid locker;
  private final Resolving resolving;
  private final Partitions partitions;
  private final Map<String, Session> sessions = new HashMap<>();
  private long lastTag;

  Sessions(Mesh mesh, Names names, Pid locker) {
    this.mesh = mesh;
    this.names = names;
    this.locker = locker;
    this.resolving = new Resolving(mesh.self());
    this.partitions = new Partitions(mesh, sessions);
  }

  Partitions partitions() {
    return partitions;
  }

  /// A node has come up.
  void met(String node) {
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

  /// Another name server introduces itself.
  void introduced(Tuple parts) {
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

  /// The other locker has its side locked, or could not lock it.
  void lockSet(Tuple parts) {
    Pid theirs = (Pid) parts.get(1);
    boolean set = parts.get(2).equals(Atom.TRUE);
    Object tag = parts.size() > 4 ? parts.get(4) : null;
    if (tag == null || session(theirs.node(), tag) != null) {
      Belay.send(locker, new Locker.TheirsIsSet(theirs, set, tag));
    }
  }

  /// Both sides are locked: this one offers its names.
  void locked(String node, Object tag, Tuple lock) {
    Session session = session(node, tag);
    if (session != null) {
      session.lock = lock;
      mesh.cast(node, say("exchange", mesh.selfAtom(), names.all(), List.of(), session.theirTag));
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

  /// It has been decided who keeps which name.
  void resolved(String node, Object tag, Resolving.Outcome outcome) {
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
        Stream.concat(outcome.ours().stream(), theirs.operations().stream()).toList();
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
  void join(List<Object> side) {
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

  /// The other one means a session that it has told, by its tag and that of this side.
  void acknowledged(Tuple parts) {
    Session session = sessions.get(name(parts.get(1)));
    if (session != null
        && !(session.tag.equals(parts.get(2)) && session.theirTag.equals(parts.get(3)))) {
      // Each side means another session.
      mesh.tell(session.node, say("cancel_connect", mesh.selfAtom(), parts.get(3)));
      restart(session);
    }
  }

  /// The other one has given a session up.
  void cancelled(Tuple parts) {
    Session session = session(name(parts.get(1)), parts.get(2));
    if (session != null) {
      restart(session);
    }
  }

  /// The names of the other side.
  void offered(Tuple parts) {
    Session session = session(name(parts.get(1)), parts.get(4));
    if (session != null) {
      session.offered = list(parts.get(2));
      resolve(session);
    }
  }

  /// What has come of it over there.
  void resolvedThere(Tuple parts) {
    Session session = session(name(parts.get(1)), parts.get(6));
    if (session != null) {
      session.theirs =
          new Session.Theirs(list(parts.get(2)), list(parts.get(3)), list(parts.get(5)));
      finish(session);
    }
  }

  /// A node has this side's names, by way of another one.
  void inSync(String node) {
    partitions.inSync(node);
    Session session = sessions.get(node);
    if (session != null) {
      end(session, Map.of());
    }
  }

  /// A node has gone.
  void gone(String node) {
    Session session = sessions.get(node);
    if (session != null) {
      cancel(session);
    }
    Belay.send(locker, new Locker.Left(node));
  }
}
