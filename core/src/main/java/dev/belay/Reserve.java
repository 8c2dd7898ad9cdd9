package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The thread that settles what other threads could not, and the deaths of cells that have no
/// thread of their own.
///
/// Any thread may [#owe]; it allocates nothing. The debts are settled on one platform thread, in no
/// particular order, each until it succeeds. Nothing here runs user code.
final class Reserve {
  /*
   * A Treiber stack of intrusive members, taken whole. A debt that fails goes back on the stack and
   * is tried again after a pause: what failed for want of memory may succeed later, and a death must be
   * announced however long that takes.
   */
  private static final long PAUSE_NANOS = 5_000_000;

  /// How often the list is looked at even if nobody unparked the reserve, because an error kept
  /// somebody from it.
  private static final long ROUND_NANOS = 1_000_000_000;

  private final Host host;
  final Thread thread;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile @Nullable Owed debts;

  private volatile boolean stopped;

  /// Taken off the list and not settled yet; the reserve's own.
  private @Nullable Owed taken;

  @SuppressWarnings("this-escape")
  Reserve(Host host, String name, boolean daemon) {
    this.host = host;
    this.thread = host.systemThread(name, daemon, this::run);
  }

  void start() {
    rehearse();
    host.start(thread);
  }

  /// Settles nothing, once: what the JVM does at the first time only needs memory, which there may
  /// not be when the first debt is owed.
  private void rehearse() {
    push(
        new Owed() {
          private @Nullable Owed next;

          @Override
          public @Nullable Owed nextOwed() {
            return next;
          }

          @Override
          public void nextOwed(@Nullable Owed other) {
            next = other;
          }

          @Override
          public void settleOwed() {}
        });
    settleAll();
  }

  void stop() {
    stopped = true;
    host.unpark(thread);
  }

  /// Puts a debt on the list. The caller makes sure that it is not on it already.
  void owe(Owed debt) {
    push(debt);
    host.unpark(thread);
  }

  private void push(Owed debt) {
    while (true) {
      Owed seen = debts;
      debt.nextOwed(seen);
      if (DEBTS.compareAndSet(this, seen, debt)) {
        return;
      }
    }
  }

  private void run() {
    while (!stopped) {
      try {
        if (settleAll()) {
          host.parkNanos(this, PAUSE_NANOS);
        } else if (debts == null) {
          host.parkNanos(this, ROUND_NANOS);
        }
        host.clearInterrupt();
      } catch (Throwable e) {
        // The reserve never ends by an error. What it was about to settle is still in `taken`.
        host.relax(Integer.MAX_VALUE);
      }
    }
    boolean done = false;
    while (!done) {
      try {
        settleAll();
        done = true;
      } catch (Throwable e) {
        host.relax(Integer.MAX_VALUE);
      }
    }
  }

  /// Settles what is owed now; on the reserve's thread, or after it has ended.
  ///
  /// @return whether something failed and is owed still
  boolean settleAll() {
    boolean failed = false;
    if (taken == null) {
      taken = (Owed) DEBTS.getAndSet(this, null);
    }
    while (taken != null) {
      Owed debt = taken;
      // Before it is settled: while it is, it may be owed again.
      Owed next = debt.nextOwed();
      debt.nextOwed(null);
      taken = next;
      try {
        debt.settleOwed();
      } catch (Throwable e) {
        failed = true;
        keep(debt);
      }
    }
    return failed;
  }

  private void keep(Owed debt) {
    boolean kept = false;
    while (!kept) {
      try {
        push(debt);
        kept = true;
      } catch (Throwable e) {
        host.relax(Integer.MAX_VALUE);
      }
    }
  }

  // VarHandle mechanics
  private static final VarHandle DEBTS;

  static {
    try {
      DEBTS = MethodHandles.lookup().findVarHandle(Reserve.class, "debts", Owed.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
