package dev.belay.otp;

import dev.belay.Node;
import dev.belay.NodeLocal;
import dev.belay.Pid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a scope knows of its groups: written by its process alone, which owns it, and read by all.
final class GroupView implements AutoCloseable {
  /*
   * A scope is there as long as its view can be found, which is until before anybody hears of the end of its process: it is not closed.
   * A closed view may be in the map, if its process was declared dead while it put it there; it counts as absent. Each group is one
   * Roll, replaced by the next one; so who reads sees a batch whole or not at all.
   */
  private static final NodeLocal<ConcurrentHashMap<String, GroupView>> OF_NODE =
      NodeLocal.withInitial(node -> new ConcurrentHashMap<>());

  final Pid scope;
  private final Node node;
  private final String name;
  private final ConcurrentHashMap<Object, Roll> rolls = new ConcurrentHashMap<>();
  private volatile boolean closed;

  GroupView(Node node, String name, Pid scope) {
    this.node = node;
    this.name = name;
    this.scope = scope;
  }

  /// Finds the view of a scope that is there.
  static @Nullable GroupView of(Node node, String name) {
    GroupView view = OF_NODE.get(node).get(name);
    return view == null || view.closed ? null : view;
  }

  /// Returns the processes of the scopes that are there.
  static List<Pid> scopes(Node node) {
    return OF_NODE.get(node).values().stream()
        .filter(view -> !view.closed)
        .map(view -> view.scope)
        .toList();
  }

  /// Lets others find it.
  void open() {
    OF_NODE.get(node).compute(name, (same, there) -> there == null || there.closed ? this : there);
  }

  @Override
  public void close() {
    closed = true;
    OF_NODE.get(node).remove(name, this);
  }

  // for readers

  List<Pid> members(Object group) {
    Roll roll = rolls.get(group);
    return roll == null ? List.of() : roll.pids();
  }

  List<Object> groups() {
    return List.copyOf(rolls.keySet());
  }

  // for the scope

  Map<Object, List<Pid>> all() {
    Map<Object, List<Pid>> all = new HashMap<>();
    rolls.forEach((group, roll) -> all.put(group, roll.pids()));
    return Map.copyOf(all);
  }

  void join(Object group, List<Pid> pids) {
    Roll roll = rolls.get(group);
    rolls.put(group, (roll == null ? Roll.EMPTY : roll).with(pids));
  }

  /// Takes processes out, all of which are there.
  void leave(Object group, List<Pid> pids) {
    Roll roll = rolls.get(group);
    if (roll == null) {
      throw new IllegalStateException("group " + Text.of(group) + " has no members");
    }
    Roll next = roll.without(pids);
    if (next.size() == 0) {
      rolls.remove(group);
    } else {
      rolls.put(group, next);
    }
  }
}
