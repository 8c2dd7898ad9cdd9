package dev.belay;

import org.jspecify.annotations.Nullable;

/// The death of a process, from its last instruction to the last peer that is told (X8, and section
/// 7 of decision 0001).
///
/// Runs on the process's own thread, on a closer or on the reserve; never with a lock held on
/// return.
final class Dismantling {
  /*
   * `advance` is the one place that decides who goes on, under the cell's lock. The cell is settled when its
   * resources are closed and its thread has unwound or it was declared dead; whoever makes that true claims the
   * settling. `settle` may be cut short by an Error anywhere; the reserve calls it again, and it goes on where
   * it stopped: `cell.settled` counts the finished steps, and the tables are emptied from the front, each peer removed only
   * after it has been told. Telling it twice is harmless, because its own end or watch is gone the second time.
   */
  private static final byte BEGUN = 0;
  private static final byte REPORTED = 1;
  private static final byte CAUSED = 2;
  private static final byte RELEASED = 3;
  private static final byte DEAD = 4;
  private static final byte EXITS_SENT = 5;
  private static final byte DOWNS_SENT = 6;
  private static final byte WATCHES_OFF = 7;
  private static final byte FINISHED = 8;

  enum Next {
    NOTHING,
    CLOSE,
    SETTLE,
    WAIT_FOR_THREAD
  }

  private Dismantling() {}

  // steps 1 to 4: until the death is certain

  /// The process's own thread has left the body.
  ///
  /// @param thrown what the body threw, or null if it returned
  /// @return whether the thread may not serve another process: this one was declared dead before,
  ///   or may be yet
  static boolean unwound(Cell cell, @Nullable Throwable thrown) {
    try {
      leave(cell, cell.state == Cell.ALIVE ? ownCause(cell, thrown) : null);
      // An interrupt that is still to come must find this thread, and not one that has its place.
      // One
      // that does not come back keeps it here, but not the cell from being declared dead.
      cell.settleInterrupt();
      if (hasUnwound(cell)) {
        cell.code = null;
        cell.locals = null;
        cell.node.quarantine.remove(cell.thread);
        return true;
      }
      if (cell.inTurns) {
        // It goes on with another process.
        cell.thread = cell.node.reserve.thread;
      }
      goOn(cell);
    } catch (Throwable e) {
      cell.leftWith = thrown;
      cell.left = true;
      cell.owe(Cell.OWES_DISMANTLING);
      return true;
    }
    return false;
  }

  /// A turn-style process is exiting that no runner has in its hands: there is nothing to unwind.
  static void unwoundBetweenTurns(Cell cell) {
    leave(cell, null);
    hasUnwound(cell);
    goOn(cell);
  }

