package dev.belay.distribution.internal.terms;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the current thread allocates.
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /// Returns how many bytes are allocated while something runs.
  static long of(Runnable action) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    action.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
