package dev.belay;

/// The time that an exiting process has to unwind, and what happens when that is over: it is
/// interrupted again, what it owns is closed, at last it is declared dead (sections 7 and 8 of
/// decision 0001).
final class Grace {
  /*
   * One timer entry, the cell itself, serves the stages one after the other: a quarter of the grace, half of it
   * and the rest of it, with an interrupt after each of the first two; then the bound of each close(); then the second grace.
   *
   * `over` runs on the timer thread and hands what takes longer to the reserve. It may fail anywhere: the timers let the
   * entry fire again.
   */

  private static final byte LAST_ROUND = 2;

  /// How long a thread has to come back once everything it owned is closed.
  private static final long SECOND_NANOS = 100_000_000;

  /// The first wait for a carrier; each further one is twice as long. All together are about five
  /// seconds.
  private static final long CARRIER_NANOS = 10_000_000;

  private static final int CARRIER_WAITS = 9;

  /// How many polls the declarer gives the thread to come out of a verb.
  private static final int POLLS = 1_000;

  private Grace() {}

  /// Arms the grace of a cell that was told to exit, unless that has been done.
  static void arm(Cell cell) {
    armNext(cell, cell.options.graceNanos(cell.brief) / 4);
  }

  /// Arms what is left for the thread to come back when everything is closed: a short time, or the
  /// rest of its grace if what it owned was closed before that was over.
  static void armSecond(Cell cell) {
    long now = cell.host().nanoTime();
    long second = Math.min(SECOND_NANOS, cell.options.graceNanos(cell.brief));
    long rest = cell.bodiless ? 0 : cell.graceEnd - now;
    armAt(cell, now + Math.max(second, rest));
  }

  /// A `kill` or `terminate` of a process that is exiting already changes nothing but the time that
  /// is left to it; under the lock.
  ///
  /// @return whether the caller has to call [#armShortened] without the lock
  static boolean shorten(Cell cell, long now) {
    if (cell.state != Cell.EXITING || cell.brief || cell.bodiless) {
      return false;
    }
    cell.brief = true;
    long end = now + cell.options.graceNanos(true);
    if (end - cell.graceEnd < 0) {
      cell.graceEnd = end;
    }
    return !cell.claimed && !cell.unwound && cell.closing == Closing.NOT_BEGUN;
  }

