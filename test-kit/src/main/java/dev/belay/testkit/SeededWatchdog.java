package dev.belay.testkit;

import dev.belay.testkit.SeededRun.Verdict;
import java.util.concurrent.locks.LockSupport;

/// Notices, in real time, that the thread that has the turn of a [SeededRun] does not come back to
/// its host.
final class SeededWatchdog implements Runnable {
  /*
   * Looks now and then. Nothing is said of a thread that has been given the turn and has not noticed yet: the machine may be busy.
   * `blocked` and `busy` add up the time in which nobody has made a step: while the thread waited at every look, or otherwise.
   */
  private static final long LOOK_NANOS = 20_000_000;
  private static final long BLOCKED_NANOS = 1_500_000_000;
  private static final long BUSY_NANOS = 10_000_000_000L;

  /// How long the test may go on after the verdict before it is interrupted.
  private static final long REST_NANOS = 5_000_000_000L;

  private static final int FRAMES = 24;

  private final SeededRun run;
  private long steps = -1;
  private long still;
  private long blocked;
  private long rest;

  SeededWatchdog(SeededRun run) {
    this.run = run;
  }

  void start() {
    Thread.ofPlatform()
        .daemon()
        .inheritInheritableThreadLocals(false)
        .name("belay-seeded-watchdog")
        .start(this);
  }

  @Override
  public void run() {
    long before = System.nanoTime();
    while (!run.over) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      long now = System.nanoTime();
      // What the whole JVM was held up by is nobody's fault.
      long passed = Math.min(now - before, 2 * LOOK_NANOS);
      before = now;
      if (run.released) {
        rest(passed);
      } else {
        look(passed);
      }
    }
  }

  private void look(long passed) {
    SeededThread one = run.running;
    long made = run.steps;
    if (!one.awake) {
      // An error may have kept somebody from waking it; for all others this does nothing.
      LockSupport.unpark(one.thread());
    }
    if (made != steps || !one.awake) {
      steps = made;
      still = 0;
      blocked = 0;
      return;
    }
    still += passed;
    blocked = isBlocked(one.thread()) ? blocked + passed : 0;
    if (blocked > BLOCKED_NANOS) {
      end(one, made, false);
    } else if (still > BUSY_NANOS) {
      end(one, made, true);
    }
  }

  private static boolean isBlocked(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      case RUNNABLE -> isInNative(thread.getStackTrace());
      case NEW, TERMINATED -> false;
    };
  }

  private static boolean isInNative(StackTraceElement[] stack) {
    return stack.length > 0 && stack[0].isNativeMethod();
  }

  private void end(SeededThread one, long made, boolean busy) {
    String stack = frames(one.thread().getStackTrace());
    if (run.steps != made || run.running != one) {
      return;
    }
    if (busy) {
      run.end(
          new Verdict(
              true,
              one
                  + " has been running for "
                  + seconds(still)
                  + " without coming to a verb, and nobody else can run meanwhile:"
                  + stack
                  + "\nIs this a loop without end?",
              false));
    } else {
      run.end(
          new Verdict(
              false,
              one
                  + " waits for something else than Belay's verbs, and nobody else can run meanwhile:"
                  + stack
                  + "\nIn an interleaved test, let processes wait for messages instead of locks, futures, sockets and sleeping threads,"
                  + " or put a process that answers in the place of what they wait for; or test this without @Interleaved.",
              false));
    }
  }

  /// The test waits for what does not come although all threads run as ever now.
  private void rest(long passed) {
    rest += passed;
    if (rest > REST_NANOS && run.verdict() != null) {
      rest = 0;
      run.testThread().interrupt();
    }
  }

  static String frames(StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (StackTraceElement frame : stack) {
      if (shown++ == FRAMES) {
        text.append("\n    …");
        break;
      }
      text.append("\n    at ").append(frame);
    }
    return text.toString();
  }

  static String seconds(long nanos) {
    return nanos / 1_000_000_000
        + "."
        + (nanos / 1_000_000 % 1_000 + 1_000 + "").substring(1)
        + " s";
  }
}
