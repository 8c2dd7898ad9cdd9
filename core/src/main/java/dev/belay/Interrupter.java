package dev.belay;

import dev.belay.internal.host.Host;
import dev.belay.internal.timer.TimerEntry;
import dev.belay.internal.timer.Timers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Gives the runtime's interrupts, on a thread of its own.
///
/// An interrupt closes the channel that its target is in, on the interrupting thread, and that may
/// take long or not come back: a `FileChannel` waits for its readers to leave, and one that reads
/// from a pipe does not; a channel may also be a class of the user's. Neither the sender of an exit
/// signal nor the timers may be held up by that.
final class Interrupter {
  /*
   * A Treiber stack of intrusive targets, like that of the reserve. It is taken whole, and what was taken is given out
   * one by one, under a spin lock of a few field accesses, because there may be more than one worker:
   * one that is stuck in an interrupt while others wait is replaced by `watch`, and ends when it comes back. A target
   * that is in the stack or under way is not asked for again, so that no second worker gets stuck in it.
   *
   * The watch is a timer, armed only while it is needed: a worker publishes its target and then looks whether others wait; who
   * asks puts the target on the list and then looks whether the worker has one. One of the two sees the other.
   *
   * | field                     | writers                    | read mode | write mode   |
   * | asked                     | any                        | volatile  | CAS, getAndSet |
   * | taken                     | under the lock             | under the lock | plain   |
   * | worker, Worker.replaced   | the timer thread           | volatile  | volatile     |
   * | Worker.target, since      | the worker                 | volatile; since after target | volatile |
   */

  /// Something to interrupt. It sees to it that it is asked for only once at a time.
  interface Target {
    @Nullable Target nextTarget();

    void nextTarget(@Nullable Target next);

    /// Interrupts it, unless that is not wanted any more. What the closing of a channel throws is
    /// swallowed; after an error that comes out of here this is done again.
    void giveInterrupt();
  }

  /// A worker that takes longer over one target than this must not keep others waiting.
  private static final long STUCK_NANOS = 10_000_000;

  /// The purpose of the timer entry.
  private static final int WATCH = 1;

  private final Host host;
  private final Timers timers;
  private final String name;
  private final TimerEntry watch = new Watch();

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile @Nullable Target asked;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lock;

  private @Nullable Target taken;
  private volatile Worker worker;
  private volatile boolean stopped;

  Interrupter(Host host, Timers timers, String name) {
    this.host = host;
    this.timers = timers;
    this.name = name;
    this.worker = new Worker();
  }

  void start() {
    host.start(worker.thread);
  }

  void stop() {
    stopped = true;
    wake();
  }

  /// Puts a target on the list; its CAS is the last act. The caller then calls [#wake].
  void push(Target target) {
    while (true) {
      Target seen = asked;
      target.nextTarget(seen);
      if (ASKED.compareAndSet(this, seen, target)) {
        return;
      }
    }
  }

  /// Makes sure that the list is looked at, also if the worker does not come back.
  void wake() {
    Worker current = worker;
    host.unpark(current.thread);
    if (current.target != null) {
      armWatch();
    }
  }

  private void armWatch() {
    timers.armUnlessArmed(watch, host.nanoTime() + STUCK_NANOS, WATCH);
  }

  /// Looks, while somebody waits, whether the worker is stuck, and replaces it; on the timer
  /// thread.
  private void watch() {
    if (!isAnyWaiting()) {
      return;
    }
    Worker stuck = worker;
    if (stuck.target != null && host.nanoTime() - stuck.since >= STUCK_NANOS) {
      Worker next = new Worker();
      host.start(next.thread);
      worker = next;
      stuck.replaced = true;
      // It may have come back just now, and sleep.
      host.unpark(stuck.thread);
    }
    armWatch();
  }

  private boolean isAnyWaiting() {
    if (asked != null) {
      return true;
    }
    acquire();
    try {
      return taken != null;
    } finally {
      lock = 0;
    }
  }

  /// Takes the next target off the list, for a worker.
  @Nullable Target next() {
    acquire();
    try {
      if (taken == null) {
        taken = (Target) ASKED.getAndSet(this, null);
      }
      Target target = taken;
      if (target != null) {
        Target after = target.nextTarget();
        target.nextTarget(null);
        // Off the list by a field access, so that an error before it loses nothing.
        taken = after;
      }
      return target;
    } finally {
      lock = 0;
    }
  }

  private void acquire() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  private final class Watch extends TimerEntry {
    @Override
    protected void onDeadline(int purpose) {
      watch();
    }
  }

  private final class Worker implements Runnable {
    final Thread thread = host.systemThread(name, true, this);
    volatile @Nullable Target target;
    volatile long since;

    /// Whether another has taken over, so that it ends when it comes back.
    volatile boolean replaced;

    @Override
    public void run() {
      while (!stopped && !replaced) {
        try {
          turn();
        } catch (Throwable e) {
          // The runtime's own step failed. The target is still there.
          host.relax(Integer.MAX_VALUE);
        }
      }
    }

    private void turn() {
      since = host.nanoTime();
      if (target == null) {
        target = next();
      }
      Target next = target;
      if (next == null) {
        host.park(Interrupter.this);
      } else {
        if (isAnyWaiting()) {
          armWatch();
        }
        next.giveInterrupt();
        target = null;
      }
    }
  }

  // VarHandle mechanics
  private static final VarHandle ASKED;
  private static final VarHandle LOCK;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ASKED = lookup.findVarHandle(Interrupter.class, "asked", Target.class);
      LOCK = lookup.findVarHandle(Interrupter.class, "lock", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
