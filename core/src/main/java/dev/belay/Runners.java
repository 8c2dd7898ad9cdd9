package dev.belay;

import dev.belay.internal.host.Host;
import dev.belay.internal.timer.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The runners of one node: the virtual threads that give turn-style processes their turns, and who
/// wakes them when.
final class Runners {
  /*
   * A runnable cell waits in a *lane*; there are as many lanes as processors, and each runner that is not at rest has
   * one as its home. A turn that makes a cell runnable puts it in its runner's home lane, others in one chosen by the pid. A runner takes
   * from its home, and from the other lanes when that is empty, and now and then before, so that no lane can starve.
   *
   * Nobody can see that a turn blocks. So whenever a cell waits that no runner is sure to come back for at once, one more runner is
   * *called*, and goes on waiting for a carrier if all are busy: this is the standby. The moment a turn parks, on
   * whatever, its carrier goes on with the standby. At most one runner is called at a time (`calling` is 1 until it has found
   * work or found none); having found some while more waits, it has the next one called.
   *
   * A cell that is the only one in the home lane of the runner whose turn made it runnable calls nobody, since that runner
   * is about to come back: two processes that talk to each other stay on one carrier. Should it not
   * come back, verbs that park call on its behalf (`beforePark`), and for the rest there is the tick, once a millisecond while
   * turns are given. The tick is also the time slice: a runner that sees a new one lets the carrier's other
   * virtual threads go first. If a standby is waiting, the runner goes to rest instead, and the standby
   * takes its place, so that there are never more than one too many.
   *
   * As long as a cell waits, a runner has been called or it ticks.
   *
   * A runner that has found nothing goes on looking for a little while before it rests, if that has been worth it lately (`Patience`). It
   * is one that was called, meanwhile, by itself: whoever makes a cell runnable wakes nobody. It leaves a cell to the runner that is about
   * to come back for it (`Lane.isUrgent`). While it looks it keeps its carrier; `Patience` has even one that always finds work park
   * after a hundred times.
   *
   * No wake-up is lost. Who makes a cell runnable: 1 put it in a lane, 2 read `calling`. A runner that was called, before it
   * rests: 1 `calling` = 0, 2 go into the list of those at rest, 3 look at all lanes. One of the two sees the other.
   *
   * | field           | writers            | read mode | write mode |
   * | calling         | any                | volatile  | CAS to 1, volatile to 0 |
   * | lockWord        | any                | CAS       | volatile   |
   * | resting, atRest, awake, Lane.runners | under lockWord | under lockWord | plain |
   * | ticks           | the timer thread   | acquire   | release    |
   * | ticking         | any                | volatile  | CAS to 1, volatile to 0 |
   */

  /// States of a cell's turn: not started yet; nothing to do; in a lane; with a runner.
  static final int UNBORN = 0;

  static final int IDLE = 1;
  static final int QUEUED = 2;
  static final int RUNNING = 3;

  private static final int MESSAGES = 64;

  /// What has to be done for a cell that is in a lane.
  private static final int NOTHING = 0;

  private static final int TICK_FOR_IT = 1;
  private static final int CALL_FOR_IT = 2;

  private static final long TICK_NANOS = 1_000_000;

  /// The purpose of the timer entry.
  private static final int TICK = 1;

  /// How many runners are kept at rest for each lane; others end.
  private static final int KEPT = 8;

  /// A power of two; more lanes than this do not make anything faster.
  private static final int MOST_LANES = 64;

  private final Node node;
  private final Host host;
  private final String name;
  final Lane[] lanes;
  private final Tick tick = new Tick();

  /// How many messages a turn may handle; tests make it short.
  int turnLength;

  /// What a runner and a process of this node begin with; tests make it long.
  short firstPatience = Patience.NONE;

  /// Whether each turn gets a thread of its own, which shows code that relies on the thread.
  private final boolean fresh;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int calling;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lockWord;

  private @Nullable Runner resting;
  private int atRest;
  private int awake;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private int ticks;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int ticking;

  private volatile boolean stopped;

