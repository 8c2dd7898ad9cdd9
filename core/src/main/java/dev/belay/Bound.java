package dev.belay;

import dev.belay.internal.host.Host;
import org.jspecify.annotations.Nullable;

/// The bound of one mailbox: how many letters it holds, which is the oldest, and who waits for
/// room.
final class Bound {
  /*
   * All of it is guarded by the lock of the receiver's cell, and so is all that happens to the mailbox but what its owner does to
   * the kept part alone: every push, `take`, and the removal of letters.
   *
   * Letters count; what is pushed as a plain Message, link end or watch does not: bonds, timers and answers by a
   * REPLY alias are never dropped and never wait. Letters from other nodes count, too, but the thread that brings them waits for nobody:
   * where a sender of the node would wait, they are let in beyond the bound.
   *
   * oldest..newest: the letters that count, in the order of the mailbox. A letter that is dropped leaves this list at once and loses
   * its content, but stays where it is in the mailbox, for that is its owner's, who may be looking at it: a *gap*. Gaps are listed
   * from `gaps` on, through `newer`. Those in the kept part, no more than have been letters there, are taken out by the owner when it takes, all but the
   * last node, at which a receive may be standing. Those in the inbox (`stale`) are taken out by the sender that finds
   * too many of them, so that a mailbox which nobody looks at does not grow.
   *
   * A sender that has to wait queues up (firstWaiter..lastWaiter) with its letter. Room is not given to the waiter, but its letter is put
   * into the mailbox for it (`admit`), so that no room is lost with a sender that dies. Whoever makes room admits; if that
   * fails, the reserve does (OWES_ROOM). A waiter that has been let in, or refused, is in `released` until its thread has been
   * unparked. As long as somebody waits, those who come later do too, even if there is room for a moment.
   *
   * Between a call and the next, all fields agree: what changes several is one stretch without calls, which no error can interrupt.
   */

  enum Fate {
    QUEUED,
    QUEUED_FOR_OLDEST,
    NO_RECEIVER,
    WAITS,
    DROPPED,
    EXITS,
    /// To be asked again, with what it needs for it.
    UNPREPARED
  }

  /// How many gaps may be in the inbox of even the smallest mailbox.
  private static final int FEW = 32;

  final int limit;
  final MailboxPolicy policy;
  final Cell cell;

  private @Nullable Letter oldest;
  private @Nullable Letter newest;
  int letters;
  private @Nullable Letter gaps;
  private int gapCount;
  private int stale;
  @Nullable RoomWaiter firstWaiter;
  private @Nullable RoomWaiter lastWaiter;
  @Nullable RoomWaiter released;

  Bound(Cell cell, int limit, MailboxPolicy policy) {
    this.cell = cell;
    this.limit = limit;
    this.policy = policy;
  }

  // senders

  /// Sends a message as the policy has it.
  ///
  /// @param alias what it was sent to, or null for the pid
  void send(Pid from, @Nullable Watch alias, Object message) {
    Tracer tracer = cell.node.tracer;
    if (tracer != null) {
      tracer.sent(TraceEvent.Signal.MESSAGE, from, cell.pid, message);
    }
    send(alias, new Letter(from, message), message);
  }

  /// Gives a message that has come from another node; never waits.
  ///
  /// @param alias what it was sent to, or null for the pid
  /// @param payload what has come
  void give(Pid from, @Nullable Watch alias, Line line, Object payload) {
    send(alias, new FarLetter(this, line, from, payload), payload);
  }

