package dev.belay;

import org.jspecify.annotations.Nullable;

/// A process that one of this node asks another node for: from the request until the answer, which
/// that node gives, or the loss of the line (SP3, SP7–SP10). Its other side is [FarSpawning].
final class SpawnRequest implements Line.Far, Owed {
  /*
   * The request is a bond of its line from before it is pushed until it is answered. What becomes of it is decided once, under the
   * parent's lock:
   *
   *   OPEN ── a child, and the parent is not past its time of death ──► BORN       the bonds are made in the same section
   *     ├──── a refusal ─────────────────────────────────────────────► REFUSED
   *     ├──── the line is lost ──────────────────────────────────────► LOST
   *     └──── the parent does not wait any more ─────────────────────► ABANDONED
   *
   * A parent that exits while it waits leaves the request open: until its time of death a child is tied to it as to any other process,
   * and its dismantler tells the child, after all that it owned is closed. For a child that is born later its reason is kept in `why`,
   * by its own thread on the way out; a parent whose thread has not come out was declared dead, and keeps its reason itself.
   *
   * The answer is a field and a wake-up, not a message: nobody but the verb sees it, however long the mailbox is, and
   * it is there before anything that the child sends.
   *
   * | field              | writers                              | guard |
   * | stage, child, refusal, end, watch, why | who answers, and the parent | the parent's lock |
   * | answered           | who answers, after the section       | volatile |
   */
  private static final int OPEN = 0;
  private static final int BORN = 1;
  private static final int REFUSED = 2;
  private static final int LOST = 3;
  private static final int ABANDONED = 4;

  final Line line;
  private final Line.Bond bond = new Line.Bond(this);
  private final Cell parent;
  private final Ref ref;
  private final @Nullable LinkMode link;
  private final @Nullable MonitorOptions monitor;

  private int stage;
  private @Nullable Pid child;
  private @Nullable String refusal;
  private @Nullable FarEnd end;
  private @Nullable FarTarget watch;
  private @Nullable Cause why;
  private volatile boolean answered;
  private @Nullable Owed nextOwed;

  private SpawnRequest(
      Cell parent, Line line, Ref ref, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    this.parent = parent;
    this.line = line;
    this.ref = ref;
    this.link = link;
    this.monitor = monitor;
  }

  // the verb

  /// Asks, and waits for the answer.
  ///
  /// @param self the calling process, or the inbox of a plain thread that has no other use
  static Carrier.Spawned spawn(
      Cell self,
      String peer,
      Object what,
      @Nullable LinkMode link,
      @Nullable MonitorOptions monitor) {
    Line line = self.node.lines.to(peer);
    if (line == null) {
      return unreachable(self, peer, link, monitor);
    }
    Posting.awaitRoom(self.node, line, "spawn");
    Stack.probe();
    SpawnRequest request = new SpawnRequest(self, line, self.newRef(), link, monitor);
    Object payload = line.carrier().encode(line, what);
    Carrier.Signal signal =
        Carrier.Signal.spawn(self.pid, request.ref, link != null, monitor != null, payload);
    if (monitor != null) {
      self.mailbox.mark(request.ref);
    }
    boolean reached = request.send(signal) && request.await(payload);
    if (monitor != null && request.child == null) {
      self.mailbox.unmark(request.ref);
    }
    return reached ? request.result() : unreachable(self, peer, link, monitor);
  }

  private Carrier.Spawned result() {
    return new Carrier.Spawned(child, watch == null ? null : ref, refusal);
  }

  /// As in Erlang, what could not be spawned there is spawned here, and ends for want of a
  /// connection: so its link and its monitor tell of it as of any other process.
  private static Carrier.Spawned unreachable(
      Cell self, String peer, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    SpawnOptions options = SpawnOptions.DEFAULT.label("could not be on " + peer);
    if (link != null) {
      options = options.link(link);
    }
    Spawning.Born born = Spawning.spawn(self.node, self, options, monitor, new Unreachable());
    Monitored monitored = born.monitored();
    return new Carrier.Spawned(born.cell().pid, monitored == null ? null : monitored.ref(), null);
  }

  /// What such a process does.
  private static final class Unreachable implements Body {
    @Override
    public void run() {
      throw new ExitException(ExitReason.NO_CONNECTION);
    }
  }

  /// Puts the request on its way.
  ///
  /// @return false if the line is lost
  private boolean send(Carrier.Signal signal) {
    if (!line.register(bond)) {
      return false;
    }
    boolean sent = false;
    try {
      line.requests().put(ref, this);
      parent.lock();
      try {
        // Also if the parent has just been told to exit: then that came after this.
        sent = line.push(signal);
      } finally {
        parent.lockWord = 0;
      }
    } finally {
      if (!sent) {
        over();
      }
    }
    return sent;
  }

  /// Waits for the answer.
  ///
  /// @param payload what the request has taken with it
  /// @return false if the line was lost
  private boolean await(Object payload) {
    boolean done = false;
    try {
      line.wake();
      line.carrier().pushed(line, payload);
      parent.awaits = Awaited.answer(parent, this);
      while (!answered) {
        parent.checkAlive();
        Receiving.parkOnce(parent, "spawn");
      }
      done = true;
    } catch (ProcessInterruptedException e) {
      if (leave()) {
        done = true;
        throw e;
      }
      // It has just been answered. The next verb that blocks is interrupted.
      parent.host().interrupt(Thread.currentThread());
      done = true;
    } finally {
      parent.awaits = null;
      if (!done) {
        leave();
      }
    }
    parent.lock();
    try {
      return stage != LOST;
    } finally {
      parent.lockWord = 0;
    }
  }

