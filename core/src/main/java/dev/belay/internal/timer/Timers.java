package dev.belay.internal.timer;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The timers of one node, and the thread that lets them fire.
///
/// A deadline is never early. Deadlines fire in the order of their times (TM2), all on one thread.
/// Arming and cancelling may be done from any thread; exactly one of firing and cancelling happens
/// (TM4).
public final class Timers {
  /*
   * A 4-ary heap of entries that know their own slot, under a one-word spin lock.
   *
   * Why a heap and not a wheel: no quantum (deadlines are exact and totally ordered), every critical section is at most
   * log4(n) moves (a wheel's cascade is not bounded), and most deadlines are later than all others, so that arming is one comparison.
   *
   * Room is reserved ahead for one entry per process (`reserve`), so that arming a process's own
   * entry, which happens while it dies, never allocates.
   *
   * | field    | guard                                             |
   * | heap, size, reserved, sleepingUntil, overslept | lock        |
   * | stopped  | volatile                                          |
   * Entries fire outside the lock; an entry that was popped is no longer armed (slot 0), so a
   * concurrent cancel fails, which is TM4.
   */
  private static final int ARITY_SHIFT = 2;

  private static final long RETRY_NANOS = 5_000_000;

  private final Host host;
  private final Thread thread;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lock;

  private volatile boolean stopped;
  private TimerEntry[] heap = new TimerEntry[64];
  private int size;
  private volatile int reserved;
  private int unreservedArmed;

  /// When the timer thread means to wake; `Long.MAX_VALUE` when it has nothing to wait for.
  private long sleepingUntil = Long.MAX_VALUE;

  private boolean sleepingForever = true;

  /// Whether the timer thread has to be woken, and has not been seen awake since: an error may have
  /// kept whoever should have woken it.
  private boolean overslept;

  /// Creates the timers of a node; [#start] starts their thread.
  ///
  /// @param host where threads and time come from
  /// @param name the name of the timer thread
  @SuppressWarnings("this-escape")
  public Timers(Host host, String name) {
    this.host = host;
    this.thread = host.systemThread(name, true, this::run);
  }

  /// Starts the timer thread.
  public void start() {
    host.start(thread);
  }

  /// Ends the timer thread. Armed entries never fire after that.
  public void stop() {
    stopped = true;
    host.unpark(thread);
  }

  /// Makes sure that this many entries can be armed by [#arm] without allocation.
  ///
  /// @param entries the number of entries
  public void reserve(int entries) {
    if (entries <= reserved) {
      return;
    }
    acquire();
    try {
      if (entries > reserved) {
        int wanted = Math.max(entries, reserved + (reserved >> 1) + 64);
        grow(wanted + unreservedArmed);
        reserved = wanted;
      }
    } finally {
      lock = 0;
    }
  }

  /// Arms an entry, or moves it if it is armed. Allocates nothing.
  ///
  /// @param entry the entry, for which room was reserved
  /// @param deadline when it fires, on the host's clock
  /// @param purpose what for; 0 to 127
  public void arm(TimerEntry entry, long deadline, int purpose) {
    boolean wake;
    acquire();
    try {
      wake = put(entry, deadline, purpose);
    } finally {
      lock = 0;
    }
    if (wake) {
      host.unpark(thread);
    }
  }

  /// Arms an entry for which no room was reserved. It must not be armed already.
  ///
  /// @param entry the entry
  /// @param deadline when it fires, on the host's clock
  public void armUnreserved(TimerEntry entry, long deadline) {
    boolean wake;
    acquire();
    try {
      grow(reserved + unreservedArmed + 1);
      wake = put(entry, deadline, 0);
      unreservedArmed++;
    } finally {
      lock = 0;
    }
    if (wake) {
      host.unpark(thread);
    }
  }

  /// Cancels an entry armed by [#armUnreserved].
  ///
  /// @param entry the entry
  /// @return its deadline, or null if it was not armed: it has fired or was cancelled
  public @Nullable Long cancelUnreserved(TimerEntry entry) {
    Long left = null;
    acquire();
    try {
      if (entry.slot != 0) {
        left = entry.deadline;
        remove(entry);
        unreservedArmed--;
      }
    } finally {
      lock = 0;
    }
    return left;
  }

  /// Reads the deadline of an entry.
  ///
  /// @param entry the entry
  /// @return its deadline, or null if it is not armed
  public @Nullable Long deadlineOf(TimerEntry entry) {
    acquire();
    try {
      return entry.slot == 0 ? null : (Long) entry.deadline;
    } finally {
      lock = 0;
    }
  }

  /// Takes an entry armed by [#arm] off again, if it is armed for that purpose.
  ///
  /// @param entry the entry
  /// @param purpose what for
  /// @return whether it was armed for it
  public boolean disarm(TimerEntry entry, int purpose) {
    acquire();
    try {
      if (entry.slot == 0 || entry.purpose != purpose) {
        return false;
      }
      remove(entry);
      return true;
    } finally {
      lock = 0;
    }
  }

  /// Arms an entry unless it is armed for a purpose with a higher number. Allocates nothing.
  ///
  /// @param entry the entry, for which room was reserved
  /// @param deadline when it fires, on the host's clock
  /// @param purpose what for
  public void armUnlessBusy(TimerEntry entry, long deadline, int purpose) {
    armOver(entry, deadline, purpose, purpose);
  }