  /// Records that the body has left, and why, unless the cell is exiting for another reason already
  /// (X5).
  private static void leave(Cell cell, @Nullable Cause own) {
    cell.lock();
    try {
      if (cell.state == Cell.ALIVE && own != null) {
        Tracer tracer = cell.node.tracer;
        if (tracer != null) {
          tracer.exiting(cell.pid, own);
        }
        cell.cause = own;
        cell.state = Cell.EXITING;
      }
      cell.noticed = true;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Records that the thread is done with the cell.
  ///
  /// @return whether the process was declared dead before
  private static boolean hasUnwound(Cell cell) {
    cell.lock();
    try {
      cell.unwound = true;
      return cell.declared;
    } finally {
      cell.lockWord = 0;
    }
  }

  /// Does whatever is next, and makes sure that somebody does if this thread cannot.
  private static void goOn(Cell cell) {
    Next next = Next.NOTHING;
    try {
      cell.lock();
      try {
        next = advance(cell);
      } finally {
        cell.lockWord = 0;
      }
      follow(cell, next);
    } catch (Throwable e) {
      if (next == Next.SETTLE) {
        cell.stalled = true;
      }
      cell.owe(Cell.OWES_DISMANTLING);
    }
  }

  /// Translates the end of a body into its reason (X2).
  private static Cause ownCause(Cell cell, @Nullable Throwable thrown) {
    ExitReason reason;
    if (thrown == null) {
      reason = ExitReason.NORMAL;
    } else if (thrown instanceof ExitException exit) {
      reason = exit.reason();
      Exit signal = exit.signal;
      if (signal != null) {
        boolean link = !signal.trail().hops().isEmpty();
        return new Cause(
            reason, link ? Trail.How.LINK : Trail.How.EXIT_SIGNAL, signal.pid(), signal.trail());
      }
    } else {
      reason = new ExitReason.Crash(thrown);
    }
    return new Cause(reason, Trail.How.OWN_END, cell.pid, Trail.EMPTY);
  }

  /// Decides, under the lock, what the caller has to do next.
  private static Next advance(Cell cell) {
    if (cell.claimed) {
      return Next.NOTHING;
    }
    if (cell.closing == Closing.NOT_BEGUN && cell.owned != null) {
      return Next.CLOSE;
    }
    if (cell.closing == Closing.RUNNING) {
      return Next.NOTHING;
    }
    if (cell.unwound || cell.bodiless) {
      cell.claimed = true;
      return Next.SETTLE;
    }
    return Next.WAIT_FOR_THREAD;
  }

  private static void follow(Cell cell, Next next) {
    switch (next) {
      case CLOSE -> close(cell);
      case SETTLE -> settle(cell);
      case WAIT_FOR_THREAD -> Grace.armSecond(cell);
      case NOTHING -> {}
    }
  }

  /// Begins to close what the cell owns, unless that has begun; goes on if there is nothing.
  static void close(Cell cell) {
    boolean begin;
    boolean starved;
    cell.lock();
    try {
      begin = wantsCloser(cell);
      starved = cell.closerStarved;
    } finally {
      cell.lockWord = 0;
    }
    if (!begin) {
      resume(cell);
      return;
    }
    Closing closer = new Closing(cell, starved);
    cell.lock();
    try {
      begin = wantsCloser(cell);
      if (begin) {
        cell.closing = Closing.RUNNING;
        cell.closer = closer;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (begin) {
      boolean started = false;
      try {
        Grace.armClosing(closer, closer.deadline);
        cell.host().start(closer.thread);
        started = true;
      } finally {
        if (!started) {
          closeLater(closer);
        }
      }
    } else {
      resume(cell);
    }
  }

  private static boolean wantsCloser(Cell cell) {
    return (cell.closing == Closing.NOT_BEGUN && cell.owned != null)
        || (cell.closing == Closing.RUNNING && cell.closer == null);
  }

  /// A closer could not begin or go on: the reserve makes another one.
  static void closeLater(Closing closer) {
    Cell cell = closer.cell;
    try {
      cell.lock();
      try {
        if (cell.closer == closer) {
          cell.closer = null;
        }
      } finally {
        cell.lockWord = 0;
      }
    } finally {
      cell.owe(Cell.OWES_CLOSING);
    }
  }

  /// The closer found nothing more to close.
  static void closed(Closing closer) {
    Cell cell = closer.cell;
    cell.lock();
    try {
      if (cell.closer != closer) {
        return;
      }
      cell.closing = Closing.DONE;
    } finally {
      cell.lockWord = 0;
    }
    goOn(cell);
  }

  /// Goes on with a death that was cut short, or that has no thread of its own; on the reserve.
  static void resume(Cell cell) {
    if (cell.left) {
      leave(cell, cell.state == Cell.ALIVE ? spareCause(cell) : null);
      hasUnwound(cell);
      cell.left = false;
    }
    boolean stalled;
    boolean certain;
    cell.lock();
    try {
      if (cell.state == Cell.ALIVE) {
        return;
      }
      certain = cell.unwound || cell.bodiless || cell.closing == Closing.DONE;
      stalled = cell.claimed && cell.stalled;
      if (stalled) {
        // Not otherwise: it may just now become true, and whoever is owed that comes next.
        cell.stalled = false;
      }
    } finally {
      cell.lockWord = 0;
    }
    if (stalled) {
      settle(cell);
    } else if (certain) {
      goOn(cell);
    }
  }

  /// The body has left, but its thread could not even say why. If there is no memory for the true
  /// reason, a spare one is told.
  private static Cause spareCause(Cell cell) {
    try {
      return ownCause(cell, cell.leftWith);
    } catch (OutOfMemoryError e) {
      return cell.node.outOfMemory;
    }
  }

  // steps 5 to 7: by the one who claimed it

  /// Settles the death, or what is left of it. Hands over to the reserve if it fails.
  static void settle(Cell cell) {
    try {
      while (cell.settled != FINISHED) {
        step(cell);
        cell.settled++;
      }
    } catch (Throwable e) {
      cell.stalled = true;
      cell.owe(Cell.OWES_DISMANTLING);
    }
  }

  private static void step(Cell cell) {
    switch (cell.settled) {
      case BEGUN -> report(cell);
      case REPORTED -> {
        if (cell.options.name() != null) {
          // Its spawner asks for it, if it dies before they are tied to each other.
          cell.death = deathOf(cell);
        }
      }
      case CAUSED -> {
        UserTimer.cancelAll(cell);
        cell.node.names.release(cell);
        cell.node.table.remove(cell);
      }
      case RELEASED -> die(cell);
      case DEAD -> sendExits(cell);
      case EXITS_SENT -> sendDowns(cell);
      case DOWNS_SENT -> takeOffWatches(cell);
      case WATCHES_OFF -> finish(cell);
      default -> throw new AssertionError(cell.settled);
    }
  }

  private static void report(Cell cell) {
    try {
      if (!cell.unborn) {
        cell.node.reporter.died(cell);
      }
    } catch (Throwable e) {
      // A report must not delay a death. That it is missing is counted.
      cell.node.reporter.missed(e);
    }
  }

  /// What its peers are told. Made only if there are any, and then only once.
  private static Cause deathOf(Cell cell) {
    Cause death = cell.death;
    if (death == null) {
      death = cell.cause;
      if (death == null) {
        death = cell.node.outOfMemory;
      } else {
        try {
          death = death.asDeathOf(cell, cell.declared);
        } catch (OutOfMemoryError e) {
          // Then without the last hop.
        }
      }
      cell.death = death;
    }
    return death;
  }

  /// The time of death.
  private static void die(Cell cell) {
    Tracer tracer = cell.node.tracer;
    cell.lock();
    try {
      if (tracer != null && !cell.unborn) {
        tracer.died(cell);
      }
      cell.state = Cell.DEAD;
    } finally {
      cell.lockWord = 0;
    }
    cell.mailbox.close();
    Bound bound = cell.mailbox.bound;
    if (bound != null) {
      bound.admit();
    }
    AliveWaiter.releaseAll(cell);
  }

  private static void sendExits(Cell cell) {
    LinkTable links = cell.links;
    if (links == null || links.size() == 0) {
      cell.links = null;
      return;
    }
    Cause death = deathOf(cell);
    LinkEnd end = links.peek();
    while (end != null) {
      boolean again = end.severed;
      end.severed = true;
      if (end instanceof FarEnd far) {
        FarLinks.sendExit(far, cell, death);
      } else if (end.unlinkId == 0) {
        Cell peer = cell.node.local(end.peer);
        if (peer != null) {
          Exits.linkExit(peer, cell.pid, death, again);
        }
      } else {
        Links.unlinkArrives(end);
      }
      links.remove(end);
      end = links.peek();
    }
    cell.links = null;
  }

  private static void sendDowns(Cell cell) {
    Watch watch = cell.watchers;
    if (watch == null) {
      return;
    }
    Cause death = deathOf(cell);
    if (!watch.telling) {
      watch = oldestFirst(watch);
      cell.watchers = watch;
    }
    while (watch != null) {
      boolean again = watch.telling;
      watch.telling = true;
      if (watch instanceof FarWatcher far) {
        FarWatches.tell(far, death);
      } else {
        Watches.fire(watch, death, again);
      }
      cell.watchers = watch.targetNext;
      watch = cell.watchers;
    }
  }

  /// Turns the list round: new monitors were put in front, and whoever has several is told of the
  /// oldest first, as in Erlang. Nothing in here can fail halfway.
  private static Watch oldestFirst(Watch newest) {
    Watch first = newest;
    Watch next = newest.targetNext;
    newest.targetNext = null;
    while (next != null) {
      Watch after = next.targetNext;
      next.targetNext = first;
      first.targetPrev = next;
      first = next;
      next = after;
    }
    first.targetPrev = null;
    return first;
  }

  private static void takeOffWatches(Cell cell) {
    Watch watch = cell.watching;
    while (watch != null) {
      watch.severed = true;
      Watches.unlist(watch);
      cell.watching = watch.ownNext;
      watch = cell.watching;
    }
  }

  private static void finish(Cell cell) {
    Node node = cell.node;
    node.timers.disarm(cell, Cell.GRACE);
    Flight.ended(cell);
    Tracer tracer = node.tracer;
    if (tracer != null && !cell.unborn) {
      tracer.ended(cell);
    }
    if (!cell.declared && !cell.bodiless) {
      // Pids keep their cell; it should keep nothing more.
      cell.mailbox.clear();
      cell.forgetThread();
      cell.code = null;
      cell.locals = null;
      if (cell.options.name() == null) {
        // Through the trail of its cause a pid would keep all who died before it. (One with a name
        // may
        // have died before it was tied to its parent, who then asks.)
        cell.cause = null;
        cell.death = null;
      }
    }
    cell.state = Cell.GONE;
    if (cell.bodiless) {
      node.dismissInbox(cell);
    } else {
      node.dismiss();
    }
  }
}
