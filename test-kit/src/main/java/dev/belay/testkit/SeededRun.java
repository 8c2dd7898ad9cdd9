package dev.belay.testkit;

import dev.belay.internal.host.Host;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One run of a test under a seed: its threads, of which one at a time has the turn, and its clock.
///
/// The test's own thread, which [#enter]s and [#leave]s the run, is one of them.
final class SeededRun {
  /*
   * A thread that has the turn runs until it asks the host for something by which others could notice it, or be noticed: then it says
   * what it waits for (`need`), chooses at random who goes on, hands over the turn, and waits for it in SeededThread.await.
   * Everything but the volatile fields belongs to the thread that has the turn, and goes with it by `running`.
   *
   * Time stands still while anybody can run, and then jumps to the earliest deadline. If there is none, and so nobody will ever run
   * again, that is the verdict.
   *
   * A verdict ends all turns (`release`): from then on the host is the JDK, whose time begins where the run's ended and goes faster.
   * Every thread that waited returns from its park for no reason, which the runtime allows for. So nodes can be shut down as ever,
   * whatever their processes are stuck in. The test's thread throws the verdict when it comes to the host.
   * A thread that is about to unpark another while turns end sees `released` afterwards, or the other one returns later than that.
   *
   * | field                          | writers                          |
   * | running, steps, now, threads   | the thread that has the turn     |
   * | released, verdict, realBase    | any, under the monitor           |
   * | all others                     | the thread that has the turn     |
   */

  /// The time at which a run begins.
  static final long START = 1_000_000_000;

  /// A deadline that does not come.
  static final long NEVER = Long.MAX_VALUE;

  /// A thread that waits for another one to leave a critical section tries again after so many
  /// steps of others.
  static final int RELAX_STEPS = 16;

  /// Nobody waits for longer than this, which is 36 years: it means for ever.
  private static final long LONGEST = Long.MAX_VALUE / 8;

  /// With ranks, of how many steps one changes the rank of who made it.
  private static final int RANK_STEPS = 8;

  private static final long MOST_STEPS = 500_000;
  private static final int MOST_POLLS = 100_000;

  /// How much faster time passes after the verdict, but not at once: until a dump has been made.
  private static final int SPEED = 20;

  private static final long CALM_NANOS = 250_000_000;

  private static final long PATIENT_NANOS = 1_000_000_000;
  private static final Host JDK = Host.jdk();

  final long seed;
  final Host host = new SeededHost(this);
  private final SeededDice dice;
  private final SeededThread test;

  /// Whether the thread of the highest rank goes first; otherwise in one of `patience` choices the
  /// next is anybody, and in the others the same thread goes on.
  private final boolean ranked;

  private final int patience;
  private final IdentityHashMap<Thread, SeededThread> known = new IdentityHashMap<>();
  private SeededThread[] candidates = new SeededThread[16];
  private int created;
  private int polls;
  private long digest;
  private boolean draining;

  volatile SeededThread running;
  volatile long steps;
  volatile SeededThread[] threads = {};
  volatile boolean released;
  volatile boolean over;
  private volatile long now = START;
  private volatile long realBase;
  private volatile @Nullable Verdict verdict;
  private boolean told;

  /// Why the run ended before the test did.
  ///
  /// @param failed whether it is a failure; otherwise nothing can be said of the test
  /// @param what what happened
  /// @param dump whether it takes a dump of the nodes to understand
  record Verdict(boolean failed, String what, boolean dump) {}

  SeededRun(long seed) {
    this.seed = seed;
    this.dice = new SeededDice(seed);
    int manner = dice.below(4);
    this.ranked = manner == 3;
    this.patience = 1 << manner;
    this.test = newThread("the test's thread");
    this.running = test;
  }

  // the whole

  /// Makes the calling thread the test's; it has the turn.
  void enter() {
    test.thread(Thread.currentThread());
    test.started = true;
    test.awake = true;
    known.put(Thread.currentThread(), test);
    add(test);
    new SeededWatchdog(this).start();
  }

  /// Ends the run; on the test's thread, when its nodes have been closed.
  void leave() {
    over = true;
    release();
  }

  /// Tells why the run ended before the test did, if it did.
  @Nullable Verdict verdict() {
    return verdict;
  }

  /// Ends all turns because of something.
  void end(Verdict why) {
    synchronized (this) {
      if (verdict == null && !over) {
        verdict = why;
      }
    }
    release();
  }

  private void release() {
    synchronized (this) {
      if (!released) {
        realBase = JDK.nanoTime();
        released = true;
      }
    }
    for (SeededThread thread : threads) {
      LockSupport.unpark(thread.thread());
    }
  }

