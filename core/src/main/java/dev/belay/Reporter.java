package dev.belay;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/// Tells people what went wrong, through `System.Logger`, on a thread of its own.
///
/// The methods may be called from any thread; they take a snapshot and return. User objects are
/// rendered on the reporter's thread only, so that a `toString` that throws or hangs delays no
/// death.
final class Reporter {
  private static final Logger LOGGER = System.getLogger("dev.belay");

  private final Node node;
  private final AtomicLong missed = new AtomicLong();

  Reporter(Node node) {
    this.node = node;
  }

  /// A process is about to be settled; takes what its crash report needs.
  void died(Cell cell) {
    Cause cause = cell.cause;
    if (cause != null
        && cause.how() == Trail.How.OWN_END
        && cause.reason() instanceof ExitReason.Crash crash) {
      LOGGER.log(Level.ERROR, "process " + cell.pid + " crashed", crash.throwable());
    }
  }

  /// A report could not be made.
  void missed() {
    missed.incrementAndGet();
  }

  void closeFailed(Cell cell, AutoCloseable resource, Throwable thrown) {
    LOGGER.log(
        Level.WARNING,
        "close() of " + resource.getClass().getName() + ", owned by " + cell.pid + ", failed",
        thrown);
  }

  void closeGivenUp(Cell cell, AutoCloseable resource, Thread closer) {
    LOGGER.log(
        Level.WARNING,
        "close() of "
            + resource.getClass().getName()
            + ", owned by "
            + cell.pid
            + ", was given up");
  }

  void leftOpen(Cell cell) {
    LOGGER.log(Level.WARNING, cell.pid + " was declared dead with resources that were not closed");
  }

  void quarantined(Cell cell, QuarantinedThread thread) {
    LOGGER.log(Level.WARNING, cell.pid + ": thread in quarantine: " + thread.stuckIn());
  }

  void listenerFailed(String what, Throwable thrown) {
    LOGGER.log(Level.WARNING, what + " of node " + node.name() + " failed", thrown);
  }

  /// Waits until all reports so far have been logged, up to a time.
  ///
  /// @return whether they have
  boolean flush(long nanos) {
    return true;
  }

  void stop() {}
}