  /// The parent waits no longer.
  ///
  /// @return false if the request has been answered
  private boolean leave() {
    parent.lock();
    try {
      if (stage != OPEN) {
        return false;
      }
      if (parent.state == Cell.ALIVE) {
        stage = ABANDONED;
      } else {
        why = parent.cause;
      }
      return true;
    } finally {
      parent.lockWord = 0;
    }
  }

  // the answer

  /// A child was born; on the thread that reads the line, before anything else of the child's.
  void born(Pid fresh, boolean linked, boolean monitored) {
    if (linked != (link != null)
        || monitored != (monitor != null)
        || !fresh.node().equals(line.peer())) {
      // Not what was asked for: one of the two would believe in a bond that the other has not.
      line.lose();
      return;
    }
    FarEnd freshEnd =
        link == null ? null : new FarEnd(parent, fresh, link == LinkMode.ANY_EXIT, line);
    FarTarget freshWatch =
        monitor == null
            ? null
            : new FarTarget(ref, parent, fresh, monitor.aliasMode, monitor.tag, line);
    if ((freshEnd != null && !line.register(freshEnd.bond))
        || (freshWatch != null && !line.register(freshWatch.bond))) {
      // The line is lost, and that answers the request.
      return;
    }
    ExitReason reason = null;
    Cause death = null;
    boolean declared = false;
    boolean tied = false;
    Tracer tracer = parent.node.tracer;
    // Both bonds are made, or none.
    Stack.probe();
    parent.lock();
    try {
      if (stage == OPEN && parent.state < Cell.DEAD) {
        if (tracer != null) {
          tracer.spawned(parent.pid, fresh, "", linked, monitored);
        }
        tie(freshEnd, freshWatch);
        child = fresh;
        stage = BORN;
        tied = true;
      } else if (stage == OPEN) {
        death = why == null ? parent.cause : why;
        reason = death == null ? ExitReason.NO_PROC : death.reason();
        declared = parent.declared;
      } else if (stage == ABANDONED) {
        reason = Carrier.Signal.ABANDONED;
      }
    } finally {
      parent.lockWord = 0;
    }
    if (tied) {
      if (freshWatch != null) {
        parent.node.aliases.add(ref);
      }
      answer();
      if (line.isLost()) {
        // It may have looked at the bonds before they were made.
        tellLoss();
      }
    } else {
      disown(freshEnd, freshWatch, fresh, reason, trailOf(death, declared));
    }
    over();
  }

  /// Makes the bonds at the parent; under its lock.
  private void tie(@Nullable FarEnd freshEnd, @Nullable FarTarget freshWatch) {
    if (freshEnd != null && parent.findLink(freshEnd.peer) == null) {
      parent.linkTable().add(freshEnd);
      end = freshEnd;
    }
    if (freshWatch != null) {
      ref.watch = freshWatch;
      freshWatch.aliasOn = freshWatch.aliasMode != null;
      freshWatch.turnOn();
      watch = freshWatch;
    }
  }

  /// What the child is told of the end of its parent besides the reason.
  private Trail trailOf(@Nullable Cause death, boolean declared) {
    try {
      return death == null ? Trail.EMPTY : death.asDeathOf(parent, declared).trail();
    } catch (OutOfMemoryError e) {
      // Then the reason alone.
      return Trail.EMPTY;
    }
  }

  /// The parent is dead, or does not wait any more: the child is told what a child is told whose
  /// parent has ended or left.
  private void disown(
      @Nullable FarEnd freshEnd,
      @Nullable FarTarget freshWatch,
      Pid fresh,
      @Nullable ExitReason reason,
      Trail trail) {
    if (freshWatch != null) {
      if (reason != null) {
        line.push(Carrier.Signal.demonitor(parent.pid, fresh, ref));
      }
      line.strike(freshWatch.bond);
    }
    if (freshEnd != null) {
      if (reason != null) {
        line.push(Carrier.Signal.linkExit(parent.pid, fresh, reason, trail));
      }
      line.strike(freshEnd.bond);
    }
    line.wake();
  }

  /// The request was refused.
  void refused(String because) {
    parent.lock();
    try {
      if (stage == OPEN) {
        refusal = because;
        stage = REFUSED;
      }
    } finally {
      parent.lockWord = 0;
    }
    answer();
    over();
  }

  /// The line is lost: the parent waits no longer, and bonds that have been made fire.
  @Override
  public void lost() {
    FarEnd madeEnd;
    FarTarget madeWatch;
    parent.lock();
    try {
      if (stage == OPEN) {
        stage = LOST;
      }
      madeEnd = end;
      madeWatch = watch;
    } finally {
      parent.lockWord = 0;
    }
    if (madeEnd != null) {
      madeEnd.lost();
      line.strike(madeEnd.bond);
    }
    if (madeWatch != null) {
      madeWatch.lost();
      line.strike(madeWatch.bond);
    }
    answered = true;
    parent.alert();
  }

  private void tellLoss() {
    try {
      lost();
    } catch (Error e) {
      parent.node.reserve.owe(this);
      throw e;
    }
  }

  /// Wakes the parent, which need not wait any more.
  private void answer() {
    answered = true;
    Exits.follow(parent, true, false);
  }

  /// There is nothing more to wait for.
  private void over() {
    line.requests().remove(ref, this);
    line.strike(bond);
  }

  @Override
  public void settleOwed() {
    lost();
  }

  @Override
  public @Nullable Owed nextOwed() {
    return nextOwed;
  }

  @Override
  public void nextOwed(@Nullable Owed next) {
    nextOwed = next;
  }

  @Override
  public String toString() {
    return "SpawnRequest[" + ref + " to " + line.peer() + "]";
  }
}