  /// Arms an entry unless it is armed for that purpose, or one with a higher number. Allocates
  /// nothing.
  ///
  /// @param entry the entry, for which room was reserved
  /// @param deadline when it fires, on the host's clock
  /// @param purpose what for
  public void armUnlessArmed(TimerEntry entry, long deadline, int purpose) {
    armOver(entry, deadline, purpose, purpose - 1);
  }

  /// Arms an entry unless it is armed for a purpose with a number higher than a limit.
  private void armOver(TimerEntry entry, long deadline, int purpose, int limit) {
    boolean wake = false;
    acquire();
    try {
      if (entry.slot == 0 || entry.purpose <= limit) {
        wake = put(entry, deadline, purpose);
      }
    } finally {
      lock = 0;
    }
    if (wake) {
      host.unpark(thread);
    }
  }

  /// Returns how many entries are armed.
  ///
  /// @return the number
  public int armed() {
    acquire();
    try {
      return size;
    } finally {
      lock = 0;
    }
  }

  /// Lets every entry fire whose deadline has passed. The timer thread does this by itself; a
  /// test's host that has no timer thread calls it.
  ///
  /// @return the next deadline, or null if nothing is armed
  public @Nullable Long fireDue() {
    while (true) {
      TimerEntry due = null;
      int purpose = 0;
      long now = host.nanoTime();
      acquire();
      try {
        overslept = false;
        if (size == 0) {
          sleepingForever = true;
          return null;
        }
        TimerEntry first = heap[0];
        if (first.deadline - now > 0) {
          sleepingForever = false;
          sleepingUntil = first.deadline;
          return first.deadline;
        }
        remove(first);
        due = first;
        purpose = first.purpose;
        if (purpose == 0) {
          unreservedArmed--;
        }
      } finally {
        lock = 0;
      }
      try {
        due.onDeadline(purpose);
      } catch (Throwable e) {
        again(due, purpose);
      }
    }
  }

  /// An entry failed, most likely for want of memory; it fires again soon.
  private void again(TimerEntry entry, int purpose) {
    acquire();
    try {
      if (entry.slot == 0) {
        put(entry, host.nanoTime() + RETRY_NANOS, purpose);
        if (purpose == 0) {
          unreservedArmed++;
        }
      } else if (entry.purpose < purpose) {
        put(entry, host.nanoTime() + RETRY_NANOS, purpose);
      }
    } finally {
      lock = 0;
    }
  }

  private void run() {
    while (!stopped) {
      try {
        Long next = fireDue();
        if (next == null) {
          host.park(this);
        } else {
          host.parkNanos(this, next - host.nanoTime());
        }
      } catch (Throwable e) {
        // An entry hands what it could not finish to the reserve; the timers must go on for all
        // others.
        host.relax(Integer.MAX_VALUE);
      }
    }
  }

  private void acquire() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  private void grow(int entries) {
    if (entries > heap.length) {
      heap = Arrays.copyOf(heap, Math.max(entries, heap.length + (heap.length >> 1)));
    }
  }

  /// Returns whether the timer thread must be woken.
  private boolean put(TimerEntry entry, long deadline, int purpose) {
    if (entry.slot != 0) {
      place(entry.slot - 1, entry, deadline, size);
    } else {
      grow(size + 1);
      place(size, entry, deadline, size + 1);
      size++;
    }
    entry.purpose = (byte) purpose;
    overslept |= entry.slot == 1 && (sleepingForever || deadline - sleepingUntil < 0);
    return overslept;
  }

  @SuppressWarnings("NullAway") // a slot past the end holds null, as in any array-backed heap
  private void remove(TimerEntry entry) {
    int end = size - 1;
    TimerEntry last = heap[end];
    if (last != entry) {
      place(entry.slot - 1, last, last.deadline, end);
    }
    entry.slot = 0;
    heap[end] = null;
    size = end;
  }

  /// Puts an entry where it belongs in a heap of so many, of which one place is free. Nothing is
  /// called in here: the heap is in order before and after, whatever fails.
  private void place(int free, TimerEntry entry, long deadline, int count) {
    entry.deadline = deadline;
    int at = free;
    while (at > 0) {
      int parent = (at - 1) >> ARITY_SHIFT;
      TimerEntry other = heap[parent];
      if (other.deadline - deadline <= 0) {
        break;
      }
      heap[at] = other;
      other.slot = at + 1;
      at = parent;
    }
    while (true) {
      int least = (at << ARITY_SHIFT) + 1;
      if (least >= count) {
        break;
      }
      for (int i = least + 1; i < count && i < (at << ARITY_SHIFT) + 1 + (1 << ARITY_SHIFT); i++) {
        if (heap[i].deadline - heap[least].deadline < 0) {
          least = i;
        }
      }
      TimerEntry other = heap[least];
      if (deadline - other.deadline <= 0) {
        break;
      }
      heap[at] = other;
      other.slot = at + 1;
      at = least;
    }
    heap[at] = entry;
    entry.slot = at + 1;
  }

  // VarHandle mechanics
  private static final VarHandle LOCK;

  static {
    try {
      LOCK = MethodHandles.lookup().findVarHandle(Timers.class, "lock", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
