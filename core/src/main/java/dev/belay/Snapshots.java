package dev.belay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the snapshots that `info` returns.
final class Snapshots {
  private Snapshots() {}

  /// Takes a snapshot of a process on the caller's thread (I2, I4, I7).
  ///
  /// @return nothing if it is past its time of death
  static Optional<ProcessInfo> info(Cell cell) {
    List<Pid> links = new ArrayList<>();
    List<Subject> monitors = new ArrayList<>();
    List<Pid> monitoredBy = new ArrayList<>();
    List<String> owned;
    boolean traps;
    int state;
    Names.Entry name;
    cell.lock();
    try {
      state = cell.state;
      if (state >= Cell.DEAD) {
        return Optional.empty();
      }
      LinkTable table = cell.links;
      if (table != null) {
        table.forEach(end -> {
          if (end.isActive()) {
            links.add(end.peer);
          }
        });
      }
      for (Watch watch = cell.watching; watch != null; watch = watch.ownNext) {
        if (watch.on && watch.subject != null) {
          monitors.add(watch.subject);
        }
      }
      for (Watch watch = cell.watchers; watch != null; watch = watch.targetNext) {
        monitoredBy.add(watch.watcherPid());
      }
      owned = Slot.names(cell);
      traps = cell.trapExits;
      name = cell.nameEntry;
    } finally {
      cell.lockWord = 0;
    }
    links.sort(null);
    monitoredBy.sort(null);
    return Optional.of(
        new ProcessInfo(
            cell.pid,
            cell.label(),
            Optional.ofNullable(name == null ? null : name.name),
            status(cell, state),
            traps,
            cell.mailbox.length(),
            Age.ofOldest(cell),
            links,
            monitors,
            monitoredBy,
            owned,
            Optional.ofNullable(cell.ancestors.parent()),
            cell.ancestors.pids(),
            cell.initial.getName()));
  }

  private static ProcessStatus status(Cell cell, int state) {
    if (state != Cell.ALIVE) {
      return ProcessStatus.EXITING;
    }
    if (cell.mailbox.isParked()) {
      return ProcessStatus.WAITING;
    }
    if (cell.isBetweenTurns()) {
      return ProcessStatus.RUNNING;
    }
    return switch (cell.thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> ProcessStatus.WAITING;
      case NEW, RUNNABLE, TERMINATED -> ProcessStatus.RUNNING;
    };
  }

  /// Tells whether a process is alive; one that is exiting is waited for until its time of death
  /// (X10).
  ///
  /// @param self the calling process, or null for a plain thread
  static boolean isAlive(Node node, @Nullable Cell self, Pid pid) {
    if (!node.isOwn(pid)) {
      throw new IllegalArgumentException(
          "isAlive(" + pid + "): only for processes of this node; the pid is of " + pid.node());
    }
    Cell cell = pid.cell;
    if (cell == null) {
      return false;
    }
    int state = cell.state;
    if (state == Cell.ALIVE) {
      return true;
    }
    if (state == Cell.EXITING && cell != self) {
      AliveWaiter.await(cell, self);
    }
    return false;
  }
}
