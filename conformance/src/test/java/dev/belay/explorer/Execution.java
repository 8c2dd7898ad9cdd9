package dev.belay.explorer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One run of a scenario: its strands, of which one at a time has the turn, its shared variables,
/// its clock.
///
/// Everything here runs on the strand that has the turn, except [#run].
final class Execution {
  /*
   * A strand stops before each step that others could notice, says what it is about to do (`step`), and lets
   * the chooser decide who goes on. The step's effect on the model (locks, permits, clocks) is made when it is chosen; then
   * that strand gets the turn, does what it said, and runs on to its next step.
   *
   * Time stands still while anybody can run, then jumps to the earliest deadline. A strand that may stall does not hold
   * it up: preempted, it is as one that the operating system has taken off its core, and goes on when another one polls or
   * waits for a lock, perhaps for what it has to do, or when the stall is over.
   */
  private static final int MOST_STRANDS = 30;

  /// Nothing in a scenario lasts longer than this; deadlines beyond it are never reached.
  private static final long HORIZON = 3_600_000_000_000L * 2;

  private static final long STALL = 1_000_000_000L;

  private static volatile @Nullable Execution active;

  final Chooser chooser;
  final Faults faults;
  private final Limits limits;
  final Memory memory;
  final Conflicts conflicts;
  final VarTable vars = new VarTable();
  final List<Strand> strands = new ArrayList<>();
  final @Nullable List<Step> record;
  private @Nullable Strand running;
  private @Nullable Strand alone;
  private boolean calm;
  private boolean looking;
  long now = 1_000_000_000L;
  int events;
  private int polls;
  private int turns;

  /// Which lines of the core have been run, where the code says so.
  final BitSet lines = new BitSet();

  private volatile @Nullable Failure failure;
  private volatile boolean aborting;
  private volatile boolean over;
  private final Object done = new Object();

  Execution(Chooser chooser, Faults faults, @Nullable Guards guards, boolean recording) {
    this(chooser, faults, guards, recording, Limits.USUAL);
  }

  Execution(
      Chooser chooser, Faults faults, @Nullable Guards guards, boolean recording, Limits limits) {
    this.chooser = chooser;
    this.faults = faults;
    this.limits = limits;
    this.memory = new Memory(this, guards);
    this.conflicts = new Conflicts(this);
    this.record = recording ? new ArrayList<>() : null;
  }

  /// Returns the execution that is going on, or null.
  static @Nullable Execution current() {
    return active;
  }

  static Execution active() {
    return Objects.requireNonNull(active, "no execution is going on");
  }

  // the whole

  /// Runs a scenario to its end; called by a thread that is no strand.
  ///
  /// @return what went wrong, if anything did
  @Nullable Failure run(Runnable main) {
    Strand first = create("main", false, main);
    first.started = true;
    first.callsVerbs = true;
    running = first;
    first.thread.start();
    active = this;
    first.go();
    try {
      awaitEnd();
    } finally {
      active = null;
    }
    return failure;
  }

  private void awaitEnd() {
    long limit = System.nanoTime() + limits.patienceNanos();
    synchronized (done) {
      while (!over && !aborting) {
        if (!waitUntil(limit)) {
          Strand stuck = running();
          StackTraceElement[] stack = stuck.thread.getStackTrace();
          fail("strand " + stuck + " blocks outside of the host: " + List.of(stack), null);
        }
      }
      if (aborting) {
        // The one that failed unwinds first, then all others, one after the other.
        unwind(running());
        for (Strand strand : List.copyOf(strands)) {
          running = strand;
          strand.go();
          unwind(strand);
        }
      }
    }
  }

