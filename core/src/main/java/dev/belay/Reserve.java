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
   * A list of intrusive members under a spin lock of a few field accesses. It is taken whole, and its members one by one. A debt
   * that fails goes back on the list and is tried again after a pause: what failed for want of memory may succeed later, and
   * a death must be announced however long that takes.
   *
   * A debt is a member exactly while its nextOwed is not null: LAST ends the list. So it is on it once, whoever owes it again:
   * the thread that fails to settle it may have owed it in there already, and another may at any time. It leaves the list
   * before it is settled, so that what is owed after that is settled once more.
   *
   * | field             | writers        | read mode      | write mode        |
   * | debts             | under the lock | volatile       | volatile          |
   * | taken, nextOwed   | under the lock | under the lock | plain             |
   */
  private static final long PAUSE_NANOS = 5_000_000;

  /// How often the list is looked at even if nobody unparked the reserve, because an error kept
  /// somebody from it.
  private static final long ROUND_NANOS = 1_000_000_000;

  private static final Owed LAST = new Last();

  /// How long it tries to settle what is owed still when the node is closed.
  private static final long LAST_NANOS = 5_000_000_000L;

  private final Host host;
  final Thread thread;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lock;

  private volatile @Nullable Owed debts;

  /// When a thread was last seen that waited for a carrier after its grace, or 0; the reserve's
  /// own.
  long scarcity;

  boolean knowsScarcity;

  private volatile boolean stopped;

  /// Taken off the list, the first of them on top, and not settled yet; the reserve's own.
  private @Nullable Owed taken;

  /// What is being settled; the reserve's own.
  private @Nullable Owed inHand;

  @SuppressWarnings("this-escape")
  Reserve(Host host, String name, boolean daemon) {
    this.host = host;
    this.thread = host.systemThread(name, daemon, this::run);
  }

  /// Starts the reserve.
  ///
  /// @param spare a cell that nobody knows: it is owed nothing, which is settled, because what the
  ///   JVM does at the first time only needs memory, and there may be none when the first debt is
  ///   owed
  void start(Cell spare) {
    spare.rehearse();
    settleAll();
    host.start(thread);
  }

  void stop() {
    stopped = true;
    host.unpark(thread);
  }

  /// Puts a debt on the list, if it is not on it.
  void owe(Owed debt) {
    push(debt);
    host.unpark(thread);
  }

  private void push(Owed debt) {
    acquire();
    try {
      if (debt.nextOwed() == null) {
        Owed first = debts;
        debt.nextOwed(first == null ? LAST : first);
        debts = debt;
      }
    } finally {
      lock = 0;
    }
  }

  /// Takes the next debt off the list.
  ///
  /// @param all whether to begin with those that have been owed meanwhile
  private @Nullable Owed next(boolean all) {
    acquire();
    try {
      if (taken == null && all) {
        taken = debts;
        debts = null;
      }
      Owed debt = taken;
      if (debt != null) {
        Owed after = debt.nextOwed();
        inHand = debt;
        debt.nextOwed(null);
        // Off the list by a field access, so that an error before it loses nothing.
        taken = after == LAST ? null : after;
      }
      return debt;
    } finally {
      lock = 0;
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
        // The reserve never ends by an error. What it was about to settle is in `inHand` or
        // `taken`.
        host.relax(Integer.MAX_VALUE);
      }
    }
    long end = host.nanoTime() + LAST_NANOS;
    boolean done = false;
    while (!done && host.nanoTime() - end < 0) {
      try {
        done = !settleAll();
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
    Owed left = inHand;
    if (left != null) {
      // An error came between.
      push(left);
      inHand = null;
    }
    for (Owed debt = next(true); debt != null; debt = next(false)) {
      try {
        debt.settleOwed();
      } catch (Throwable e) {
        failed = true;
        keep(debt);
      }
      inHand = null;
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

  private void acquire() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  /// Ends the list.
  private static final class Last implements Owed {
    @Override
    public @Nullable Owed nextOwed() {
      return null;
    }

    @Override
    public void nextOwed(@Nullable Owed next) {
      throw new AssertionError("it is no debt");
    }

    @Override
    public void settleOwed() {}
  }

  // VarHandle mechanics
  private static final VarHandle LOCK;

  static {
    try {
      LOCK = MethodHandles.lookup().findVarHandle(Reserve.class, "lock", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
