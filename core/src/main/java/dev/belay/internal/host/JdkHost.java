package dev.belay.internal.host;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The JDK as it is: virtual threads for processes and helpers, platform threads for the runtime.
final class JdkHost implements Host {
  static final JdkHost INSTANCE = new JdkHost();

  /// How often a waiter spins before it lets others run. Sections are tens of nanoseconds.
  private static final int SPINS = 32;

  /// One to three microseconds on most processors, which is what it costs to park a virtual thread
  /// and wake it.
  private static final int LOOKS = carriers() > 1 ? 64 : 0;

  private static final long PREPARATION_NANOS = 100_000_000;

  private static volatile boolean prepared;

  private JdkHost() {}

  private static int carriers() {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(
        processors, Integer.getInteger("jdk.virtualThreadScheduler.parallelism", processors));
  }

  @Override
  public void prepare() {
    if (!prepared) {
      prepared = true;
      wakeOneAnother();
    }
  }

  /// Lets virtual threads start, park, unpark and interrupt one another. If no carrier is free, it
  /// does not wait for that.
  private void wakeOneAnother() {
    Thread sleeper =
        Thread.ofVirtual()
            .unstarted(() -> {
              while (!Thread.interrupted()) {
                LockSupport.park();
              }
            });
    Thread waker =
        Thread.startVirtualThread(() -> {
          sleeper.start();
          LockSupport.unpark(sleeper);
          sleeper.interrupt();
        });
    if (join(waker, PREPARATION_NANOS)) {
      join(sleeper, PREPARATION_NANOS);
    }
  }

  @Override
  public void attend() {
    Watchdog.attend();
  }

  @Override
  public void leave() {
    Watchdog.leave();
  }

  @Override
  public void progress() {
    Watchdog.progress();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Thread processThread(@Nullable String name, Runnable body) {
    Thread.Builder.OfVirtual builder = Thread.ofVirtual().inheritInheritableThreadLocals(false);
    return (name == null ? builder : builder.name(name)).unstarted(body);
  }

  @Override
  public Thread helperThread(String name, boolean virtual, Runnable body) {
    if (!virtual) {
      return systemThread(name, true, body);
    }
    return Thread.ofVirtual().inheritInheritableThreadLocals(false).name(name).unstarted(body);
  }

  @Override
  public Thread systemThread(String name, boolean daemon, Runnable body) {
    return Thread.ofPlatform()
        .daemon(daemon)
        .inheritInheritableThreadLocals(false)
        .name(name)
        .unstarted(body);
  }

  @Override
  public void start(Thread thread) {
    thread.start();
  }

  @Override
  public int parallelism() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public void park(Object blocker) {
    LockSupport.park(blocker);
  }

  @Override
  public void parkNanos(Object blocker, long nanos) {
    LockSupport.parkNanos(blocker, nanos);
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  @Override
  public void interrupt(Thread thread) {
    thread.interrupt();
  }

  @Override
  public boolean clearInterrupt() {
    return Thread.interrupted();
  }

  @Override
  public int looks() {
    return LOOKS;
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // the holder of a section is never far from its end
  public void relax(int attempt) {
    // A virtual thread that yields has to be scheduled again, which takes memory. If there is none,
    // the
    // JDK may lose it, and it may be one that is telling others of a death.
    if (attempt < SPINS || Thread.currentThread().isVirtual()) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // it is what the caller asked for
  public void yieldThread() {
    Thread.yield();
  }

  /// A virtual thread that is runnable and not mounted shows the frames of its park on top; if it
  /// has never been mounted, it shows none.
  @Override
  public boolean awaitsCarrier(Thread thread) {
    if (!thread.isVirtual() || thread.getState() != Thread.State.RUNNABLE) {
      return false;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    if (stack.length == 0) {
      return thread.isAlive();
    }
    if (hasJustYielded(stack)) {
      return false;
    }
    String top = stack[0].getClassName();
    return top.equals("java.lang.VirtualThread")
        || top.equals("jdk.internal.vm.Continuation")
        || (top.equals("java.lang.Object") && stack[0].getMethodName().startsWith("wait"));
  }

  /// A thread that yields in a loop waits for a carrier again and again, and gets one.
  private static boolean hasJustYielded(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (!frame.getClassName().startsWith("java.lang.")) {
        return false;
      }
      if (frame.getClassName().equals("java.lang.Thread")
          && frame.getMethodName().equals("yield")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public StackTraceElement[] handshake(Thread thread) {
    return thread.getStackTrace();
  }

  @Override
  public boolean join(Thread thread, long nanos) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + nanos;
    try {
      while (true) {
        try {
          return thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
