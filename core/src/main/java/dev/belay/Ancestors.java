package dev.belay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The spawners of a process, nearest first; bounded, and shared by all children of one process.
/// What these have of it besides is the group leader.
///
/// @param leader the group leader, or null
record Ancestors(@Nullable Pid parent, @Nullable Ancestors older, int depth, @Nullable Pid leader) {
  static final Ancestors NONE = new Ancestors(null, null, 0, null);
  private static final int MAX = 16;

  /// Returns the ancestors of the children of a process that has these.
  ///
  /// @param groupLeader that of the process, or null
  Ancestors with(Pid pid, @Nullable Pid groupLeader) {
    return depth < MAX
        ? new Ancestors(pid, this, depth + 1, groupLeader)
        : nearest(MAX / 2).with(pid, groupLeader);
  }

  private Ancestors nearest(int count) {
    return count == 0 || parent == null || older == null
        ? NONE
        : older.nearest(count - 1).withUnbounded(parent);
  }

  private Ancestors withUnbounded(Pid pid) {
    return new Ancestors(pid, this, depth + 1, null);
  }

  List<Pid> pids() {
    List<Pid> pids = new ArrayList<>(depth);
    for (Ancestors at = this; at != null; at = at.older) {
      if (at.parent != null) {
        pids.add(at.parent);
      }
    }
    return pids;
  }
}