  private void send(@Nullable Watch alias, Letter letter, Object message) {
    Cell to = cell;
    Pid from = letter.from;
    to.mailbox.sample(letter, to.host());
    Cell self = Cell.currentOrNull();
    RoomWaiter waiter = null;
    Cause cause = null;
    Stack.probe();
    Tracer tracer = to.node.tracer;
    while (true) {
      Fate fate;
      boolean wake = false;
      Letter gap = null;
      Object dropped = null;
      to.lock();
      try {
        fate = fate(alias, letter, self, waiter, cause);
        if (tracer != null) {
          trace(tracer, letter, message, fate);
        }
        if (fate == Fate.QUEUED || fate == Fate.QUEUED_FOR_OLDEST) {
          if (stale > Math.max(limit, FEW)) {
            compact();
          }
          wake = to.mailbox.push(letter);
          Letter last = newest;
          letter.older = last;
          if (last == null) {
            oldest = letter;
          } else {
            last.newer = letter;
          }
          newest = letter;
          letters++;
          gap = oldest;
          if (fate == Fate.QUEUED_FOR_OLDEST && gap != null) {
            Letter next = gap.newer;
            oldest = next;
            if (next != null) {
              next.older = null;
            }
            letters--;
            dropped = gap.content;
            gap.content = null;
            gap.newer = gaps;
            gaps = gap;
            gapCount++;
            if (!gap.queued) {
              stale++;
            }
          }
        } else if (fate == Fate.WAITS && waiter != null) {
          RoomWaiter last = lastWaiter;
          waiter.prev = last;
          if (last == null) {
            firstWaiter = waiter;
          } else {
            last.next = waiter;
          }
          lastWaiter = waiter;
          waiter.queued = true;
        } else if (fate == Fate.EXITS && cause != null) {
          to.beginExit(cause, false);
        }
      } finally {
        to.lockWord = 0;
      }
      if (fate == Fate.UNPREPARED) {
        if (policy == MailboxPolicy.EXIT) {
          cause = overflow(from);
        } else {
          waiter = new RoomWaiter(letter, alias, self, Thread.currentThread());
        }
        continue;
      }
      Exits.follow(to, wake, fate == Fate.EXITS);
      DroppedMessage.Why why = null;
      if (fate == Fate.WAITS && waiter != null) {
        try {
          why = await(waiter);
        } finally {
          withdraw(waiter);
        }
      } else if (fate == Fate.NO_RECEIVER) {
        why = DroppedMessage.Why.NO_RECEIVER;
      } else if (fate == Fate.DROPPED) {
        why = DroppedMessage.Why.NEWEST;
      } else if (fate == Fate.EXITS) {
        why = DroppedMessage.Why.OVERFLOW;
      }
      if (why != null) {
        Destination destination = alias == null ? to.pid : alias.ref;
        to.node.undelivered.dropped(from, destination, letter.shown(message), why);
        refuse(self, letter, message, why);
      }
      if (dropped != null && gap != null) {
        to.node.undelivered.dropped(
            gap.from, to.pid, gap.shown(dropped), DroppedMessage.Why.OLDEST);
        refuse(self, gap, dropped, DroppedMessage.Why.OLDEST);
      }
      if (fate == Fate.EXITS && self == to) {
        to.checkAlive();
      }
      return;
    }
  }

  /// Tells whether a message needs room here.
  boolean keepsOut(Object message) {
    if (!(message instanceof Refusable order)) {
      return true;
    }
    Cell self = Cell.currentOrNull();
    boolean inVerb = self != null && self.inVerb;
    if (self != null) {
      self.inVerb = false;
    }
    try {
      return order.takesRoom();
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
      return true;
    } finally {
      if (self != null) {
        self.inVerb = inVerb;
      }
    }
  }

  /// Tells whether a message from another node needs room here; also if there is some: what needs
  /// none must not have to give way later.
  boolean keepsOut(Line line, Object payload) {
    return policy == MailboxPolicy.SENDER_WAITS || line.carrier().takesRoom(line, payload);
  }

  /// Tells a message that wants to know that it was dropped.
  ///
  /// @param self the process that sends, or null for a plain thread
  private void refuse(@Nullable Cell self, Letter letter, Object message, DroppedMessage.Why why) {
    if (why == DroppedMessage.Why.NO_RECEIVER || why == DroppedMessage.Why.OVERFLOW) {
      return;
    }
    boolean inVerb = self != null && self.inVerb;
    if (self != null) {
      self.inVerb = false;
    }
    try {
      letter.refused(message, why);
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    } finally {
      if (self != null) {
        self.inVerb = inVerb;
      }
    }
  }

  /// Decides, under the lock, what becomes of a message.
  private Fate fate(
      @Nullable Watch alias,
      Letter letter,
      @Nullable Cell self,
      @Nullable RoomWaiter waiter,
      @Nullable Cause cause) {
    if (cell.state != Cell.ALIVE || (alias != null && !alias.aliasOn)) {
      return Fate.NO_RECEIVER;
    }
    if (letters < limit && firstWaiter == null) {
      return Fate.QUEUED;
    }
    if (policy == MailboxPolicy.SENDER_WAITS) {
      if (self == cell || letter instanceof FarLetter) {
        return Fate.QUEUED;
      }
      return waiter == null ? Fate.UNPREPARED : Fate.WAITS;
    }
    if (policy == MailboxPolicy.EXIT) {
      return cause == null ? Fate.UNPREPARED : Fate.EXITS;
    }
    return policy == MailboxPolicy.DROP_OLDEST ? Fate.QUEUED_FOR_OLDEST : Fate.DROPPED;
  }

