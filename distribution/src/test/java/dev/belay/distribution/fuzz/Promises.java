package dev.belay.distribution.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What every target promises. Plain code: each check is done some hundred thousand times a second.
public final class Promises {
  /// A text with the ways to where it is, some names, and what to do, has less than this.
  private static final int LONGEST_TEXT = 2_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Promises() {}

  /// Checks one.
  public static void keep(boolean kept, String promise) {
    if (!kept) {
      throw new AssertionError(promise);
    }
  }

  /// Checks what is said of a failure. It goes into a log: it is one line, and not a long one.
  public static void speakPlainly(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    if (text.isBlank()
        || text.length() > LONGEST_TEXT
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("what is said is no line for a log", failure);
    }
  }

  /// Does something that allocates a bounded amount on this thread.
  ///
  /// @param most how many bytes
  /// @param action can be repeated
  public static void allocateLess(long most, Runnable action) {
    if (allocatedBy(action) <= most) {
      return;
    }
    // The first time classes may have been loaded, which the fuzzer changes on this same thread.
    long allocated = allocatedBy(action);
    keep(allocated <= most, allocated + " bytes were allocated, more than " + most);
  }

  private static long allocatedBy(Runnable action) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    action.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
