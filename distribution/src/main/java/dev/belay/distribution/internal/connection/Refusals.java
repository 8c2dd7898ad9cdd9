package dev.belay.distribution.internal.connection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What one connection has brought and full mailboxes have not taken: whoever waits for an answer
/// is told so, on a thread that may wait for room on the way back.
///
/// Whoever adds something does not wait. If very much is waiting already it is left out, and its
/// sender waits for his timeout.
final class Refusals {
  /*
   * `waiting` counts what is in the queue, and the one that is being told. Who adds the first one starts the thread, which ends when it
   * has told the last one: it subtracts after it has told, and who adds puts into the queue before it adds. If the thread cannot be
   * started, who should have started it takes all out.
   */
  static final int MOST = 1_024;
  static final long MOST_BYTES = 16 << 20;

  private final String name;
  private final Consumer<Object> teller;
  private final Queue<Refused> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  private record Refused(Object what, int size) {}

  /// Prepares the thread.
  ///
  /// @param name its name
  /// @param teller tells the sender of one; what it throws goes no further
  Refusals(String name, Consumer<Object> teller) {
    this.name = name;
    this.teller = teller;
  }

  /// Has the sender of a message told; from any thread.
  ///
  /// @param size how many bytes are kept for it
  void add(Object refused, int size) {
    if (waiting.get() >= MOST || (waiting.get() > 0 && bytes.get() + size > MOST_BYTES)) {
      return;
    }
    bytes.addAndGet(size);
    queue.add(new Refused(refused, size));
    if (waiting.getAndIncrement() == 0) {
      boolean started = false;
      try {
        Thread.ofVirtual().name(name).start(() -> takeAll(teller));
        started = true;
      } finally {
        if (!started) {
          takeAll(_ -> {});
        }
      }
    }
  }

  private void takeAll(Consumer<Object> by) {
    do {
      Refused refused = queue.remove();
      try {
        by.accept(refused.what);
      } catch (RuntimeException | Error e) {
        // This one's sender waits for his timeout. The next one should not.
      }
      bytes.addAndGet(-refused.size);
    } while (waiting.decrementAndGet() > 0);
  }
}
