package dev.belay;

import org.jspecify.annotations.Nullable;

/// Closes what a process owned, last owned first, on a thread of its own; step 3 of a death.
final class Closing implements Runnable {
  /*
   * One Closing is one thread. If a close() takes longer than its bound, the grace timer gives that Closing up (`cell.closer` is
   * replaced by another one, which goes on with the next resource) and its thread, when it ever returns, finds that it is
   * not the cell's closer any more and ends.
   */
  static final byte NOT_BEGUN = 0;
  static final byte RUNNING = 1;
  static final byte DONE = 2;

  final Cell cell;
  final Thread thread;

  /// The resource that is being closed, and by when it must be; written by the closer under the
  /// cell's lock.
  @Nullable AutoCloseable now;

  long deadline;

  /// Makes a closer.
  ///
  /// @param starved whether the one before never ran: all carriers may be busy without end, so this
  ///   one gets a platform thread
  @SuppressWarnings("this-escape")
  Closing(Cell cell, boolean starved) {
    this.cell = cell;
    this.deadline = cell.host().nanoTime() + cell.options.closeNanos();
    this.thread = cell.host().helperThread("belay-closer " + cell.pid, !starved, this);
  }

  @Override
  public void run() {
    try {
      closeAll();
    } catch (Throwable e) {
      // Not from a close(): the runtime's own step failed. Somebody else must go on.
      Dismantling.closeLater(this);
    }
  }

  private void closeAll() {
    while (isCurrent()) {
      long by = cell.host().nanoTime() + cell.options.closeNanos();
      Grace.armClosing(this, by);
      // One close may leave its thread interrupted; the next must not suffer from it.
      cell.host().clearInterrupt();
      // What can fail has been done: nobody else would close the resource that is taken now.
      AutoCloseable resource = next(by);
      if (resource == null) {
        Dismantling.closed(this);
        return;
      }
      try {
        resource.close();
        cell.node.reporter.closed(this, resource);
      } catch (Throwable e) {
        cell.node.reporter.closeFailed(cell, resource, e);
      }
    }
  }

  /// Whether this closer has not been given up: only then is the cell's timer for it.
  private boolean isCurrent() {
    cell.lock();
    try {
      return cell.closer == this;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Takes the next resource off the cell, unless this closer was given up.
  private @Nullable AutoCloseable next(long by) {
    cell.lock();
    try {
      now = null;
      deadline = by;
      if (cell.closer != this) {
        return null;
      }
      Slot slot = cell.owned;
      AutoCloseable resource = slot == null ? null : slot.owned.get();
      // Changing the owner is the last call: nothing can fail behind it.
      while (slot != null && !slot.owned.change(cell, null)) {
        slot = slot.older;
        resource = slot == null ? null : slot.owned.get();
      }
      cell.owned = slot == null ? null : slot.older;
      now = resource;
      return resource;
    } finally {
      cell.lockWord = 0;
    }
  }
}