  private void trace(Tracer tracer, Letter letter, Object message, Fate fate) {
    if (fate == Fate.UNPREPARED || fate == Fate.WAITS) {
      // It has no effect yet.
      return;
    }
    String outcome =
        fate == Fate.QUEUED
            ? "queued"
            : fate == Fate.QUEUED_FOR_OLDEST
                ? "queued, the oldest dropped"
                : fate == Fate.NO_RECEIVER ? "dropped: no receiver" : "dropped: mailbox full";
    tracer.applied(
        TraceEvent.Signal.MESSAGE, letter.from, cell.pid, letter.shown(message), outcome);
  }

  private Cause overflow(Pid from) {
    ExitReason reason = ExitReason.term(new MailboxOverflow(limit));
    return new Cause(reason, Trail.How.OVERFLOW, from, Trail.EMPTY);
  }

  /// Takes the gaps out of the inbox; under the lock, while the receiver is alive.
  private void compact() {
    cell.mailbox.compact();
    Letter before = null;
    for (Letter gap = gaps; gap != null; gap = gap.newer) {
      if (gap.queued) {
        before = gap;
      } else if (before == null) {
        gaps = gap.newer;
      } else {
        before.newer = gap.newer;
      }
    }
    gapCount -= stale;
    stale = 0;
  }

  // senders that wait

  /// Waits, on the sender's thread, until the letter is in the mailbox or never will be.
  ///
  /// @return why it never will be, or null if it is
  private DroppedMessage.@Nullable Why await(RoomWaiter waiter) {
    Host host = cell.host();
    Cell self = waiter.sender;
    if (self != null && self.inTurns) {
      Runners.beforePark();
    }
    boolean interrupted = false;
    try {
      if (self != null) {
        self.awaits = Awaited.room(self, this);
      }
      while (waiter.state == RoomWaiter.WAITING && !interrupted) {
        park(self);
        if (self != null) {
          self.checkAlive();
        }
        interrupted = waiter.state == RoomWaiter.WAITING && host.clearInterrupt();
      }
    } finally {
      if (self != null) {
        self.awaits = null;
      }
    }
    if (interrupted) {
      if (self != null) {
        self.checkAlive();
      }
      withdraw(waiter);
      // Nobody is told by a throw: the message is dropped, and the interrupt is still there.
      host.interrupt(Thread.currentThread());
    }
    int state = waiter.state;
    return state == RoomWaiter.SENT
        ? null
        : state == RoomWaiter.REFUSED
            ? DroppedMessage.Why.NO_RECEIVER
            : DroppedMessage.Why.INTERRUPTED;
  }

  private void park(@Nullable Cell self) {
    if (self == null) {
      cell.host().park(cell);
      return;
    }
    boolean inVerb = self.inVerb;
    self.inVerb = false;
    try {
      cell.host().park(cell);
    } finally {
      self.inVerb = inVerb;
    }
  }

