package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a scope of groups has to do with those of the same name on other nodes; its process's own.
///
/// Each tells the others of its own members, and of nobody else's (PG6). A scope that hears of
/// another one sends it all that it has, and its own existence; so both know all, whoever was first
/// (PG5). From then on each join and leave is told. What comes from a scope that is not known, or
/// not any more, is ignored (PG7). The end of the other scope, or of the connection, takes away
/// what it had told.
final class GroupPeers {
  /// A scope of another node says that it is there.
  record Discover(Pid peer) implements Grouping.Request {}

  /// A scope of another node says all that it has.
  record Sync(Pid peer, Map<Object, List<Pid>> groups) implements Grouping.Request {}

  /// Processes of another node have joined a group.
  record Joined(Pid peer, Object group, List<Pid> pids) implements Grouping.Request {}

  /// Processes of another node have left groups.
  record Left(Pid peer, List<Pid> pids, List<Object> groups) implements Grouping.Request {}

  /// There is a connection to another node.
  record NodeUp(String node) implements Grouping.Request {}

  /// What is done about members of other nodes.
  interface Members {
    void joined(Object group, List<Pid> pids);

    void left(Object group, List<Pid> pids);

    /// Returns the members of this node, by group.
    Map<Object, List<Pid>> local();
  }

  /// Another scope, and what it has told.
  private static final class Peer {
    final Ref monitor;
    final Map<Object, List<Pid>> groups = new HashMap<>();

    Peer(Ref monitor) {
      this.monitor = monitor;
    }
  }

  private final Node node;
  private final String scope;
  private final Pid self;
  private final Members members;
  private final Map<Pid, Peer> peers = new LinkedHashMap<>();

  GroupPeers(Node node, String scope, Pid self, Members members) {
    this.node = node;
    this.scope = scope;
    this.self = self;
    this.members = members;
  }

  private @Nullable PgProtocol protocol() {
    GenProtocol protocol = Abroad.of(node);
    return protocol == null ? null : protocol.groups();
  }

  /// The scope begins.
  void begin() {
    PgProtocol protocol = protocol();
    if (protocol != null) {
      protocol.nodes().forEach(this::lookOn);
    }
  }

  /// Says on another node that this scope is there.
  void lookOn(String other) {
    PgProtocol protocol = protocol();
    if (protocol != null) {
      Belay.send(new Name(scope, other), protocol.discover(self));
    }
  }

  // what others say

  void discovered(Pid pid) {
    PgProtocol protocol = protocol();
    if (protocol == null || pid.equals(self)) {
      return;
    }
    Map<Object, List<Pid>> local = new LinkedHashMap<>();
    members
        .local()
        .forEach((group, pids) -> {
          Object name = protocol.name(group);
          if (name != null) {
            local.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(pids);
          }
        });
    Belay.send(pid, protocol.sync(self, local));
    if (!peers.containsKey(pid)) {
      peers.put(pid, new Peer(Belay.monitor(pid)));
      Belay.send(pid, protocol.discover(self));
    }
  }

  /// Takes what another scope has for all that it has (PG9).
  void synced(Pid pid, Map<Object, List<Pid>> groups) {
    Peer peer = peers.get(pid);
    if (peer == null) {
      peer = new Peer(Belay.monitor(pid));
      peers.put(pid, peer);
    }
    Peer known = peer;
    Map.copyOf(known.groups)
        .forEach((group, pids) -> leave(known, group, without(pids, groups.get(group))));
    groups.forEach((group, pids) -> join(known, group, without(pids, known.groups.get(group))));
  }

  void joined(Pid pid, Object group, List<Pid> pids) {
    Peer peer = peers.get(pid);
    if (peer != null) {
      join(peer, group, pids);
    }
  }

  void left(Pid pid, List<Pid> pids, List<Object> groups) {
    Peer peer = peers.get(pid);
    if (peer != null) {
      for (Object group : groups) {
        // Of those that it has told of: a leave may name others.
        List<Pid> there = peer.groups.getOrDefault(group, List.of());
        leave(peer, group, without(there, without(there, pids)));
      }
    }
  }

  /// Tells whether a message is the end of another scope, and takes away what that had.
  boolean ended(Down down) {
    Peer peer = peers.get(down.pid());
    if (peer == null || !peer.monitor.equals(down.ref())) {
      return false;
    }
    peers.remove(down.pid());
    Map.copyOf(peer.groups).forEach((group, pids) -> leave(peer, group, pids));
    return true;
  }

  private void join(Peer peer, Object group, List<Pid> pids) {
    if (!pids.isEmpty()) {
      peer.groups.computeIfAbsent(group, _ -> new ArrayList<>()).addAll(pids);
      members.joined(group, List.copyOf(pids));
    }
  }

  private void leave(Peer peer, Object group, List<Pid> pids) {
    if (!pids.isEmpty()) {
      List<Pid> rest = without(peer.groups.get(group), pids);
      if (rest.isEmpty()) {
        peer.groups.remove(group);
      } else {
        peer.groups.put(group, rest);
      }
      members.left(group, List.copyOf(pids));
    }
  }

  /// Returns what is left of a list without another one, each as often as it is there more often.
  private static List<Pid> without(@Nullable List<Pid> all, @Nullable List<Pid> some) {
    if (all == null) {
      return new ArrayList<>();
    }
    if (some == null || some.isEmpty()) {
      return new ArrayList<>(all);
    }
    Map<Pid, Integer> less = new HashMap<>();
    some.forEach(pid -> less.merge(pid, 1, Integer::sum));
    List<Pid> rest = new ArrayList<>(all.size());
    for (Pid pid : all) {
      Integer times = less.get(pid);
      if (times == null) {
        rest.add(pid);
      } else if (times == 1) {
        less.remove(pid);
      } else {
        less.put(pid, times - 1);
      }
    }
    return rest;
  }

  // what others are told

  void tellJoined(Object group, List<Pid> pids) {
    PgProtocol protocol = peers.isEmpty() ? null : protocol();
    Object name = protocol == null ? null : protocol.name(group);
    if (protocol != null && name != null) {
      tell(protocol.join(self, name, pids));
    }
  }

  void tellLeft(Object group, List<Pid> pids) {
    tellLeft(pids, List.of(group));
  }

  /// A process has ended.
  ///
  /// @param times in which groups it was, and how often
  void tellEnded(Pid pid, Map<Object, Integer> times) {
    List<Object> groups = new ArrayList<>();
    times.forEach((group, often) -> groups.addAll(Collections.nCopies(often, group)));
    tellLeft(List.of(pid), groups);
  }

  private void tellLeft(List<Pid> pids, List<Object> groups) {
    PgProtocol protocol = peers.isEmpty() ? null : protocol();
    if (protocol == null) {
      return;
    }
    List<Object> names = new ArrayList<>(groups.size());
    for (Object group : groups) {
      Object name = protocol.name(group);
      if (name != null) {
        names.add(name);
      }
    }
    if (!names.isEmpty()) {
      tell(protocol.leave(self, pids, names));
    }
  }

  private void tell(Object message) {
    Set.copyOf(peers.keySet()).forEach(peer -> Belay.send(peer, message));
  }
}
