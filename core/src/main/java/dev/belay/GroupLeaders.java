package dev.belay;

import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// Which process is the group leader of which: where its output goes.
///
/// A process has the one that its spawner had (SP1), which is kept with its ancestors, and costs
/// nothing. The few that are given another one later are here.
final class GroupLeaders {
  /*
   * The map is guarded by itself, which no other lock is taken in. `any` is written in it, once, so that all who have never heard of a
   * group leader are spared it. An entry goes when nobody knows the process any more.
   */
  private final Map<Cell, Pid> changed = new WeakHashMap<>();
  private volatile boolean any;

  /// Returns the group leader that a process was given after it was spawned.
  @Nullable Pid of(Cell cell) {
    if (!any) {
      return null;
    }
    synchronized (changed) {
      return changed.get(cell);
    }
  }

  /// Gives a process of this node a group leader; from any thread.
  void set(Cell cell, Pid leader) {
    synchronized (changed) {
      any = true;
      changed.put(cell, leader);
    }
  }

  /// Gives a process of any node a group leader: a signal like others (S21).
  static void send(Cell self, Pid leader, Pid to) {
    Node node = self.node;
    Cell cell = node.local(to);
    if (cell != null) {
      node.groupLeaders.set(cell, leader);
      return;
    }
    Line line = node.lineTo(to);
    if (line != null && line.push(Carrier.Signal.groupLeader(leader, to))) {
      line.wake();
    }
  }
}
