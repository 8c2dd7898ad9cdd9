package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.handshake.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The process that locks the names of this side of a cluster when it meets another side.
///
/// A side is a node with all that it knows. When two nodes of different sides have met, the locker
/// of each locks its whole side, with the same lock, which names both lockers. Only when both have
/// done so are names exchanged. One of the lockers begins; the other one follows.
final class Locker {
  /*
   * While it holds locks it waits for the name server to say that the session has ended, which that one says also if the other node is
   * lost. What comes meanwhile for other sessions stays in the mailbox.
   *
   * To begin, it locks the greatest node of its side, then itself and the other node, then the rest; to follow, the same without
   * the other node. Who does not get all gives back what it has and lets others go first for a while.
   */
  /// Another node has been met.
  ///
  /// @param locker its locker
  /// @param version the version of the protocol that both understand
  /// @param theirTag by which it knows the session
  /// @param tag by which this node does
  record Met(String node, Pid locker, int version, Object theirTag, Object tag) {}

  /// A session has ended, or has been given up.
  ///
  /// @param tag by which this node knows it
  /// @param last what to tell name servers before the locks are given back, by node
  record Ended(String node, Object tag, Map<String, Object> last) {}

  /// Nodes have joined this side.
  record Joined(List<String> nodes) {}

  /// A node has left this side.
  record Left(String node) {}

  /// The other locker has its side locked, or could not lock it.
  ///
  /// @param tag by which this node knows the session, or null if the other one does not say
  record TheirsIsSet(Pid locker, boolean set, @Nullable Object tag) {}

  /// For the name server: both sides are locked.
  record BothAreSet(String node, Object tag, Tuple lock) {}

  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final int LONGEST_WAIT_MILLIS = 3_000;

  private final String self;
  private final Pid server;
  private final Locks locks;
  private final Peerage peers;
  private final List<Met> waiting = new ArrayList<>();
  private final List<String> known = new ArrayList<>();
  private boolean justSynced;

  Locker(String self, Pid server, Locks locks, Peerage peers) {
    this.self = self;
    this.server = server;
    this.locks = locks;
    this.peers = peers;
  }

  /// The body of the process.
  void run() {
    while (true) {
      Optional<Object> message =
          waiting.isEmpty() ? Optional.of(Belay.receive()) : Belay.receive(patience());
      if (message.isPresent()) {
        handle(message.get());
      } else {
        justSynced = false;
        if (!locks.isSet(Words.GLOBAL)) {
          begin();
        }
      }
    }
  }

  /// How long it lets others go first.
  private Duration patience() {
    if (justSynced) {
      return Duration.ZERO;
    }
    return known.isEmpty()
        ? FIRST_WAIT
        : Duration.ofMillis(Math.min(1_000 + 100 * known.size(), LONGEST_WAIT_MILLIS));
  }

  /// One that knows nothing of this one answers the locker itself, and not by the name servers.
  ///
  /// @return what its answer means, or the message as it is
  private static Object read(Object message) {
    return message instanceof Tuple parts
            && parts.size() == 4
            && Words.word(parts).equals("lock_set")
            && parts.get(1) instanceof Pid locker
        ? new TheirsIsSet(locker, parts.get(2).equals(Atom.TRUE), null)
        : message;
  }

  private void handle(Object message) {
    switch (read(message)) {
      case Met met -> waiting.add(met);
      case Ended(String node, Object tag, Map<String, Object> last) -> {
        forget(node, tag);
        last.forEach(peers::cast);
      }
      case Joined(List<String> nodes) -> known.addAll(nodes);
      case Left(String node) -> known.remove(node);
      case TheirsIsSet answer -> {
        if (answer.set) {
          follow(answer.locker, answer.tag);
        }
      }
      default -> {
        // A late answer.
      }
    }
  }

  private void forget(String node, Object tag) {
    waiting.removeIf(met -> met.node.equals(node) && met.tag.equals(tag));
  }

  // beginning

  private void begin() {
    waiting.removeIf(met -> known.contains(met.node));
    if (waiting.isEmpty()) {
      return;
    }
    List<Met> near = waiting.stream().filter(met -> isNear(met.node)).toList();
    List<Met> choice = near.isEmpty() ? waiting : near;
    Met other = choice.get(ThreadLocalRandom.current().nextInt(choice.size()));
    Tuple lock = Words.lockOf(Belay.self(), other.locker);
    if (!lockSide(lock, List.of(other.node))) {
      return;
    }
    List<String> locked = new ArrayList<>(known);
    locked.add(self);
    locked.add(other.node);
    tell(other.locker, other.version, other.theirTag, true);
    boolean decided = false;
    while (!decided) {
      switch (awaitAnswer(other)) {
        case TheirsIsSet answer -> {
          if (answer.set) {
            bothAreSet(other, lock, locked);
          } else {
            unlock(lock, locked);
          }
          decided = true;
        }
        case Ended ended -> {
          finish(ended, lock, locked);
          decided = true;
        }
        default -> {
          // Of a session that has been given up.
        }
      }
    }
  }

