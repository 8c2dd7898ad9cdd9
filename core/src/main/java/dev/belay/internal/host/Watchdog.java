package dev.belay.internal.host;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sees to it that processes get a carrier although others do not give theirs back: they compute
/// without end, or block in a call in which the JDK does not let go of the carrier.
///
/// One for the JVM, as the scheduler of virtual threads is; it runs while any node does.
final class Watchdog {
  /*
   * A platform thread that now and then wakes a virtual thread of its own, the probe, and looks some time later whether that has
   * run. A late probe alone says little: it also waits behind a long queue that is worked off well. So all carriers
   * count as stuck only if meanwhile no process was given one either (`progress`). Then there is one carrier more, and
   * another one after the next look. When the probe is on time for a while and carriers are idle, they go again,
   * one by one.
   *
   * | field            | writers             | read by       |
   * | nodes, current   | under the class's monitor             |
   * | PROGRESS         | any thread, opaque: of two that meet in a stripe one may be lost | the watchdog, opaque |
   * | asked, answered  | the watchdog; the probe | volatile  |
   * All others are the watchdog's own.
   */
  private static final long LOOK_NANOS = 10_000_000;
  private static final long LAZY_NANOS = 50_000_000;

  /// After so many looks without trouble it looks less often, and takes a carrier away.
  private static final int CALM = 100;

  /// After one carrier was taken away it waits for this many looks before the next.
  private static final int PAUSE = 10;

  /// With so many bytes free there is enough memory for everything here.
  private static final long AMPLE = 16 << 20;

  /// So many looks in a row must find nobody moving.
  private static final int STUCK = 2;

  private static final boolean IS_WANTED =
      Boolean.parseBoolean(System.getProperty("belay.watchdog", "true"));

  /// A power of two.
  private static final int STRIPES = 16;

  private static final int STRIDE = 32;

  /// Counts how often a process was given a carrier, by stripes of threads. Not a `LongAdder`: that
  /// allocates, and runs a class initialiser, when two threads meet in it, which may be in a verb
  /// of a process that has no stack left.
  private static final AtomicIntegerArray PROGRESS = new AtomicIntegerArray(STRIPES * STRIDE);

  private static int nodes;
  private static @Nullable Watchdog current;

  private final Thread thread =
      Thread.ofPlatform()
          .daemon()
          .inheritInheritableThreadLocals(false)
          .name("belay-watchdog")
          .unstarted(this::watch);
  private final Thread probe =
      Thread.ofVirtual()
          .inheritInheritableThreadLocals(false)
          .name("belay-watchdog probe")
          .unstarted(this::answer);
  private volatile boolean stopped;
  private volatile long asked;
  private volatile long answered;

  private @Nullable Carriers carriers;
  private long progress;
  private int stuck;
  private int calm;

  private Watchdog() {}

  /// A node has started.
  static synchronized void attend() {
    if (nodes == 0 && IS_WANTED) {
      Watchdog fresh = new Watchdog();
      boolean started = false;
      try {
        fresh.probe.start();
        fresh.thread.start();
        started = true;
      } finally {
        fresh.stopped = !started;
        LockSupport.unpark(fresh.probe);
      }
      current = fresh;
    }
    nodes++;
  }

  /// A node has ended. With the last one the scheduler gets back what it had.
  static void leave() {
    Watchdog last = null;
    synchronized (Watchdog.class) {
      if (--nodes == 0) {
        last = current;
        current = null;
      }
    }
    if (last != null) {
      last.stopped = true;
      LockSupport.unpark(last.thread);
      LockSupport.unpark(last.probe);
    }
  }

  /// A process has been given a carrier.
  static void progress() {
    int stripe = ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * STRIDE;
    PROGRESS.setOpaque(stripe, PROGRESS.getOpaque(stripe) + 1);
  }

  private static long sumOfProgress() {
    long sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      sum += PROGRESS.getOpaque(stripe * STRIDE);
    }
    return sum;
  }

  private void answer() {
    while (!stopped) {
      LockSupport.park(this);
      answered = asked;
    }
  }

  private void watch() {
    while (!stopped) {
      try {
        look();
      } catch (Throwable e) {
        // For want of memory. It looks again.
        LockSupport.parkNanos(this, LAZY_NANOS);
      }
    }
    if (carriers != null) {
      carriers.restore();
    }
  }

  private void look() {
    long question = asked;
    if (answered == question) {
      question++;
      asked = question;
      LockSupport.unpark(probe);
    }
    Thread.interrupted();
    LockSupport.parkNanos(this, calm < CALM || isRaised() ? LOOK_NANOS : LAZY_NANOS);
    if (stopped) {
      return;
    }
    long now = sumOfProgress();
    boolean moving = now != progress;
    progress = now;
    if (answered == question) {
      stuck = 0;
      calm++;
      if (calm >= CALM && isRaised() && carriers != null && carriers.lower()) {
        calm = CALM - PAUSE;
      }
    } else if (moving) {
      stuck = 0;
      calm = 0;
    } else if (++stuck >= STUCK) {
      stuck = 0;
      calm = 0;
      if (hasMemory()) {
        carriers().raise();
      }
    }
    if (carriers == null && calm == CALM && hasMemory()) {
      carriers();
    }
  }

  /// Without memory nobody moves because of the garbage collector, and another carrier does not
  /// help. What is worse, a class that is initialised now may be unusable for ever.
  private static boolean hasMemory() {
    Runtime runtime = Runtime.getRuntime();
    long most = runtime.maxMemory();
    long free = most - runtime.totalMemory() + runtime.freeMemory();
    return free >= Math.min(AMPLE, most / 8);
  }

  private boolean isRaised() {
    return carriers != null && carriers.isRaised();
  }

  private Carriers carriers() {
    Carriers known = carriers;
    if (known == null) {
      known = Carriers.find();
      carriers = known;
    }
    return known;
  }
}
