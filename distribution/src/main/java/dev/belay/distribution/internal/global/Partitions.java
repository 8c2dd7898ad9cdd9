package dev.belay.distribution.internal.global;

import static dev.belay.distribution.internal.global.Words.name;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Which nodes this one knows, and that all of them know each other: who loses one tells all, and
/// all leave the lost one. The name server's own.
final class Partitions {
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final Mesh mesh;
  private final Map<String, Session> sessions;

  /// Those of this side, with the versions of the protocol that they speak; 0 if that is not known.
  private final Map<String, Integer> known = new HashMap<>();

  private final Set<String> synced = new HashSet<>();

  /// Those that were asked to go, or are being left, and of whose loss nobody needs to hear.
  private final Set<String> leaving = new HashSet<>();

  private final Losses losses = new Losses();

  /// Tells this incarnation of the node from others that had its name.
  private final long incarnation = ThreadLocalRandom.current().nextLong(1L << 59);

  private long lastLoss;

  Partitions(Mesh mesh, Map<String, Session> sessions) {
    this.mesh = mesh;
    this.sessions = sessions;
  }

  Set<String> known() {
    return known.keySet();
  }

  Set<String> synced() {
    return synced;
  }

  boolean knows(String node) {
    return known.containsKey(node);
  }

  /// Tells whether a node is known, or about to be.
  boolean mayKnow(String node) {
    return knows(node) || isMet(node);
  }

  private boolean isMet(String node) {
    Session session = sessions.get(node);
    return session != null && session.met;
  }

  private int version(String node) {
    Integer version = known.get(node);
    Session session = sessions.get(node);
    return version != null ? version : session != null && session.met ? session.version : 0;
  }

  void inSync(String node) {
    synced.add(node);
  }

  void remove(String node) {
    known.remove(node);
    synced.remove(node);
  }

  // lists of nodes, as name servers send them

  /// Returns the nodes of such a list, which has versions with them or not.
  static List<String> nodes(List<Object> list) {
    return list.stream()
        .map(entry -> entry instanceof Tuple pair ? name(pair.get(0)) : name(entry))
        .toList();
  }

  private static int versionIn(Object entry) {
    return entry instanceof Tuple pair ? ((Long) pair.get(1)).intValue() : 0;
  }

  private static Tuple entry(String node, int version) {
    return Tuple.of(Atom.of(node), (long) version);
  }

  /// Returns a list for a name server that speaks a version.
  static List<Object> forVersion(List<Object> list, int version) {
    return version >= Words.TELLS_LOSSES ? list : Words.atoms(nodes(list));
  }

  List<Object> knownTerms(int version) {
    List<Object> list = new ArrayList<>();
    known.forEach((node, theirs) -> list.add(entry(node, theirs)));
    return forVersion(List.copyOf(list), version);
  }

  /// Returns the other side: the node that was met, and whom it knows.
  List<Object> sideOf(Session session, List<Object> theyKnow) {
    List<Object> side = new ArrayList<>();
    side.add(entry(session.node, session.version));
    List<String> nodes = nodes(theyKnow);
    for (int i = 0; i < nodes.size(); i++) {
      int version = versionIn(theyKnow.get(i));
      side.add(entry(nodes.get(i), version == 0 ? version(nodes.get(i)) : version));
    }
    return List.copyOf(side);
  }

  /// Notes that nodes belong to this side now.
  ///
  /// @return those that did not before
  List<String> add(List<Object> side) {
    List<String> nodes = nodes(side);
    List<String> added = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String node = nodes.get(i);
      if (!node.equals(mesh.self()) && known.putIfAbsent(node, versionIn(side.get(i))) == null) {
        added.add(node);
      }
    }
    return List.copyOf(added);
  }

  /// Makes a message for each known node, by its version.
  Map<String, Object> toKnown(IntFunction<Object> message) {
    Map<String, Object> messages = new LinkedHashMap<>();
    known.forEach((node, version) -> messages.put(node, message.apply(version)));
    return Map.copyOf(messages);
  }

  // lost connections

  /// There is a connection to a node: it is another one than what was asked to go.
  void up(String node) {
    leaving.remove(node);
  }

  /// The connection to a node is down.
  ///
  /// @return whether others have to hear of it: nobody wanted it to be
  boolean down(String node) {
    return !leaving.remove(node);
  }

  /// Tells all others that a node is lost.
  void tellLoss(String node) {
    passOn(
        Words.say("lost_connection", mesh.selfAtom(), incarnation, ++lastLoss, Atom.of(node)),
        node);
  }

  private void passOn(Tuple loss, String except) {
    Set<String> all = new HashSet<>(known.keySet());
    sessions.keySet().stream().filter(this::isMet).forEach(all::add);
    for (String node : all) {
      if (!node.equals(except) && version(node) >= Words.TELLS_LOSSES) {
        mesh.tell(node, loss);
      }
    }
  }

  /// A node has lost another one, or passes that on.
  ///
  /// @return whom this node leaves therefore, or null if it is nobody
  @Nullable String heardOfLoss(Tuple loss) {
    String by = name(loss.get(1));
    String of = name(loss.get(4));
    if (!losses.add(by, loss.get(2), loss.get(3), of, mesh.nanoTime())) {
      return null;
    }
    passOn(loss, by);
    String leave = of.equals(mesh.self()) ? by : of;
    if (!mayKnow(leave)) {
      return null;
    }
    leaving.add(leave);
    if (version(leave) >= Words.TELLS_LOSSES) {
      mesh.tell(leave, Words.say("remove_connection", mesh.selfAtom()));
    } else {
      mesh.disconnect(leave);
    }
    warn("has asked", leave, "to disconnect");
    return leave;
  }

  /// A node has asked this one to go.
  void dismissed(String node) {
    leaving.add(node);
    mesh.disconnect(node);
    warn("has disconnected from", node, "as it was asked to");
  }

  private void warn(String what, String node, String how) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        () ->
            "node "
                + mesh.self()
                + " "
                + what
                + " "
                + node
                + " "
                + how
                + ", so that there are no overlapping partitions");
  }
}