  /// Arms what a shortened grace leaves. The timer first: should a stage be over just now, that one
  /// does not count as the last, and leaves this timer alone.
  static void armShortened(Cell cell) {
    arm(cell, cell.options.graceNanos(true));
    cell.lock();
    try {
      cell.rounds = LAST_ROUND;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Bounds the close that begins now.
  static void armClosing(Closing closer, long deadline) {
    armAt(closer.cell, deadline);
  }

  private static void arm(Cell cell, long nanos) {
    armAt(cell, cell.host().nanoTime() + nanos);
  }

  private static void armAt(Cell cell, long deadline) {
    cell.node.timers.arm(cell, deadline, Cell.GRACE);
    takeOffIfDead(cell);
  }

  private static void armNext(Cell cell, long nanos) {
    cell.node.timers.armUnlessArmed(cell, cell.host().nanoTime() + nanos, Cell.GRACE);
    takeOffIfDead(cell);
  }

  /// Whoever dismantles the cell takes the timer off once it is dead, and may have done so before
  /// it was armed.
  private static void takeOffIfDead(Cell cell) {
    if (cell.state >= Cell.DEAD) {
      cell.node.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// A stage is over; on the timer thread.
  static void over(Cell cell) {
    if (!closingOver(cell)) {
      unwindingOver(cell);
    }
  }

  /// Gives the close up that has taken too long.
  ///
  /// @return whether there is nothing else to do
  private static boolean closingOver(Cell cell) {
    Closing stuck;
    AutoCloseable what = null;
    boolean expired = false;
    long by = 0;
    long now = cell.host().nanoTime();
    cell.lock();
    try {
      if (cell.state != Cell.EXITING || cell.claimed) {
        return true;
      }
      if (cell.closing != Closing.RUNNING) {
        return false;
      }
      stuck = cell.closer;
      if (stuck != null) {
        by = stuck.deadline;
        expired = now - by >= 0;
        if (expired) {
          what = stuck.now;
          cell.closerStarved |= what == null;
          cell.closer = null;
        }
      }
    } finally {
      cell.lockWord = 0;
    }
    if (stuck != null && !expired) {
      armClosing(stuck, by);
      return true;
    }
    try {
      if (stuck != null && what != null) {
        giveUp(stuck, what);
      }
    } finally {
      cell.owe(Cell.OWES_CLOSING);
    }
    return true;
  }

  /// Reports a close() that has not come back. If that fails, the others must be closed all the
  /// same.
  private static void giveUp(Closing stuck, AutoCloseable resource) {
    Cell cell = stuck.cell;
    try {
      StackTraceElement[] stack = cell.host().handshake(stuck.thread);
      cell.node.reporter.closeGivenUp(cell, resource, stack);
      String stuckIn = "close() of " + resource.getClass().getName();
      cell.node.quarantine.add(cell, stuck.thread, stuckIn, stack);
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }

  /// Interrupts the thread again, or has it declared dead.
  private static void unwindingOver(Cell cell) {
    boolean last;
    boolean interrupt;
    boolean noticed;
    byte round;
    cell.lock();
    try {
      if (cell.state != Cell.EXITING
          || cell.claimed
          || cell.unwound
          || cell.closing == Closing.RUNNING) {
        return;
      }
      round = cell.rounds;
      last = round == LAST_ROUND || cell.closing == Closing.DONE || cell.isBetweenTurns();
      noticed = cell.noticed;
      interrupt =
          !last
              && !noticed
              && cell.interrupt == Cell.NO_INTERRUPT
              && cell.options.interruptPolicy() == InterruptPolicy.ALLOWED;
      if (interrupt) {
        cell.interrupt = Cell.INTERRUPT_ASKED;
      }
      if (!last) {
        cell.rounds++;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (last) {
      cell.owe(Cell.OWES_DECLARATION);
      return;
    }
    if (interrupt) {
      cell.interruptAgain();
    } else if (!noticed) {
      // Whoever told it to exit may not have come to wake it.
      cell.tell();
    }
    long grace = cell.options.graceNanos(cell.brief);
    armNext(cell, round == 0 ? grace / 4 : grace / 2);
  }

  /// Declares a process dead whose thread has not come back, and settles it, unless there is
  /// something that may yet bring the thread back; on the reserve.
  static void declare(Cell cell) {
    if (!hasFailed(cell)) {
      return;
    }
    boolean unfinished;
    cell.lock();
    try {
      if (!isDue(cell)) {
        return;
      }
      cell.claimed = true;
      cell.declared = true;
      unfinished = cell.owned != null;
    } finally {
      cell.lockWord = 0;
    }
    // A handshake with the thread: see section 8 of decision 0001.
    Thread thread = cell.thread;
    StackTraceElement[] stack = cell.host().handshake(thread);
    for (int poll = 0; cell.inVerb && poll < POLLS; poll++) {
      cell.host().relax(poll);
      cell.host().handshake(thread);
    }
    try {
      if (unfinished) {
        cell.node.reporter.leftOpen(cell);
      }
      cell.node.quarantine.add(cell, thread, "its body", stack);
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
    Dismantling.settle(cell);
  }

  /// Whether the cell is to be declared dead, or its declaration was cut short; under the lock.
  private static boolean isDue(Cell cell) {
    return cell.state == Cell.EXITING && (cell.declared || !(cell.claimed || cell.unwound));
  }

  /// Tells whether a thread has had its chance. If not, gives it one, and sees to it that this is
  /// asked again.
  private static boolean hasFailed(Cell cell) {
    boolean declared;
    boolean owns;
    cell.lock();
    try {
      if (!isDue(cell)) {
        return false;
      }
      declared = cell.declared;
      owns = cell.closing == Closing.NOT_BEGUN && cell.owned != null;
    } finally {
      cell.lockWord = 0;
    }
    if (declared) {
      return true;
    }
    if (cell.isBetweenTurns()) {
      // All runners are busy; nobody has to wait for them.
      Dismantling.unwoundBetweenTurns(cell);
      return false;
    }
    boolean inHand = cell.inTurns && cell.thread == cell.node.reserve.thread;
    if (inHand || (cell.carrierWaits < CARRIER_WAITS && isKeptWaiting(cell))) {
      // A runner that has it in its hands is about to end it, and has not run its code since.
      arm(cell, CARRIER_NANOS << cell.carrierWaits);
      cell.carrierWaits = (byte) Math.min(cell.carrierWaits + 1, CARRIER_WAITS);
      cell.node.reserve.scarcity = cell.host().nanoTime();
      cell.node.reserve.knowsScarcity = true;
      return false;
    }
    if (hasHardlyRun(cell)) {
      arm(cell, CARRIER_NANOS);
      return false;
    }
    if (owns) {
      // What it owns may be what it is stuck in.
      Dismantling.close(cell);
      return false;
    }
    return true;
  }

  /// Tells whether the thread, although it does not wait for a carrier now, may have done so until
  /// a moment ago: others have lately, or it is still in the verb in which it was woken. Says so
  /// once.
  private static boolean hasHardlyRun(Cell cell) {
    Reserve reserve = cell.node.reserve;
    boolean scarce =
        reserve.knowsScarcity
            && cell.host().nanoTime() - reserve.scarcity < cell.options.graceNanos(cell.brief);
    if (cell.seenRunning || !(scarce || cell.inVerb)) {
      return false;
    }
    cell.seenRunning = true;
    return true;
  }

  /// Tells whether it may come back yet: all carriers are busy, or it has not been interrupted.
  private static boolean isKeptWaiting(Cell cell) {
    return cell.interrupt == Cell.INTERRUPT_ASKED || cell.host().awaitsCarrier(cell.thread);
  }
}
