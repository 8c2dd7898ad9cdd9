package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A queue of cells that have something to do and no runner, oldest first.
final class Lane {
  /*
   * A linked list by `Cell.nextRunnable`, under a one-word spin lock. A cell is in at most one lane, and only
   * while its turn is QUEUED. Who puts a cell in, or takes it out, changes the runner's field that
   * holds it in the same critical section. The counters are written first, by calls; what follows are field accesses
   * alone, so that no error can lose a cell or double it.
   *
   * | field                    | writers        | read mode                    | write mode   |
   * | lockWord                 | any            | CAS                          | volatile     |
   * | first, last, nextRunnable | under the lock | under the lock              | plain        |
   * | put, taken, urgent       | under the lock | under the lock, or acquire   | release      |
   * Who counts without the lock reads `taken` first, and so never misses a cell.
   */
  private static final int LOOT = 32;

  private final Host host;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lockWord;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private int put;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private int taken;

  /// What [#put] was after the last cell that the runner of this lane may not come for at once;
  /// read before [#taken].
  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private int urgent;

  private @Nullable Cell first;
  private @Nullable Cell last;

  /// How many runners that are not at rest have this lane as their home; the guard of
  /// [Runners#resting].
  int runners;

  Lane(Host host) {
    this.host = host;
  }

  /// Tells how many cells wait; may be outdated at once.
  int size() {
    int before = taken();
    return (int) PUT.getAcquire(this) - before;
  }

  /// Tells how many have been taken out since the beginning, in a number that overflows.
  int taken() {
    return (int) TAKEN.getAcquire(this);
  }

  /// Tells whether a cell waits that the runner of this lane may not come for at once; may be
  /// outdated at once.
  boolean isUrgent() {
    int last = (int) URGENT.getAcquire(this);
    return last - taken() > 0;
  }

  /// The runner of this lane will not come at once for what waits.
  void urge() {
    lock();
    try {
      URGENT.setRelease(this, put);
    } finally {
      lockWord = 0;
    }
  }

  /// Puts a cell at the end.
  ///
  /// @param from the runner that has it in its hands, or null if none has
  /// @param atHome whether a runner does that whose home it is
  /// @return how many wait now
  int push(Cell cell, @Nullable Runner from, boolean atHome) {
    lock();
    try {
      int now = put + 1;
      // If it is not, nothing else waits. It is written in any case, so that the difference to
      // `taken` stays small when the counters overflow; and first, since it promises no cell.
      URGENT.setRelease(this, !atHome || now - taken > 1 ? now : now - 1);
      PUT.setRelease(this, now);
      cell.nextRunnable = null;
      if (last == null) {
        first = cell;
      } else {
        last.nextRunnable = cell;
      }
      last = cell;
      if (from != null) {
        from.cell = null;
      }
      return now - taken;
    } finally {
      lockWord = 0;
    }
  }

  /// Puts what a runner has taken from another lane at the end.
  void pushLoot(Runner from) {
    lock();
    try {
      Cell oldest = from.loot;
      Cell newest = from.lootEnd;
      if (oldest != null && newest != null) {
        int now = put + from.looted;
        URGENT.setRelease(this, now);
        PUT.setRelease(this, now);
        if (last == null) {
          first = oldest;
        } else {
          last.nextRunnable = oldest;
        }
        last = newest;
        from.loot = null;
        from.lootEnd = null;
      }
    } finally {
      lockWord = 0;
    }
  }

  /// Takes the oldest cell out, into a runner's hands.
  ///
  /// @return whether there was one
  boolean take(Runner to) {
    if (size() == 0) {
      return false;
    }
    lock();
    try {
      Cell cell = first;
      if (cell == null) {
        return false;
      }
      TAKEN.setRelease(this, taken + 1);
      to.cell = cell;
      first = cell.nextRunnable;
      cell.nextRunnable = null;
      if (first == null) {
        last = null;
      }
      return true;
    } finally {
      lockWord = 0;
    }
  }

  /// Takes the older half out for a runner of another lane: the oldest into its hands, the others
  /// as loot.
  ///
  /// @return whether there was any
  boolean rob(Runner to) {
    if (size() == 0) {
      return false;
    }
    lock();
    try {
      Cell cell = first;
      if (cell == null) {
        return false;
      }
      int more = Math.min((put - taken) / 2, LOOT);
      TAKEN.setRelease(this, taken + 1 + more);
      Cell end = cell;
      for (int i = 0; i < more; i++) {
        Cell next = end.nextRunnable;
        end = next == null ? end : next;
      }
      to.cell = cell;
      to.loot = more == 0 ? null : cell.nextRunnable;
      to.lootEnd = more == 0 ? null : end;
      to.looted = more;
      first = end.nextRunnable;
      end.nextRunnable = null;
      cell.nextRunnable = null;
      if (first == null) {
        last = null;
      }
      return true;
    } finally {
      lockWord = 0;
    }
  }

  private void lock() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  // VarHandle mechanics
  private static final VarHandle LOCK;
  private static final VarHandle PUT;
  private static final VarHandle TAKEN;
  private static final VarHandle URGENT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LOCK = lookup.findVarHandle(Lane.class, "lockWord", int.class);
      PUT = lookup.findVarHandle(Lane.class, "put", int.class);
      TAKEN = lookup.findVarHandle(Lane.class, "taken", int.class);
      URGENT = lookup.findVarHandle(Lane.class, "urgent", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