  private boolean isNear(String node) {
    return NodeName.of(node).host().equals(NodeName.of(self).host());
  }

  /// Waits until the other locker has answered, or the session has been given up.
  private static Object awaitAnswer(Met other) {
    return Belay.receive(message ->
        switch (read(message)) {
          case TheirsIsSet answer when answer.locker.node().equals(other.node) ->
              answer.tag == null || answer.tag.equals(other.tag) ? answer : "stale";
          case Ended(String node, Object tag, Map<String, Object> _)
              when node.equals(other.node) && tag.equals(other.tag) ->
              message;
          default -> null;
        });
  }

  // following

  private void follow(Pid locker, @Nullable Object tag) {
    Met other = null;
    for (Met met : waiting) {
      if (met.node.equals(locker.node()) && (tag == null || tag.equals(met.tag))) {
        other = met;
      }
    }
    if (other == null) {
      Belay.send(locker, Words.say("lock_set", Belay.self(), Atom.FALSE, Words.atoms(known)));
      return;
    }
    // The other one has locked this node, too, and what it has made its lock of is the lock.
    Tuple theirs = locks.between(Belay.self(), locker);
    Tuple lock = theirs == null ? Words.lockOf(Belay.self(), locker) : theirs;
    boolean set = lockSide(lock, List.of());
    tell(locker, other.version, other.theirTag, set);
    if (set) {
      List<String> locked = new ArrayList<>(known);
      locked.add(self);
      bothAreSet(other, lock, locked);
    }
  }

  private void tell(Pid locker, int version, Object theirTag, boolean set) {
    Atom outcome = set ? Atom.TRUE : Atom.FALSE;
    List<Object> side = Words.atoms(known);
    peers.cast(
        locker.node(),
        version < Words.VERIFIES
            ? Words.say("lock_set", Belay.self(), outcome, side)
            : Words.say("lock_set", Belay.self(), outcome, side, theirTag));
  }

  /// Leaves it to the name servers, and waits until they are done.
  private void bothAreSet(Met other, Tuple lock, List<String> locked) {
    Belay.send(server, new BothAreSet(other.node, other.tag, lock));
    Ended ended =
        Belay.receive(message ->
            message instanceof Ended e && e.node.equals(other.node) && e.tag.equals(other.tag)
                ? e
                : null);
    finish(ended, lock, locked);
    justSynced = true;
  }

  private void finish(Ended ended, Tuple lock, List<String> locked) {
    ended.last.forEach(peers::cast);
    unlock(lock, locked);
    forget(ended.node, ended.tag);
  }

  // locks

  /// Locks all nodes of this side.
  ///
  /// @param more what is locked, too
  /// @return whether it has all; otherwise it has none
  private boolean lockSide(Tuple lock, List<String> more) {
    List<String> side = new ArrayList<>(known);
    side.add(self);
    String boss = Words.boss(side);
    if (!boss.equals(self) && !locks.isFree(lock)) {
      return false;
    }
    if (!lock(lock, List.of(boss))) {
      return false;
    }
    List<String> first = new ArrayList<>(more);
    first.add(self);
    first.remove(boss);
    if (!lock(lock, first)) {
      unlockAll(lock, List.of(boss));
      return false;
    }
    catchUp();
    List<String> rest = new ArrayList<>(known);
    rest.remove(boss);
    if (!lock(lock, rest)) {
      first.add(boss);
      unlockAll(lock, first);
      return false;
    }
    return true;
  }

  /// Notes who has joined or left meanwhile.
  private void catchUp() {
    Optional<Object> next;
    do {
      next =
          Belay.receive(
              message -> message instanceof Joined || message instanceof Left ? message : null,
              Duration.ZERO);
      next.ifPresent(this::handle);
    } while (next.isPresent());
  }

  private boolean lock(Tuple lock, Collection<String> nodes) {
    if (nodes.isEmpty()) {
      return true;
    }
    Map<String, Object> answers = Asking.all(peers.reachable(nodes), Words.say("set_lock", lock));
    List<String> locked = Asking.whoSayYes(answers);
    if (locked.size() == answers.size()) {
      return true;
    }
    unlockAll(lock, locked);
    return false;
  }

  private void unlockAll(Tuple lock, Collection<String> nodes) {
    Asking.all(peers.reachable(nodes), Words.say("del_lock", lock));
  }

  /// Gives locks back, the one of the greatest node last.
  private void unlock(Tuple lock, List<String> nodes) {
    String boss = Words.boss(nodes);
    unlockAll(lock, nodes.stream().filter(node -> !node.equals(boss)).toList());
    unlockAll(lock, List.of(boss));
  }

  /// How it reaches other name servers.
  interface Peerage {
    /// Sends a cast to a node's name server, if the node is connected.
    void cast(String node, Object message);

    /// Returns those of some nodes that are connected, and this one.
    List<String> reachable(Collection<String> nodes);
  }
}
