package dev.belay;

import dev.belay.internal.host.Host;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Gives a node's signals to a listener, in order, on a thread of its own.
///
/// Any thread may emit; the methods never throw. With no tracer a node's verbs read one field and
/// nothing else.
final class Tracer implements AutoCloseable {
  /*
   * A bounded queue under the tracer's monitor. An event takes its number under it, so numbers and queue order agree;
   * when the queue is full the event is dropped and its number is missing. The listener runs without the monitor.
   */
  private final Node node;
  private final Predicate<TraceEvent> filter;
  private final Consumer<TraceEvent> listener;
  private final int bound;
  private final Thread thread;
  private final ArrayDeque<TraceEvent> queue = new ArrayDeque<>();
  private long sequence;
  private boolean busy;
  private volatile boolean closed;

  @SuppressWarnings("this-escape")
  Tracer(Node node, Predicate<TraceEvent> filter, Consumer<TraceEvent> listener, int bound) {
    this.node = node;
    this.filter = filter;
    this.listener = listener;
    this.bound = bound;
    Host host = node.host;
    this.thread = host.helperThread("belay-trace " + node.name(), false, this::run);
  }

  void start() {
    node.host.start(thread);
  }

  void sent(TraceEvent.Signal signal, Pid from, Pid to, @Nullable Object detail) {
    emit(TraceEvent.Kind.SENT, signal, from, to, detail, "");
  }

  void applied(
      TraceEvent.Signal signal, Pid from, Pid to, @Nullable Object detail, String outcome) {
    emit(TraceEvent.Kind.APPLIED, signal, from, to, detail, outcome);
  }

  void delivered(Pid to, Object message) {
    emit(TraceEvent.Kind.DELIVERED, TraceEvent.Signal.MESSAGE, to, to, message, "");
  }

  void spawned(Pid from, Pid to, String label) {
    emit(TraceEvent.Kind.SPAWNED, null, from, to, label, "");
  }

  void ended(Pid pid, ExitReason reason, boolean declared) {
    emit(TraceEvent.Kind.ENDED, null, pid, pid, reason, declared ? "declared dead" : "");
  }

  private void emit(
      TraceEvent.Kind kind,
      TraceEvent.@Nullable Signal signal,
      Pid from,
      Pid to,
      @Nullable Object detail,
      String outcome) {
    try {
      long now = node.host.nanoTime();
      synchronized (this) {
        if (closed) {
          return;
        }
        long number = ++sequence;
        if (queue.size() < bound) {
          queue.add(new TraceEvent(number, now, kind, signal, from, to, detail, outcome));
        }
      }
      node.host.unpark(thread);
    } catch (Throwable e) {
      // A trace must not disturb what it looks at; the missing number shows.
    }
  }

  private void run() {
    while (true) {
      TraceEvent event = next();
      if (event == null) {
        if (closed) {
          return;
        }
        node.host.park(this);
        continue;
      }
      try {
        if (filter.test(event)) {
          listener.accept(event);
        }
      } catch (Throwable e) {
        node.reporter.listenerFailed("trace listener", e);
      }
    }
  }

  private synchronized @Nullable TraceEvent next() {
    TraceEvent event = queue.poll();
    busy = event != null;
    if (!busy) {
      notifyAll();
    }
    return event;
  }

  /// Stops tracing, after the listener has seen what is in the queue, for which this waits up to a
  /// second.
  @Override
  public void close() {
    node.stopTracing(this);
    long deadline = node.host.nanoTime() + 1_000_000_000L;
    boolean interrupted = false;
    synchronized (this) {
      closed = true;
      node.host.unpark(thread);
      while (Thread.currentThread() != thread && (busy || !queue.isEmpty())) {
        long left = deadline - node.host.nanoTime();
        if (left <= 0) {
          break;
        }
        try {
          wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          interrupted = true;
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