  /// Waits for the end of a strand; one that does not come back is left alone.
  private void unwind(Strand strand) {
    long limit = System.nanoTime() + limits.patienceNanos() / 20;
    while (strand.started && !strand.ended && waitUntil(limit)) {}
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private boolean waitUntil(long limit) {
    long millis = (limit - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      return false;
    }
    try {
      done.wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the exploration was interrupted", e);
    }
    return true;
  }

  /// Ends the execution; the caller then throws [Abort].
  Abort fail(String what, @Nullable Throwable cause) {
    synchronized (done) {
      if (failure == null) {
        failure = new Failure(what, cause);
      }
      aborting = true;
      done.notifyAll();
    }
    return Abort.INSTANCE;
  }

  boolean hasFailed() {
    return aborting;
  }

  /// Lets the running strand look at everything, because nobody else does anything.
  void look(boolean on) {
    looking = on;
  }

  /// Leaves nothing to choose: the running strand goes on while it can.
  void calm(boolean on) {
    calm = on;
  }

  /// Lets no other strand run while the running one can.
  void alone(boolean on) {
    alone = on ? running() : null;
  }

  // strands

  Strand create(String name, boolean background, Runnable body) {
    if (aborting) {
      throw Abort.INSTANCE;
    }
    if (strands.size() >= MOST_STRANDS) {
      throw fail("more than " + MOST_STRANDS + " threads", null);
    }
    Strand parent = running;
    long digest = parent == null ? 1 : Conflicts.mix(parent.digest, ++parent.children);
    Strand[] self = new Strand[1];
    Thread thread =
        Thread.ofVirtual()
            .inheritInheritableThreadLocals(false)
            .name(name)
            .unstarted(() -> live(self[0], body));
    Strand strand = new Strand(strands.size(), name, digest, background, thread);
    self[0] = strand;
    strands.add(strand);
    return strand;
  }

  private void live(Strand strand, Runnable body) {
    try {
      strand.await();
      if (!aborting) {
        body.run();
      }
      if (!aborting) {
        memory.checkHoldsNothing(strand, "ends");
        strand.kind = Kind.END;
        strand.var = strand.end;
        step(strand);
      }
    } catch (Abort e) {
      // The failure is known.
    } catch (Throwable e) {
      fail("strand " + strand + " threw " + e, e);
    } finally {
      end(strand);
    }
  }

  private void end(Strand strand) {
    if (aborting) {
      synchronized (done) {
        strand.ended = true;
        done.notifyAll();
      }
      return;
    }
    strand.ended = true;
    if (strands.stream().noneMatch(s -> s.started && !s.ended)) {
      synchronized (done) {
        over = true;
        done.notifyAll();
      }
      return;
    }
    try {
      Strand next = pick(null);
      running = next;
      next.go();
    } catch (Abort e) {
      // The failure is known.
    }
  }

  Strand strand(Thread thread) {
    for (Strand strand : strands) {
      if (strand.thread == thread) {
        return strand;
      }
    }
    throw fail("a thread that this execution did not create: " + thread, null);
  }

  Strand running() {
    return Objects.requireNonNull(running);
  }

  // steps

  private void step(Strand me) {
    if (aborting) {
      throw Abort.INSTANCE;
    }
    turns = 0;
    conflicts.arrive(me);
    Strand next = pick(me);
    if (next != me) {
      running = next;
      next.go();
      me.await();
      if (aborting) {
        throw Abort.INSTANCE;
      }
    }
  }

  /// Chooses who makes the next step, and makes its effect.
  private Strand pick(@Nullable Strand me) {
    // Who has to wait until time has passed could not go on.
    boolean canRun = me != null && canRun(me);
    int enabled = enabled();
    boolean canGoOn = me != null && canRun && (enabled & 1 << me.id) != 0;
    if (calm) {
      enabled =
          1 << (canGoOn && me != null ? me.id : Search.next(enabled, me == null ? -1 : me.id));
    }
    int id = chooser.choose(events, enabled, me == null ? -1 : me.id, canGoOn);
    if (id < 0 || (enabled & 1 << id) == 0) {
      throw fail("strand " + id + " cannot run at step " + events + ": the run differs", null);
    }
    Strand next = strands.get(id);
    if (canGoOn && me != null && me != next && me.mayStall) {
      me.stalledUntil = now + STALL;
    }
    next.stalledUntil = 0;
    commit(next, enabled);
    return next;
  }

  private int enabled() {
    Strand first = alone;
    if (first != null && !first.ended && first.kind != Kind.QUIET && canRun(first)) {
      return 1 << first.id;
    }
    int normal = 0;
    int background = 0;
    int relaxing = 0;
    int stalled = 0;
    boolean awaited = false;
    Strand quiet = null;
    Strand over = null;
    for (Strand strand : strands) {
      if (!strand.started || strand.ended) {
        continue;
      }
      if (strand.kind == Kind.QUIET) {
        quiet = strand;
      } else if (strand.kind == Kind.OVER) {
        over = strand;
      } else if (canRun(strand)) {
        if (strand.stalledUntil > now) {
          stalled |= 1 << strand.id;
        } else if (strand.background) {
          background |= 1 << strand.id;
        } else {
          normal |= 1 << strand.id;
        }
      } else if (strand.kind == Kind.RELAX) {
        relaxing |= 1 << strand.id;
      } else {
        awaited |= strand.kind == Kind.LOCK || strand.kind == Kind.ENTER;
      }
    }
    if (normal != 0) {
      polls = 0;
      return normal;
    }
    if (background != 0) {
      polls = 0;
      return background;
    }
    if (stalled != 0) {
      if (relaxing == 0 && !awaited && advance()) {
        return enabled();
      }
      return stalled;
    }
    if (relaxing != 0) {
      if (++polls > limits.polls()) {
        throw fail("threads wait for each other for ever: " + describe(), null);
      }
      return relaxing;
    }
    if (quiet != null) {
      return 1 << quiet.id;
    }
    if (advance()) {
      return enabled();
    }
    if (over != null) {
      return 1 << over.id;
    }
    throw fail("nobody can run any more: " + describe(), null);
  }

  private boolean canRun(Strand strand) {
    Var var = strand.var;
    return switch (strand.kind) {
      case LOCK -> var != null && var.owner == null;
      case ENTER -> var != null && (var.owner == null || var.owner == strand);
      case PARK -> strand.permit || strand.interrupted || strand.deadline <= now;
      case JOIN -> (strand.other != null && strand.other.ended) || strand.deadline <= now;
      case RELAX -> var == null || var.stamp != strand.seenStamp;
      case QUIET, OVER -> false;
      default -> true;
    };
  }

  /// Lets time pass until the earliest deadline.
  private boolean advance() {
    long earliest = Long.MAX_VALUE;
    for (Strand strand : strands) {
      if (strand.started && !strand.ended) {
        earliest = Math.min(earliest, strand.deadline);
        if (strand.stalledUntil > now) {
          earliest = Math.min(earliest, strand.stalledUntil);
        }
      }
    }
    if (earliest > HORIZON) {
      return false;
    }
    now = Math.max(now, earliest);
    conflicts.timePasses();
    return true;
  }

  private void commit(Strand strand, int enabled) {
    if (events >= limits.events()) {
      throw fail("more than " + limits.events() + " steps: " + describe(), null);
    }
    if (record != null) {
      record.add(Step.of(strand, now));
    }
    conflicts.commit(strand, enabled);
    memory.commit(strand);
    Var var = strand.var;
    switch (strand.kind) {
      case LOCK, ENTER -> {
        if (var != null) {
          var.owner = strand;
          var.depth++;
        }
      }
      case UNLOCK, LEAVE -> {
        if (var != null && --var.depth == 0) {
          var.owner = null;
        }
      }
      case PARK -> {
        strand.permit = false;
        strand.returnsAnyway = strand.interrupted;
        strand.wakes.clear();
      }
      case READ, UPDATE -> strand.lastRead = var;
      default -> {}
    }
    if (var != null) {
      if (strand.kind.changes()) {
        var.stamp++;
      }
      if (var == strand.lastRead) {
        strand.seenStamp = var.stamp;
      }
    }
    strand.deadline = Long.MAX_VALUE;
    strand.steps++;
    events++;
  }

  /// Says what every strand waits for.
  String describe() {
    StringBuilder text = new StringBuilder();
    for (Strand strand : strands) {
      if (strand.started && !strand.ended) {
        text.append("\n    ").append(strand).append(": ").append(Step.of(strand, now).what());
      }
    }
    return text.toString();
  }

  // what the hooks and the host ask for

  void access(Kind kind, Object target, int site) {
    Strand me = running();
    me.kind = kind;
    me.site = site;
    Field field = Site.of(site).field();
    me.var = vars.of(target, field);
    step(me);
  }

  void plain(Object target, int site, boolean write) {
    if (aborting) {
      throw Abort.INSTANCE;
    }
    if (!looking) {
      memory.plain(running(), target, site, write);
    }
  }

  void guarded(Object target, int site, boolean write) {
    if (aborting) {
      throw Abort.INSTANCE;
    }
    if (!looking) {
      memory.guarded(running(), target, site, write);
    }
  }

  void at(int site) {
    running().site = site;
  }

  /// A strand goes back in its code. One that an earlier execution left behind ends here.
  void turn() {
    if (aborting || Thread.currentThread() != running().thread) {
      throw Abort.INSTANCE;
    }
    if (++turns > limits.turns()) {
      throw fail("more than " + limits.turns() + " turns of a loop without a step", null);
    }
  }

  private void step(Kind kind, @Nullable Var var, @Nullable Strand other, long deadline) {
    Strand me = running();
    me.kind = kind;
    me.var = var;
    me.other = other;
    me.deadline = deadline;
    step(me);
  }

  void start(Strand strand) {
    step(Kind.START, null, strand, Long.MAX_VALUE);
    if (strand.started) {
      throw new IllegalThreadStateException("started before: " + strand);
    }
    strand.started = true;
    strand.thread.start();
  }

  void park(long deadline) {
    step(Kind.PARK, null, null, deadline);
  }

  void unpark(Strand strand) {
    step(Kind.UNPARK, null, strand, Long.MAX_VALUE);
    strand.permit = true;
  }

  void interrupt(Thread thread) {
    Strand strand = strand(thread);
    step(Kind.INTERRUPT, strand.interrupts, strand, Long.MAX_VALUE);
    strand.interrupted = true;
    strand.permit = true;
  }

  boolean clearInterrupt() {
    Strand me = running();
    step(Kind.INTERRUPTED, me.interrupts, null, Long.MAX_VALUE);
    boolean was = me.interrupted;
    me.interrupted = false;
    me.returnsAnyway = false;
    return was;
  }

  boolean isInterrupted(Thread thread, int site) {
    at(site);
    Strand strand = strand(thread);
    step(Kind.READ, strand.interrupts, null, Long.MAX_VALUE);
    return strand.interrupted;
  }

  boolean isAlive(Thread thread, int site) {
    at(site);
    Strand strand = strand(thread);
    step(Kind.READ, strand.end, null, Long.MAX_VALUE);
    return strand.started && !strand.ended;
  }

  void relax() {
    step(Kind.RELAX, running().lastRead, null, Long.MAX_VALUE);
  }

  void handshake(Strand strand) {
    step(Kind.HANDSHAKE, strand.end, strand, Long.MAX_VALUE);
  }

  boolean join(Strand strand, long deadline) {
    step(Kind.JOIN, strand.end, strand, deadline);
    return strand.ended;
  }

  /// Waits until nobody else can run, while time stands still.
  void quiet() {
    step(Kind.QUIET, null, null, Long.MAX_VALUE);
  }

  /// Waits until nobody else will ever run.
  void over() {
    step(Kind.OVER, null, null, Long.MAX_VALUE);
  }
}