  /// Ends the test, once, where it waits for what will not come.
  private void endTest() {
    Verdict why = verdict;
    if (why != null && !told && Thread.currentThread() == test.thread()) {
      told = true;
      throw new SeededEnd(why.what());
    }
  }

  /// Returns a number that two runs have in common if the same threads had their turns in the same
  /// order and at the same times.
  long digest() {
    return digest;
  }

  Thread testThread() {
    return test.thread();
  }

  long nanoTime() {
    if (!released) {
      return now;
    }
    long real = JDK.nanoTime() - realBase;
    return now + real + Math.max(0, real - CALM_NANOS) * (SPEED - 1);
  }

  /// Tells whether a thread could go on, if it had the turn.
  boolean awaitsTurn(Thread thread) {
    SeededThread me = running;
    if (released || me.thread() != Thread.currentThread()) {
      return false;
    }
    SeededThread other = known.get(thread);
    return other != null && other != me && other.canRun(now, steps);
  }

  /// Lets nobody but those who write reports and traces run while the calling thread waits.
  void draining(boolean on) {
    draining = on;
  }

  // threads

  private SeededThread newThread(String name) {
    boolean background = name.startsWith("belay-reporter") || name.startsWith("belay-trace");
    SeededThread thread =
        new SeededThread(this, created++, name, background, name.startsWith("belay-reserve"));
    thread.rank = dice.next();
    return thread;
  }

  private void add(SeededThread thread) {
    SeededThread[] all = Arrays.copyOf(threads, threads.length + 1);
    all[all.length - 1] = thread;
    threads = all;
  }

  private void remove(SeededThread gone) {
    SeededThread[] all = threads;
    SeededThread[] left = new SeededThread[all.length - 1];
    int count = 0;
    for (SeededThread thread : all) {
      if (thread != gone) {
        left[count++] = thread;
      }
    }
    threads = left;
    known.remove(gone.thread());
  }

  /// Returns the calling thread, which has the turn, or null if there are no turns any more.
  private @Nullable SeededThread mine() {
    if (released) {
      return null;
    }
    SeededThread me = running;
    Thread caller = Thread.currentThread();
    if (me.thread() != caller) {
      String stack = SeededWatchdog.frames(caller.getStackTrace());
      end(
          new Verdict(
              false,
              caller
                  + ", which belongs neither to the test nor to its nodes, used a node, and nobody can say when it does that:"
                  + stack
                  + "\nLet a process do it, or test this without @Interleaved.",
              false));
      return null;
    }
    return me;
  }

  Thread create(String name, Runnable body, Function<Runnable, Thread> make) {
    if (mine() == null) {
      return make.apply(body);
    }
    SeededThread fresh = newThread(name);
    Thread thread = make.apply(() -> live(fresh, body));
    fresh.thread(thread);
    known.put(thread, fresh);
    return thread;
  }

  private void live(SeededThread me, Runnable body) {
    try {
      me.await();
      body.run();
    } finally {
      ended(me);
    }
  }

  private void ended(SeededThread me) {
    me.ended = true;
    if (released) {
      return;
    }
    remove(me);
    SeededThread next = pick(null);
    if (next != null) {
      giveTurn(next);
    }
  }

  void start(Thread thread) {
    SeededThread me = mine();
    SeededThread fresh = me == null ? null : known.get(thread);
    if (me == null || fresh == null) {
      JDK.start(thread);
      return;
    }
    JDK.start(thread);
    fresh.started = true;
    add(fresh);
    step(me);
    if (released) {
      JDK.unpark(thread);
    }
  }

  // what the host is asked for

  void park(Object blocker, long nanos) {
    SeededThread me = mine();
    if (me == null) {
      endTest();
      if (nanos == NEVER) {
        JDK.park(blocker);
      } else {
        JDK.parkNanos(blocker, Math.max(1, nanos / SPEED));
      }
      return;
    }
    me.interrupted = Thread.currentThread().isInterrupted();
    await(me, SeededThread.Need.PARK, nanos);
    endTest();
  }

  private void await(SeededThread me, SeededThread.Need need, long nanos) {
    me.need = need;
    me.deadline = nanos > LONGEST ? NEVER : now + nanos;
    me.inPatience = me.patient && nanos >= PATIENT_NANOS;
    step(me);
  }

  void unpark(Thread thread) {
    SeededThread me = mine();
    SeededThread target = me == null ? null : known.get(thread);
    if (me == null || target == null) {
      JDK.unpark(thread);
      return;
    }
    target.permit = true;
    if (!target.background) {
      step(me);
    }
    if (released) {
      JDK.unpark(thread);
    }
  }

