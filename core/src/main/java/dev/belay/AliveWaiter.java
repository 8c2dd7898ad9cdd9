package dev.belay;

import org.jspecify.annotations.Nullable;

/// Somebody who waits for the time of death of an exiting process, in `isAlive`.
final class AliveWaiter {
  final @Nullable Thread thread;
  @Nullable AliveWaiter next;
  volatile boolean released;

  /// Stands for "the time of death has passed": nobody can wait any more.
  static final AliveWaiter CLOSED = new AliveWaiter(null);

  AliveWaiter(@Nullable Thread thread) {
    this.thread = thread;
  }

  /// Waits for the time of death of a cell that is exiting.
  ///
  /// @param self the calling process, or null for a plain thread
  static void await(Cell cell, @Nullable Cell self) {
    AliveWaiter waiter = new AliveWaiter(Thread.currentThread());
    while (true) {
      AliveWaiter seen = cell.waiters;
      if (seen == CLOSED) {
        return;
      }
      waiter.next = seen;
      if (Cell.WAITERS.compareAndSet(cell, seen, waiter)) {
        break;
      }
    }
    if (self == null) {
      awaitOnPlainThread(cell, waiter);
      return;
    }
    if (self.inTurns) {
      Runners.beforePark();
    }
    try {
      self.awaits = Awaited.endOf(self, cell);
      while (!waiter.released) {
        cell.host().park(cell);
        self.checkAlive();
        if (!waiter.released && cell.host().clearInterrupt()) {
          self.checkAlive();
          throw new ProcessInterruptedException(
              "isAlive() was interrupted while it waited for the end of " + cell.pid);
        }
      }
    } finally {
      self.awaits = null;
    }
  }

  private static void awaitOnPlainThread(Cell cell, AliveWaiter waiter) {
    boolean interrupted = false;
    while (!waiter.released) {
      cell.host().park(cell);
      interrupted |= cell.host().clearInterrupt();
    }
    if (interrupted) {
      cell.host().interrupt(Thread.currentThread());
    }
  }

  /// Releases everybody who waits; for the dismantler, which may repeat it.
  static void releaseAll(Cell cell) {
    if (cell.releasing == null) {
      cell.releasing = (AliveWaiter) Cell.WAITERS.getAndSet(cell, CLOSED);
    }
    while (cell.releasing != null) {
      AliveWaiter waiter = cell.releasing;
      waiter.released = true;
      if (waiter.thread != null) {
        cell.host().unpark(waiter.thread);
      }
      cell.releasing = waiter.next;
    }
  }
}
