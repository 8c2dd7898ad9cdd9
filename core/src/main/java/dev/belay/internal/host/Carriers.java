package dev.belay.internal.host;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// The carriers of the JDK's scheduler of virtual threads, and how to have more of them; for the
/// watchdog's thread.
final class Carriers {
  /*
   * The scheduler's parallelism is one setting for the whole JVM. What somebody else sets meanwhile is respected: it is what is
   * given back.
   *
   * Setting it may not add a carrier while all of them spin: the pool starts one only when something is submitted
   * from a thread whose queue was empty. A submission from a fresh platform thread does it.
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay");
  private static final int ATTEMPTS = 32;
  private static final long ATTEMPT_NANOS = 200_000;

  private final @Nullable VirtualThreadSchedulerMXBean scheduler;
  private int usual;
  private int set;
  private boolean said;

  private Carriers(@Nullable VirtualThreadSchedulerMXBean scheduler) {
    this.scheduler = scheduler;
    this.usual = scheduler == null ? 0 : scheduler.getParallelism();
    this.set = usual;
  }

  /// Finds the scheduler. This is the first use of the platform's management, which is slow, and
  /// should not be made when memory is short.
  static Carriers find() {
    try {
      return new Carriers(ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class));
    } catch (LinkageError | RuntimeException e) {
      return new Carriers(null);
    }
  }

  boolean isRaised() {
    return set > usual;
  }

  /// Adds one carrier, if there may be more.
  void raise() {
    VirtualThreadSchedulerMXBean known = scheduler;
    if (known == null) {
      sayOnce(
          "all carriers of virtual threads are busy and do not come back, and there is no module jdk.management to have more:"
              + " processes may have to wait. Add it to the run-time image, or do not compute or block for long in virtual threads.");
      return;
    }
    respect(known);
    int before = known.getPoolSize();
    try {
      known.setParallelism(set + 1);
      set++;
    } catch (IllegalArgumentException e) {
      sayOnce(
          "all "
              + set
              + " carriers of virtual threads are busy and do not come back, and there may be no more: raise"
              + " -Djdk.virtualThreadScheduler.maxPoolSize, or find out what keeps them with a thread dump.");
      return;
    }
    for (int i = 0; i < ATTEMPTS && known.getPoolSize() <= before; i++) {
      Thread.ofPlatform()
          .daemon()
          .inheritInheritableThreadLocals(false)
          .name("belay-watchdog nudge")
          .start(Carriers::nudge);
      LockSupport.parkNanos(this, ATTEMPT_NANOS);
    }
  }

  private static void nudge() {
    try {
      Thread.ofVirtual().inheritInheritableThreadLocals(false).start(() -> {});
    } catch (Throwable e) {
      // For want of memory; the watchdog looks again.
    }
  }

  /// Takes one carrier away, if more than one is idle.
  ///
  /// @return whether it did
  boolean lower() {
    VirtualThreadSchedulerMXBean known = scheduler;
    if (known == null) {
      return false;
    }
    respect(known);
    if (!isRaised() || known.getMountedVirtualThreadCount() >= set - 1) {
      return false;
    }
    set--;
    known.setParallelism(set);
    return true;
  }

  /// Gives back what there was.
  void restore() {
    VirtualThreadSchedulerMXBean known = scheduler;
    if (known != null) {
      respect(known);
      if (isRaised()) {
        set = usual;
        known.setParallelism(set);
      }
    }
  }

  private void respect(VirtualThreadSchedulerMXBean known) {
    int now = known.getParallelism();
    if (now != set) {
      usual = now;
      set = now;
    }
  }

  private void sayOnce(String what) {
    if (!said) {
      said = true;
      LOGGER.log(System.Logger.Level.WARNING, what);
    }
  }
}
