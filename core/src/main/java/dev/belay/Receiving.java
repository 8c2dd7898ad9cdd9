package dev.belay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Selective receive, and the other ways in which a process waits. All of it runs on the thread
/// that owns the mailbox.
final class Receiving {
  /// Longer than any JVM runs; deadlines beyond it are cut to it, so that the clock's arithmetic
  /// holds.
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private Receiving() {}

  /// Returns a duration in nanoseconds.
  static long nanos(String verb, Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          verb
              + "(…, "
              + timeout
              + "): a timeout cannot be negative; use Duration.ZERO to only look.");
    }
    return timeout.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : timeout.toNanos();
  }

  /// Takes the first message that matches, waiting for it if there is none (RV1, RV2).
  ///
  /// @param type the class of messages to take, or null for any; not looked at with a selector
  /// @param selector what decides, or null for the class alone
  /// @param since a reference of this process, to look only at what came after it was made (RV3);
  ///   or null
  /// @param nanos how long to wait; negative for ever; 0 to look once at all there is
  /// @return what the selector gave or the message, or null if the time was over
  static @Nullable Object receive(
      Cell self,
      @Nullable Class<?> type,
      @Nullable Selector<?> selector,
      @Nullable Ref since,
      long nanos) {
    Mailbox mailbox = self.mailbox;
    Message seen = since == null ? null : mailbox.placeOf(since);
    // To read the clock takes a tenth of the time of a call. So where no selector of the user's may
    // take its time, it is read only after a message that is not wanted, or if there is none.
    boolean clocked = nanos > 0 && selector != null && since == null;
    long deadline = clocked ? self.host().nanoTime() + nanos : 0;
    boolean armed = false;
    boolean looked = false;
    Awaited awaited = null;
    try {
      while (true) {
        Message next = seen == null ? mailbox.first() : seen.next;
        while (next != null) {
          Object message = next.open();
          if (message != null) {
            Object result =
                selector != null
                    ? select(self, selector, message)
                    : type == null || type.isInstance(message) ? message : null;
            if (result != null && mailbox.remove(next)) {
              Tracer tracer = self.node.tracer;
              if (tracer != null) {
                tracer.delivered(self.pid, next, message);
              }
              return result;
            }
          }
          if (nanos > 0 && !clocked) {
            deadline = self.host().nanoTime() + nanos;
            clocked = true;
          }
          seen = next;
          next = next.next;
        }
        if (mailbox.take()) {
          // What was sent after an exit signal is never seen (S4).
          self.checkAlive();
          continue;
        }
        if (!looked && nanos != 0) {
          looked = true;
          if (looks(self)) {
            continue;
          }
        }
        if (nanos > 0 && !clocked) {
          deadline = self.host().nanoTime() + nanos;
          clocked = true;
        } else if (nanos == 0 || (nanos > 0 && self.host().nanoTime() - deadline >= 0)) {
          self.checkAlive();
          return null;
        }
        if (nanos > 0 && !armed) {
          Stack.probe();
          self.node.timers.armUnlessBusy(self, deadline, Cell.RECEIVE_DEADLINE);
          armed = true;
        }
        if (awaited == null) {
          awaited = Awaited.message(self, selector != null ? selector : type, nanos > 0, deadline);
          self.awaits = awaited;
        }
        await(self, nanos > 0, deadline);
      }
    } finally {
      if (awaited != null) {
        self.awaits = null;
      }
      if (armed) {
        self.node.timers.disarm(self, Cell.RECEIVE_DEADLINE);
      }
    }
  }

  /// Runs user code: the process has left the runtime meanwhile, and may come back exiting.
  private static @Nullable Object select(Cell self, Selector<?> selector, Object message) {
    Object result;
    self.selecting = true;
    self.inVerb = false;
    try {
      result = selector.select(message);
    } finally {
      self.selecting = false;
      self.inVerb = true;
    }
    self.checkAlive();
    if (result instanceof Boolean) {
      throw Misuse.selectorIsPredicate();
    }
    return result;
  }

  /// Goes on looking for a little while, if that has been worth it lately.
  ///
  /// @return whether something has come
  private static boolean looks(Cell self) {
    short patience = self.patience;
    if (!Patience.isThere(patience)) {
      self.patience = Patience.unused(patience);
      return false;
    }
    int left = self.host().looks();
    if (left == 0 || (self.inTurns && !Runners.handHomeOver())) {
      // What is waited for may come from a process that waits for this carrier.
      return false;
    }
    boolean found = false;
    // Not at the state as well: to read what others write on their way to the mailbox keeps them
    // up.
    while (left-- > 0 && !found) {
      Thread.onSpinWait();
      found = self.mailbox.hasNews();
    }
    self.patience = Patience.used(patience, found);
    self.checkAlive();
    return found;
  }

  /// Parks until there is something in the inbox, the process is exiting, or the deadline may have
  /// passed.
  private static void await(Cell self, boolean timed, long deadline) {
    Mailbox mailbox = self.mailbox;
    if (!mailbox.park()) {
      self.checkAlive();
      return;
    }
    try {
      while (mailbox.isParked() && self.state == Cell.ALIVE) {
        if (timed && self.host().nanoTime() - deadline >= 0) {
          break;
        }
        parkOnce(self, "receive");
      }
    } finally {
      mailbox.unpark();
    }
    self.checkAlive();
  }

  /// Parks the calling process, which may be woken for nothing.
  static void parkOnce(Cell self, String verb) {
    if (self.inTurns) {
      Runners.beforePark();
    }
    self.inVerb = false;
    try {
      self.host().park(self);
    } finally {
      self.inVerb = true;
    }
    self.host().progress();
    if (self.host().clearInterrupt()) {
      self.checkAlive();
      throw new ProcessInterruptedException(
          verb
              + "() of "
              + self.pid
              + " was interrupted by a thread other than the runtime's. To end a process, send it an exit signal.");
    }
  }

  /// Waits for a time, leaving the mailbox alone.
  static void sleep(Cell self, long nanos) {
    long deadline = self.host().nanoTime() + nanos;
    Stack.probe();
    self.node.timers.armUnlessBusy(self, deadline, Cell.RECEIVE_DEADLINE);
    try {
      self.awaits = Awaited.time(self, deadline);
      while (self.host().nanoTime() - deadline < 0) {
        self.checkAlive();
        parkOnce(self, "sleep");
      }
    } finally {
      self.awaits = null;
      self.node.timers.disarm(self, Cell.RECEIVE_DEADLINE);
    }
    self.checkAlive();
  }
}
