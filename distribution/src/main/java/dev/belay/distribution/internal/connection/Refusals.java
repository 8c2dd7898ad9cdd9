package dev.belay.distribution.internal.connection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// What one connection has brought and full mailboxes have not taken: whoever waits for an answer
/// is told so, on a thread that may wait for room on the way back.
///
/// Whoever adds something does not wait. If very much is waiting already it is left out, and its
/// sender waits for his timeout.
final class Refusals {
  /*
   * `waiting` counts what is in the queue, and the one that is being told. Who adds the first one starts the thread, which ends when it
   * has told the last one: it subtracts after it has told, and who adds puts into the queue before it adds.
   */
  static final int MOST = 1_024;

  private final String name;
  private final Consumer<Object> teller;
  private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// Prepares the thread.
  ///
  /// @param name its name
  /// @param teller tells the sender of one; what it throws goes no further
  Refusals(String name, Consumer<Object> teller) {
    this.name = name;
    this.teller = teller;
  }

  /// Has the sender of a message told; from any thread.
  void add(Object refused) {
    if (waiting.get() >= MOST) {
      return;
    }
    queue.add(refused);
    if (waiting.getAndIncrement() == 0) {
      Thread.ofVirtual().name(name).start(this::tell);
    }
  }

  private void tell() {
    do {
      Object refused = queue.remove();
      try {
        teller.accept(refused);
      } catch (RuntimeException | Error e) {
        // This one's sender waits for his timeout. The next one should not.
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