  Runners(Node node, String name, boolean fresh) {
    this.node = node;
    this.host = node.host;
    this.name = name;
    this.fresh = fresh;
    this.turnLength = fresh ? 1 : MESSAGES;
    int wanted = Math.clamp(host.parallelism(), 1, MOST_LANES);
    this.lanes = new Lane[Integer.highestOneBit(2 * wanted - 1)];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(host);
    }
  }

  /// Lets all runners end that are at rest. Called when no process is left.
  void stop() {
    stopped = true;
    for (Runner runner : resting()) {
      host.unpark(runner.thread);
    }
  }

  private List<Runner> resting() {
    List<Runner> all = new ArrayList<>();
    lock();
    try {
      for (Runner runner = resting; runner != null; runner = runner.nextResting) {
        runner.resting = false;
        all.add(runner);
      }
    } finally {
      lockWord = 0;
    }
    return all;
  }

  // cells

  /// Lets a cell begin, for which everything is ready. If it fails the cell has not begun.
  void begin(Cell cell) {
    int queued = enqueue(cell, UNBORN);
    try {
      follow(queued);
    } catch (Error e) {
      cell.owe(Cell.OWES_ALERT);
    }
  }

  /// Makes sure that a cell is looked at which has something to do. May be repeated; after an error
  /// it must be.
  void rouse(Cell cell) {
    switch (cell.turn) {
      case IDLE -> follow(enqueue(cell, IDLE));
      case QUEUED -> callIfNeeded();
      case RUNNING -> host.unpark(cell.thread);
      default -> {}
    }
  }

  /// Puts a cell in a lane, if its turn is that.
  ///
  /// @return what has to be done for it, for [#follow]
  private int enqueue(Cell cell, int before) {
    boolean claimed = false;
    boolean queued = false;
    try {
      claimed = TURN.compareAndSet(cell, before, QUEUED);
      if (!claimed) {
        return NOTHING;
      }
      if (fresh) {
        host.start(new Runner(this, cell).thread);
        queued = true;
        return NOTHING;
      }
      Runner mine = Runner.current();
      Lane home = mine == null || mine.runners != this ? null : mine.home;
      int size;
      if (home != null) {
        size = home.push(cell, null, true);
      } else {
        size = 1 + lanes[(int) cell.pid.number() & (lanes.length - 1)].push(cell, null, false);
      }
      queued = true;
      return size == 1 ? TICK_FOR_IT : CALL_FOR_IT;
    } finally {
      if (claimed && !queued) {
        cell.turn = before;
      }
    }
  }

  /// Sees to it that somebody comes for a cell. As long as one waits, a runner is called or it
  /// ticks.
  private void follow(int queued) {
    if (queued == CALL_FOR_IT) {
      call();
    } else if (queued == TICK_FOR_IT) {
      startTicking();
    }
  }

  /// Puts a cell that has had its turn behind the others.
  void requeue(Cell cell, Runner from) {
    if (fresh) {
      host.start(new Runner(this, cell).thread);
      from.cell = null;
    } else {
      follow(
          Objects.requireNonNull(from.home).push(cell, from, true) == 1
              ? TICK_FOR_IT
              : CALL_FOR_IT);
    }
  }

  // runners

  /// Tells whether any cell waits for a runner.
  boolean isAnyWaiting() {
    for (Lane lane : lanes) {
      if (lane.size() > 0) {
        return true;
      }
    }
    return false;
  }

  void callIfNeeded() {
    if (isAnyWaiting()) {
      call();
    }
  }

  /// The calling turn is about to look for a message before it parks: what it made runnable is left
  /// to a runner that was called.
  ///
  /// @return false if there is something, and no runner was called
  static boolean handHomeOver() {
    Runner mine = Runner.current();
    Lane home = mine == null ? null : mine.home;
    if (mine == null || home == null || home.size() == 0) {
      return true;
    }
    if (!mine.runners.isStandbyWaiting()) {
      return false;
    }
    // This may be deep in the user's stack.
    Stack.probe();
    home.urge();
    return true;
  }

  /// The calling turn is about to park in a verb: what it made runnable must not wait for it.
  static void beforePark() {
    Runner mine = Runner.current();
    if (mine != null) {
      Lane home = mine.home;
      if (home != null && home.size() > 0) {
        // This may be deep in the user's stack.
        Stack.probe();
        home.urge();
        mine.runners.call();
      }
    }
  }

  /// Calls one more runner, unless one has been called that has not found work yet.
  void call() {
    if (calling == 0 && CALLING.compareAndSet(this, 0, 1)) {
      boolean called = false;
      try {
        Runner runner = wakeOne();
        if (runner != null) {
          host.unpark(runner.thread);
        } else {
          runner = new Runner(this, null);
          host.start(runner.thread);
        }
        called = true;
      } finally {
        if (!called) {
          calling = 0;
        }
      }
    }
    // Also if another one was called: it may have called itself, when it did not tick.
    startTicking();
  }

  /// A runner that is about to rest is one that was called instead, unless another one is.
  boolean callsItself() {
    return calling == 0 && CALLING.compareAndSet(this, 0, 1);
  }

  /// Looks for a little while for a cell that needs a runner.
  ///
  /// @param home its lane
  /// @return whether there is one, now in the runner's hands
  boolean look(Runner runner, Lane home) {
    for (int left = host.looks(); left > 0 && !stopped; left--) {
      Thread.onSpinWait();
      if (home.isUrgent() && home.take(runner)) {
        return true;
      }
      Lane other = lanes[runner.rotation++ & (lanes.length - 1)];
      if (other != home && other.isUrgent() && other.rob(runner)) {
        return true;
      }
    }
    return false;
  }

  /// Chooses a runner of those at rest, and lets it come back. It stays in the list until it does,
  /// so that it can be woken again should that fail.
  private @Nullable Runner wakeOne() {
    lock();
    try {
      Runner runner = resting;
      if (runner != null) {
        runner.resting = false;
      }
      return runner;
    } finally {
      lockWord = 0;
    }
  }

  /// A runner begins, or comes back from rest. It gets the lane as its home that fewest have.
  void arrived(Runner runner) {
    lock();
    try {
      if (runner.listed) {
        unlist(runner);
      }
      Lane best = lanes[0];
      for (Lane lane : lanes) {
        if (lane.runners < best.runners) {
          best = lane;
        }
      }
      best.runners++;
      runner.home = best;
      awake++;
    } finally {
      lockWord = 0;
    }
  }

  private void unlist(Runner runner) {
    if (resting == runner) {
      resting = runner.nextResting;
    } else {
      Runner before = resting;
      while (before != null && before.nextResting != runner) {
        before = before.nextResting;
      }
      if (before != null) {
        before.nextResting = runner.nextResting;
      }
    }
    runner.nextResting = null;
    runner.listed = false;
    atRest--;
  }

  /// The runner that was called has found work.
  void found(Runner runner) {
    calling = 0;
    runner.called = false;
    callIfNeeded();
  }

  /// Puts a runner that found nothing to do among those at rest, or lets it end if there are
  /// enough.
  ///
  /// @param home its lane
  void rest(Runner runner, Lane home) {
    if (runner.called) {
      calling = 0;
      runner.called = false;
    }
    lock();
    try {
      home.runners--;
      runner.home = null;
      awake--;
      if (atRest < KEPT * lanes.length && !stopped) {
        runner.nextResting = resting;
        resting = runner;
        atRest++;
        runner.listed = true;
        runner.resting = true;
      } else {
        runner.ended = true;
      }
    } finally {
      lockWord = 0;
    }
  }

  /// A runner ends that was declared lost with its cell.
  void leave(Runner runner, Lane home) {
    lock();
    try {
      home.runners--;
      awake--;
      runner.ended = true;
    } finally {
      lockWord = 0;
    }
  }

  /// Finds the next cell for a runner.
  ///
  /// @param home its lane
  /// @param elsewhere whether to look at the other lanes first
  /// @return whether there is one, now in the runner's hands
  boolean next(Runner runner, Lane home, boolean elsewhere) {
    if (!elsewhere && home.take(runner)) {
      return true;
    }
    int from = runner.rotation++;
    for (int i = 0; i < lanes.length; i++) {
      Lane lane = lanes[(from + i) & (lanes.length - 1)];
      if (lane != home && lane.rob(runner)) {
        return true;
      }
    }
    return elsewhere && home.take(runner);
  }

  /// Counts the runners, those at rest included.
  int count() {
    lock();
    try {
      return awake + atRest;
    } finally {
      lockWord = 0;
    }
  }

  boolean isStopped() {
    return stopped;
  }

  boolean isStandbyWaiting() {
    return calling != 0;
  }

  int ticks() {
    return (int) TICKS.getAcquire(this);
  }

  /// Makes sure that it ticks.
  void startTicking() {
    if (ticking == 0 && TICKING.compareAndSet(this, 0, 1)) {
      boolean armed = false;
      try {
        node.timers.arm(tick, host.nanoTime() + TICK_NANOS, TICK);
        armed = true;
      } finally {
        if (!armed) {
          ticking = 0;
        }
      }
    }
  }

  /// Once a millisecond, while turns are given.
  private final class Tick extends TimerEntry {
    private int before;

    @Override
    protected void onDeadline(int purpose) {
      TICKS.setRelease(Runners.this, ticks + 1);
      int now = given();
      boolean waiting = isAnyWaiting();
      if (waiting) {
        call();
      }
      if (waiting || now != before) {
        before = now;
        node.timers.arm(this, host.nanoTime() + TICK_NANOS, TICK);
        return;
      }
      ticking = 0;
      if (isAnyWaiting()) {
        startTicking();
      }
    }

    /// How many turns have been given, in a number that overflows.
    private int given() {
      int sum = 0;
      for (Lane lane : lanes) {
        sum += lane.taken();
      }
      return sum;
    }
  }

  private void lock() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      host.relax(attempt++);
    }
  }

  String threadName() {
    return name;
  }

  Host host() {
    return host;
  }

  // VarHandle mechanics
  private static final VarHandle TURN;
  private static final VarHandle CALLING;
  private static final VarHandle LOCK;
  private static final VarHandle TICKS;
  private static final VarHandle TICKING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TURN = lookup.findVarHandle(Cell.class, "turn", int.class);
      CALLING = lookup.findVarHandle(Runners.class, "calling", int.class);
      LOCK = lookup.findVarHandle(Runners.class, "lockWord", int.class);
      TICKS = lookup.findVarHandle(Runners.class, "ticks", int.class);
      TICKING = lookup.findVarHandle(Runners.class, "ticking", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