  void interrupt(Thread thread) {
    SeededThread me = mine();
    SeededThread target = me == null ? null : known.get(thread);
    if (target != null) {
      target.interrupted = true;
    }
    try {
      JDK.interrupt(thread);
    } finally {
      if (me != null && target != null) {
        step(me);
      }
    }
  }

  boolean clearInterrupt() {
    SeededThread me = mine();
    if (me != null) {
      me.interrupted = false;
    }
    return JDK.clearInterrupt();
  }

  void relax(int attempt) {
    SeededThread me = mine();
    if (me == null) {
      JDK.relax(attempt);
      return;
    }
    me.need = SeededThread.Need.OTHERS;
    me.relaxedAt = steps;
    step(me);
  }

  void yieldThread() {
    SeededThread me = mine();
    if (me == null) {
      JDK.yieldThread();
    } else {
      step(me);
    }
  }

  void aboutToSend() {
    SeededThread me = mine();
    if (me != null) {
      step(me);
    }
  }

  boolean join(Thread thread, long nanos) {
    SeededThread me = mine();
    SeededThread target = me == null ? null : known.get(thread);
    if (me == null || target == null) {
      return JDK.join(thread, nanos / SPEED);
    }
    me.other = target;
    await(me, SeededThread.Need.END, nanos);
    return target.ended;
  }

  // turns

  /// Lets the calling thread go on, perhaps after others.
  private void step(SeededThread me) {
    SeededThread next = pick(me);
    if (next != null && next != me) {
      giveTurn(next);
      me.await();
    }
  }

  private void giveTurn(SeededThread next) {
    next.awake = false;
    running = next;
    LockSupport.unpark(next.thread());
  }

  /// Chooses who goes on.
  ///
  /// @return null if there are no turns any more
  private @Nullable SeededThread pick(@Nullable SeededThread me) {
    long step = steps + 1;
    steps = step;
    if (step > MOST_STEPS) {
      end(
          new Verdict(
              true,
              "the run did not end within "
                  + MOST_STEPS
                  + " steps, in which "
                  + SeededWatchdog.seconds(now - START)
                  + " of its time have passed. Does a process work without end, or wait again and again?",
              true));
      return null;
    }
    while (true) {
      int count = runnable(step);
      if (count > 0) {
        SeededThread next = choose(count, me);
        digest = SeededDice.mix(digest * 31 + next.id) + now;
        next.proceed();
        return next;
      }
      if (!advance()) {
        end(
            new Verdict(
                true,
                "deadlock: the test waits, and no process can run or waits for a time",
                true));
        return null;
      }
    }
  }

  /// Finds those who may go on now, in `candidates`.
  private int runnable(long step) {
    int normal = collect(draining, false, step);
    if (normal > 0) {
      polls = 0;
      return normal;
    }
    int others = collect(!draining, false, step);
    if (others > 0) {
      polls = 0;
      return others;
    }
    // Somebody waits for others who can only go on when time has passed, or when it tries again.
    int relaxing = collect(false, true, step);
    if (relaxing == 0 || ++polls > MOST_POLLS) {
      return 0;
    }
    return relaxing;
  }

  private int collect(boolean background, boolean relaxing, long step) {
    SeededThread[] all = threads;
    if (candidates.length < all.length) {
      candidates = new SeededThread[2 * all.length];
    }
    int count = 0;
    for (SeededThread thread : all) {
      boolean fits =
          relaxing
              ? thread.need == SeededThread.Need.OTHERS
              : thread.background == background && thread.canRun(now, step);
      if (fits) {
        candidates[count++] = thread;
      }
    }
    return count;
  }

  private SeededThread choose(int count, @Nullable SeededThread me) {
    if (count == 1) {
      return candidates[0];
    }
    if (ranked) {
      if (me != null && dice.below(RANK_STEPS) == 0) {
        me.rank = dice.next();
      }
      SeededThread best = candidates[0];
      for (int i = 1; i < count; i++) {
        best = candidates[i].rank > best.rank ? candidates[i] : best;
      }
      return best;
    }
    if (dice.below(patience) != 0 && me != null) {
      for (int i = 0; i < count; i++) {
        if (candidates[i] == me) {
          return me;
        }
      }
    }
    return candidates[dice.below(count)];
  }

  /// Lets time pass until the earliest deadline.
  ///
  /// @return whether there was one
  private boolean advance() {
    long earliest = NEVER;
    for (SeededThread thread : threads) {
      if (!thread.inPatience) {
        earliest = Math.min(earliest, thread.deadline);
      }
    }
    if (earliest == NEVER) {
      return false;
    }
    polls = 0;
    now = Math.max(now, earliest);
    return true;
  }
}
