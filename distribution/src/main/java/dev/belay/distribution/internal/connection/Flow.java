package dev.belay.distribution.internal.connection;

import dev.belay.distribution.internal.wire.Outbound;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// How much waits to be written on one line, who writes it, and who waits for it to become less.
final class Flow {
  /*
   * `outside` counts the messages that their senders have pushed, until the writer has taken them out of the outbox; as it may do so
   * before they are counted, it may be below zero for a moment. `queued`, which is the writer's own, counts all that it has taken and
   * not written. A sender that finds too much puts itself into the list and looks again; the writer subtracts first and then looks into
   * the list. One of the two sees the other.
   *
   * What is counted is how long others have to wait for it. The bytes of a message that is written in fragments are not in their way,
   * since they pass between the fragments: it counts as GREAT, until its last fragment is written. So LIMIT / GREAT of them may be there
   * at a time, and who sends one more has to wait.
   */
  static final long LIMIT = 1 << 20;
  static final int GREAT = 1 << 17;

  private final AtomicLong outside = new AtomicLong();
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private volatile boolean closed;
  private volatile @Nullable Thread writer;

  /// Sets who writes.
  void writtenBy(Thread thread) {
    writer = thread;
  }

  /// Makes the writer look for something to write, if there is one.
  void wake() {
    Thread thread = writer;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  boolean isFull(Thread sender) {
    if (hasRoom()) {
      return false;
    }
    waiting.add(sender);
    if (hasRoom()) {
      waiting.remove(sender);
      return false;
    }
    return true;
  }

  private boolean hasRoom() {
    return closed || outside.get() + queued.get() < LIMIT;
  }

  /// A sender has pushed a message.
  void pushed(int bytes) {
    outside.addAndGet(Math.min(bytes, GREAT));
  }

  /// The writer has taken such a message out of the outbox.
  void taken(int bytes) {
    outside.addAndGet(-Math.min(bytes, GREAT));
  }

  /// The writer has made a signal ready to be written.
  void queued(Outbound signal) {
    queued.addAndGet(signal.isFragmented() ? GREAT : signal.size());
  }

  /// The writer has taken something that there is no need to write.
  void dropped() {
    if (hasRoom()) {
      release();
    }
  }

  /// The writer has written a frame.
  ///
  /// @param rest whether there is more
  void written(ByteBuffer frame, boolean rest) {
    int done =
        switch (Outbound.part(frame)) {
          case WHOLE -> frame.remaining();
          case FRAGMENT -> 0;
          case LAST_FRAGMENT -> GREAT;
        };
    // Ticks were not counted.
    queued.set(rest ? Math.max(0, queued.get() - done) : 0);
    if (hasRoom()) {
      release();
    }
  }

  void close() {
    closed = true;
    release();
  }

  private void release() {
    for (Thread sender = waiting.poll(); sender != null; sender = waiting.poll()) {
      LockSupport.unpark(sender);
    }
  }
}
