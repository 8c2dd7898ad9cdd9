package dev.belay;

import dev.belay.internal.host.Host;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts the messages that nobody will receive, and tells a listener of them on a thread of its
/// own. The methods may be called from any thread; [#dropped] returns at once and never throws.
@SuppressWarnings("EnumOrdinal") // the counters are in an array
final class Undelivered {
  /*
   * A bounded queue without locks, as in Trace: `waiting` admits messages, what is beyond is counted as untold. A sender that finds the
   * listener's thread idle unparks it; the thread says that it is idle and then looks once more.
   */
  private static final int BOUND = 1_024;
  private static final int UNTOLD = DroppedMessage.Why.values().length;

  private final Node node;
  private final @Nullable Consumer<DroppedMessage> listener;
  private final AtomicLongArray counts = new AtomicLongArray(UNTOLD + 1);
  private final ConcurrentLinkedQueue<DroppedMessage> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final @Nullable Thread thread;
  private volatile boolean idle;
  private volatile boolean stopped;

  @SuppressWarnings("this-escape")
  Undelivered(Node node, @Nullable Consumer<DroppedMessage> listener) {
    this.node = node;
    this.listener = listener;
    this.thread =
        listener == null
            ? null
            : node.host.helperThread("belay-dropped " + node.name(), false, this::run);
  }

  void start() {
    if (thread != null) {
      node.host.start(thread);
    }
  }

  void stop() {
    stopped = true;
    if (thread != null) {
      node.host.unpark(thread);
    }
  }

  /// A message has been dropped.
  void dropped(Pid from, Destination to, Object message, DroppedMessage.Why why) {
    try {
      counts.getAndIncrement(why.ordinal());
      if (thread != null && !stopped) {
        offer(thread, from, to, message, why);
      }
    } catch (Throwable e) {
      node.reporter.missed(e);
    }
  }

  private void offer(
      Thread to, Pid from, Destination destination, Object message, DroppedMessage.Why why) {
    boolean added = false;
    try {
      if (waiting.incrementAndGet() <= BOUND) {
        queue.add(new DroppedMessage(from, destination, message, why));
        added = true;
      }
    } finally {
      if (!added) {
        waiting.decrementAndGet();
        counts.getAndIncrement(UNTOLD);
      }
    }
    if (idle) {
      node.host.unpark(to);
    }
  }

  private void run() {
    Host host = node.host;
    while (true) {
      DroppedMessage next = queue.poll();
      if (next != null) {
        waiting.decrementAndGet();
        tell(next);
        continue;
      }
      if (stopped) {
        return;
      }
      idle = true;
      if (queue.isEmpty() && !stopped) {
        host.park(this);
        host.clearInterrupt();
      }
      idle = false;
    }
  }

  private void tell(DroppedMessage message) {
    try {
      if (listener != null) {
        listener.accept(message);
      }
    } catch (Throwable e) {
      node.reporter.listenerFailed("the listener for dropped messages", e);
    }
  }

  DropCounters counters() {
    return new DropCounters(
        counts.get(DroppedMessage.Why.NO_RECEIVER.ordinal()),
        counts.get(DroppedMessage.Why.NEWEST.ordinal()),
        counts.get(DroppedMessage.Why.OLDEST.ordinal()),
        counts.get(DroppedMessage.Why.OVERFLOW.ordinal()),
        counts.get(DroppedMessage.Why.INTERRUPTED.ordinal()),
        counts.get(UNTOLD));
  }
}
