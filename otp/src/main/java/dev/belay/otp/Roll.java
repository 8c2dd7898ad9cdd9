package dev.belay.otp;

import dev.belay.Pid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The members of a group at one moment, in the order in which they have joined.
final class Roll {
  /*
   * A change makes a new Roll that knows only what has changed, and the Roll before. Who first wants the list makes it, from the nearest
   * Roll before that has one, and keeps it; so many changes in a row cost no more each than one, however large the group is. The scope
   * makes a list itself when more has changed since the last one than there are members.
   *
   * `change` and `pids` are written by whoever makes the list, several at a time perhaps, who all make the same: first `pids`, then
   * `change` is dropped. So who finds neither looks for `pids` again.
   */
  static final Roll EMPTY = new Roll(0, null, List.of());

  private static final int FEW = 16;

  private record Change(Roll before, List<Pid> pids, boolean joined) {}

  private final int size;

  /// How many have joined or left since the last list that the scope knew of.
  private final int changed;

  private volatile @Nullable Change change;
  private volatile @Nullable List<Pid> pids;

  private Roll(int changed, @Nullable Change change, @Nullable List<Pid> pids) {
    this.size =
        change == null
            ? 0
            : change.before.size + (change.joined ? change.pids.size() : -change.pids.size());
    this.changed = changed;
    this.change = change;
    this.pids = pids;
  }

  int size() {
    return size;
  }

  Roll with(List<Pid> joined) {
    return after(new Change(this, joined, true));
  }

  /// Takes processes out, all of which are there.
  Roll without(List<Pid> left) {
    return after(new Change(this, left, false));
  }

  private static Roll after(Change change) {
    Roll before = change.before;
    Roll next =
        new Roll((before.pids == null ? before.changed : 0) + change.pids.size(), change, null);
    if (next.changed > next.size + FEW) {
      next.pids();
    }
    return next;
  }

  List<Pid> pids() {
    Deque<Change> changes = new ArrayDeque<>();
    Roll at = this;
    List<Pid> known = at.pids;
    while (known == null) {
      Change last = at.change;
      if (last == null) {
        known = Objects.requireNonNull(at.pids);
      } else {
        changes.push(last);
        at = last.before;
        known = at.pids;
      }
    }
    if (at == this) {
      return known;
    }
    List<Pid> all = list(known, changes);
    pids = all;
    change = null;
    return all;
  }

  private List<Pid> list(List<Pid> known, Deque<Change> changes) {
    List<Pid> joined = new ArrayList<>(known);
    Map<Pid, Integer> left = new HashMap<>();
    for (Change one : changes) {
      if (one.joined) {
        joined.addAll(one.pids);
      } else {
        one.pids.forEach(pid -> left.merge(pid, 1, Integer::sum));
      }
    }
    if (left.isEmpty()) {
      return List.copyOf(joined);
    }
    List<Pid> stayed = new ArrayList<>(size);
    for (Pid pid : joined) {
      if (left.containsKey(pid)) {
        left.computeIfPresent(pid, (same, times) -> times == 1 ? null : times - 1);
      } else {
        stayed.add(pid);
      }
    }
    return List.copyOf(stayed);
  }
}