  /// Gives the waiting up, if it is not over.
  private void withdraw(RoomWaiter waiter) {
    if (waiter.state != RoomWaiter.WAITING) {
      return;
    }
    cell.lock();
    try {
      if (waiter.queued) {
        RoomWaiter before = waiter.prev;
        RoomWaiter after = waiter.next;
        if (before == null) {
          firstWaiter = after;
        } else {
          before.next = after;
        }
        if (after == null) {
          lastWaiter = before;
        } else {
          after.prev = before;
        }
        waiter.queued = false;
      }
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Lets in who waits, as far as there is room, and sends away who waits in vain. May be repeated;
  /// after an error it must be.
  void admit() {
    Stack.probe();
    boolean wake = false;
    Tracer tracer = cell.node.tracer;
    cell.lock();
    try {
      boolean alive = cell.state == Cell.ALIVE;
      for (RoomWaiter waiter = firstWaiter; waiter != null; waiter = firstWaiter) {
        Cell sender = waiter.sender;
        boolean wanted =
            alive
                && (waiter.alias == null || waiter.alias.aliasOn)
                // What it has not sent before its exit it has not sent at all.
                && (sender == null || sender.state == Cell.ALIVE);
        if (wanted) {
          if (letters >= limit) {
            break;
          }
          Letter letter = waiter.letter;
          Object content = letter.content;
          if (tracer != null && content != null) {
            trace(tracer, letter, content, Fate.QUEUED);
          }
          wake |= cell.mailbox.push(letter);
          Letter last = newest;
          letter.older = last;
          if (last == null) {
            oldest = letter;
          } else {
            last.newer = letter;
          }
          newest = letter;
          letters++;
        }
        RoomWaiter after = waiter.next;
        firstWaiter = after;
        if (after == null) {
          lastWaiter = null;
        } else {
          after.prev = null;
        }
        waiter.queued = false;
        waiter.next = released;
        released = waiter;
        waiter.state = wanted ? RoomWaiter.SENT : RoomWaiter.REFUSED;
      }
    } finally {
      cell.lockWord = 0;
    }
    unparkReleased();
    if (wake) {
      cell.alert();
    }
  }

  private void unparkReleased() {
    RoomWaiter before = null;
    while (true) {
      RoomWaiter waiter;
      cell.lock();
      try {
        waiter = released;
        if (waiter != null && waiter == before) {
          waiter = waiter.next;
          released = waiter;
        }
      } finally {
        cell.lockWord = 0;
      }
      if (waiter == null) {
        return;
      }
      cell.host().unpark(waiter.thread);
      before = waiter;
    }
  }

  // the owner

  /// Moves everything from the inbox to the kept part, and takes the gaps out, all but the last
  /// node.
  ///
  /// @return whether there was anything in the inbox
  boolean take() {
    Mailbox mailbox = cell.mailbox;
    cell.lock();
    try {
      Message standing = mailbox.last();
      boolean any = mailbox.move();
      stale = 0;
      sweep(standing);
      return any;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Takes a letter out of the kept part.
  ///
  /// @return whether it was still a message: if not, it stays as a gap
  boolean remove(Letter letter) {
    boolean awaited;
    cell.lock();
    try {
      if (letter.content == null) {
        return false;
      }
      cell.mailbox.unlink(letter);
      Letter before = letter.older;
      Letter after = letter.newer;
      if (before == null) {
        oldest = after;
      } else {
        before.newer = after;
      }
      if (after == null) {
        newest = before;
      } else {
        after.older = before;
      }
      letters--;
      awaited = firstWaiter != null;
    } finally {
      cell.lockWord = 0;
    }
    if (awaited) {
      // Here, and not in a method of its own, the call of which might fail.
      try {
        admit();
      } catch (Throwable e) {
        // The owner has its message, and must not lose it to this.
        cell.owe(Cell.OWES_ROOM);
      }
    }
    return true;
  }

  /// Drops a letter in the kept part of which its receiver has found that it makes no sense.
  void discard(Letter letter) {
    boolean awaited;
    cell.lock();
    try {
      if (letter.content == null) {
        return;
      }
      Letter before = letter.older;
      Letter after = letter.newer;
      letter.content = null;
      if (before == null) {
        oldest = after;
      } else {
        before.newer = after;
      }
      if (after == null) {
        newest = before;
      } else {
        after.older = before;
      }
      letters--;
      letter.older = null;
      letter.newer = gaps;
      gaps = letter;
      gapCount++;
      if (!letter.queued) {
        stale++;
      }
      awaited = firstWaiter != null;
    } finally {
      cell.lockWord = 0;
    }
    if (awaited) {
      try {
        admit(); // as in #remove
      } catch (Throwable e) {
        cell.owe(Cell.OWES_ROOM);
      }
    }
  }

  /// Takes all gaps out of the kept part.
  void sweep() {
    cell.lock();
    try {
      sweep(null);
    } finally {
      cell.lockWord = 0;
    }
  }

  private void sweep(@Nullable Message standing) {
    Letter before = null;
    Letter gap = gaps;
    while (gap != null) {
      Letter after = gap.newer;
      if (gap != standing && gap.queued) {
        cell.mailbox.unlink(gap);
        if (before == null) {
          gaps = after;
        } else {
          before.newer = after;
        }
        gapCount--;
      } else {
        before = gap;
      }
      gap = after;
    }
  }

  // anybody

  /// Counts the messages.
  int length() {
    cell.lock();
    try {
      return Math.max(0, cell.mailbox.count() - gapCount);
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Drops everything; for the dismantler, when the owner is done.
  void clear() {
    cell.lock();
    try {
      oldest = null;
      newest = null;
      gaps = null;
      gapCount = 0;
    } finally {
      cell.lockWord = 0;
    }
  }
}
