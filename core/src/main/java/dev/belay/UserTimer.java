package dev.belay;

import dev.belay.internal.timer.TimerEntry;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A message that will be sent at a certain time (TM1–TM11).
final class UserTimer extends TimerEntry {
  /*
   * A timer with a pid for its destination is listed at that cell (under the cell's lock), so that the cell's
   * dismantler can cancel it (TM8). Listing comes first and arming second; a dismantler that gets between finds
   * the timer listed but not armed, and marks it `dropped`, which the starter looks at after arming.
   *
   * prev, next: the destination cell's lock. dropped: volatile.
   */
  private final Node node;
  private final Pid from;
  private final Destination destination;
  private final @Nullable Cell cell;
  private @Nullable Message message;
  private @Nullable UserTimer prev;
  private @Nullable UserTimer next;
  private boolean listed;
  private volatile boolean dropped;

  private UserTimer(Node node, Pid from, Destination destination, @Nullable Cell cell) {
    this.node = node;
    this.from = from;
    this.destination = destination;
    this.cell = cell;
  }

  /// Starts a timer.
  ///
  /// @param wrap whether the message comes in a [Timeout], or as it is
  static TimerRef start(
      String verb,
      Node node,
      Pid from,
      Duration delay,
      Destination destination,
      Object message,
      boolean wrap) {
    Objects.requireNonNull(message, "message");
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          verb
              + "("
              + delay
              + ", …): a timer cannot be set for the past; use Duration.ZERO for at once.");
    }
    Cell cell = null;
    if (destination instanceof Pid pid) {
      cell = node.local(pid);
      if (cell == null && !node.isOwn(pid)) {
        throw new IllegalArgumentException(
            verb
                + "(…, "
                + pid
                + ", …): a timer's destination must be a process of this node, or a name");
      }
    }
    if (node.development) {
      Development.check(node, destination, message);
    }
    long deadline = node.host.nanoTime() + Receiving.nanos(verb, delay);
    UserTimer timer = new UserTimer(node, from, destination, cell);
    TimerRef ref = new TimerRef(timer);
    timer.message = new Message(wrap ? new Timeout(ref, message) : message);
    Stack.probe();
    if (destination instanceof Pid && (cell == null || !timer.list(cell))) {
      timer.message = null;
      return ref;
    }
    try {
      node.timers.armUnreserved(timer, deadline);
    } catch (Error e) {
      timer.dropped = true;
      timer.unlist();
      node.timers.cancelUnreserved(timer);
      throw e;
    }
    if (timer.dropped) {
      node.timers.cancelUnreserved(timer);
    }
    return ref;
  }

  /// Cancels the timer: either this succeeds or the message is sent (TM4).
  ///
  /// @return the time that was left, or nothing if it had fired or was cancelled (TM3)
  Optional<Duration> cancel() {
    Stack.probe();
    Long deadline = node.timers.cancelUnreserved(this);
    if (deadline == null) {
      return Optional.empty();
    }
    unlist();
    message = null;
    return Optional.of(left(deadline));
  }

  /// Reads the time that is left, if the timer is running.
  Optional<Duration> read() {
    Long deadline = node.timers.deadlineOf(this);
    return deadline == null ? Optional.empty() : Optional.of(left(deadline));
  }

  private Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - node.host.nanoTime()));
  }

  @Override
  protected void onDeadline(int purpose) {
    unlist();
    Message what = message;
    if (what != null && !dropped) {
      deliver(what);
    }
    message = null;
  }

  /// Sends the message, which was made when the timer was started, so that there is no want of
  /// memory now.
  private void deliver(Message what) {
    if (destination instanceof Ref alias) {
      Watches.send(from, alias, what, true);
      message = null;
    } else {
      push(cell != null ? cell : Posting.resolve(node, (Subject) destination), what);
    }
  }

  private void push(@Nullable Cell to, Message what) {
    if (to == null) {
      Posting.lost(node, from, destination, what.payload);
      return;
    }
    boolean wake = false;
    try {
      to.mailbox.sample(what, node.host);
      wake = Posting.push(node.tracer, from, to, what);
      message = null;
      if (wake) {
        to.alert();
      }
    } catch (Throwable e) {
      if (message != null) {
        throw e;
      }
      // It has been delivered: the timer must not fire again, and nobody may cancel it.
      if (wake) {
        to.owe(Cell.OWES_ALERT);
      }
    }
  }

  private boolean list(Cell at) {
    at.lock();
    try {
      if (at.timersClosed) {
        return false;
      }
      next = at.timers;
      if (next != null) {
        next.prev = this;
      }
      at.timers = this;
      listed = true;
      return true;
    } finally {
      at.lockWord = 0;
    }
  }

  private void unlist() {
    Cell at = cell;
    if (at == null) {
      return;
    }
    at.lock();
    try {
      if (listed) {
        listed = false;
        if (prev == null) {
          at.timers = next;
        } else {
          prev.next = next;
        }
        if (next != null) {
          next.prev = prev;
        }
        prev = null;
        next = null;
      }
    } finally {
      at.lockWord = 0;
    }
  }

  /// Cancels all timers aimed at a cell, and refuses new ones; for its dismantler, which may repeat
  /// it.
  static void cancelAll(Cell at) {
    UserTimer timer;
    do {
      at.lock();
      try {
        at.timersClosed = true;
        timer = at.timers;
      } finally {
        at.lockWord = 0;
      }
      if (timer != null) {
        timer.dropped = true;
        at.node.timers.cancelUnreserved(timer);
        timer.unlist();
      }
    } while (timer != null);
  }
}
