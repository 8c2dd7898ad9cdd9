package dev.belay.bench;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.locks.LockSupport;

/// What is alive on this JVM's heap, and what collecting the rest has cost.
final class LiveHeap {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  /// Collections are repeated until two agree to this part; references and cleaners need some.
  private static final double AGREEMENT = 0.0005;

  private static final int MOST_COLLECTIONS = 12;
  private static final long PAUSE_NANOS = 50_000_000;

  private LiveHeap() {}

  /// Collects the whole heap until that changes nothing more, and says how many bytes are used
  /// then.
  static long bytes() {
    long before = collected();
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      long after = collected();
      if (Math.abs(after - before) <= AGREEMENT * before) {
        return after;
      }
      before = after;
    }
    throw new IllegalStateException(
        "the live heap does not come to rest: still changing at " + before + " bytes");
  }

  /// Collects the whole heap some times, and says how many bytes were used when they were fewest:
  /// for a JVM in which something always goes on, so that it never comes quite to rest.
  static long leastBytes() {
    long least = collected();
    for (int i = 1; i < MOST_COLLECTIONS; i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      least = Math.min(least, collected());
    }
    return least;
  }

  private static long collected() {
    MEMORY.gc();
    return MEMORY.getHeapMemoryUsage().getUsed();
  }

  /// How many milliseconds this JVM has spent collecting garbage.
  static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
