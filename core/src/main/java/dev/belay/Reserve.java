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

  private final Host host;
  final Thread thread;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile @Nullable Owed debts;

  private volatile boolean stopped;

  @SuppressWarnings("this-escape")
  Reserve(Host host, String name, boolean daemon) {
    this.host = host;
    this.thread = host.systemThread(name, daemon, this::run);
  }

  void start() {
    host.start(thread);
  }

  void stop() {
    stopped = true;
    host.unpark(thread);
  }

  /// Puts a debt on the list. The caller makes sure that it is not on it already.
  void owe(Owed debt) {
    while (true) {
      Owed seen = debts;
      debt.nextOwed(seen);
      if (DEBTS.compareAndSet(this, seen, debt)) {
        break;
      }
    }
    host.unpark(thread);
  }

  private void run() {
    while (!stopped) {
      if (settleAll()) {
        host.parkNanos(this, PAUSE_NANOS);
      } else if (debts == null) {
        host.park(this);
      }
    }
  }

  /// Settles what is owed now.
  ///
  /// @return whether something failed and is owed still
  boolean settleAll() {
    boolean failed = false;
    Owed debt = (Owed) DEBTS.getAndSet(this, null);
    while (debt != null) {
      Owed next = debt.nextOwed();
      debt.nextOwed(null);
      try {
        debt.settleOwed();
      } catch (Throwable e) {
        failed = true;
        owe(debt);
      }
      debt = next;
    }
    return failed;
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
