package dev.belay;

import dev.belay.internal.host.Host;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A listener that is being given the events of a node, from [Node#trace] until it is closed. All
/// methods may be called from any thread.
public final class Trace implements AutoCloseable {
  /*
   * A bounded queue without locks. `offer` is called under the lock of the cell that the event is about: it must not
   * block, throw or run users' code. So the place in the queue is the place in the order, and numbers are given when events
   * leave it; each carries how many had been dropped when it came, which makes the gaps.
   *
   * A Mark in the queue tells `flush` that the listener has seen everything before it.
   */
  private static final long CLOSE_NANOS = 1_000_000_000L;

  private final Node node;
  private final @Nullable TraceFilter early;
  private final Predicate<TraceEvent> filter;
  private final Consumer<TraceEvent> listener;
  private final int bound;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean idle;
  private volatile boolean closed;

  private sealed interface Entry {}

  private record Queued(TraceEvent event, long droppedBefore) implements Entry {}

  private static final class Mark implements Entry {
    private final Thread waiter;
    private volatile boolean passed;

    Mark(Thread waiter) {
      this.waiter = waiter;
    }
  }

  @SuppressWarnings("this-escape")
  Trace(Node node, Predicate<TraceEvent> filter, Consumer<TraceEvent> listener, int bound) {
    this.node = node;
    this.early = filter instanceof TraceFilter known ? known : null;
    this.filter = filter;
    this.listener = listener;
    this.bound = bound;
    this.thread = node.host.helperThread("belay-trace " + node.name(), false, this::run);
  }

  void start() {
    node.host.start(thread);
  }

  /// Returns how many events were dropped so far because the listener was too slow.
  ///
  /// @return the number of events that the listener wanted, as far as a [TraceFilter] told, and did
  ///   not get
  public long dropped() {
    return dropped.get();
  }

  /// Puts an event into the queue, if the listener may want it and there is room.
  void offer(TraceEvent event) {
    if (closed || (early != null && !early.test(event))) {
      return;
    }
    boolean added = false;
    try {
      if (waiting.incrementAndGet() <= bound) {
        queue.add(new Queued(event, dropped.get()));
        added = true;
      }
    } finally {
      if (!added) {
        waiting.decrementAndGet();
        dropped.incrementAndGet();
      }
    }
    if (idle) {
      node.host.unpark(thread);
    }
  }

  private void run() {
    Host host = node.host;
    long taken = 0;
    long gaps = 0;
    while (true) {
      switch (queue.poll()) {
        case Queued queued -> {
          waiting.decrementAndGet();
          gaps = Math.max(gaps, queued.droppedBefore());
          taken++;
          give(queued.event().numbered(taken + gaps));
        }
        case Mark mark -> {
          mark.passed = true;
          host.unpark(mark.waiter);
        }
        case null -> {
          if (closed) {
            return;
          }
          idle = true;
          if (queue.isEmpty() && !closed) {
            host.park(this);
            host.clearInterrupt();
          }
          idle = false;
        }
      }
    }
  }

  private void give(TraceEvent event) {
    try {
      if (early != null || filter.test(event)) {
        listener.accept(event);
      }
    } catch (Throwable e) {
      node.reporter.listenerFailed("the trace listener", e);
    }
  }

  /// Waits until the listener has been given everything that has happened so far.
  ///
  /// @param time how long to wait at most
  /// @return whether it has; false at once if this is called by the listener, or after [#close]
  public boolean flush(Duration time) {
    return !closed && flush(time.toNanos());
  }

  private boolean flush(long nanos) {
    Host host = node.host;
    Thread self = Thread.currentThread();
    if (self == thread) {
      return false;
    }
    Mark mark = new Mark(self);
    queue.add(mark);
    host.unpark(thread);
    long deadline = host.nanoTime() + nanos;
    boolean interrupted = false;
    while (!mark.passed) {
      long left = deadline - host.nanoTime();
      if (left <= 0) {
        break;
      }
      host.parkNanos(this, left);
      interrupted |= host.clearInterrupt();
    }
    if (interrupted) {
      host.interrupt(self);
    }
    return mark.passed;
  }

  /// Ends the tracing, after the listener has been given what has happened so far, for which this
  /// waits up to a second. Closing again does nothing.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    node.stopTracing(this);
    flush(CLOSE_NANOS);
    closed = true;
    queue.clear();
    node.host.unpark(thread);
  }
}
