package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A virtual thread that gives turn-style processes their turns.
final class Runner implements Runnable, Thread.UncaughtExceptionHandler {
  /*
   * A loop of steps, each of which can be done again after an error that came out of it: what the runner has in its hands
   * is in the fields `cell`, `loot` and `again`, which change together with the lane or the cell's turn.
   *
   * A turn, seen from its cell:
   * 1 thread = this one, turn = RUNNING, and then look whether the cell is exiting. Who makes it exit sets the state first and then reads
   *   the thread: either this turn does not begin, or its thread is interrupted.
   * 2 handle messages; when there is none left, look for a while whether one comes (`looksOn`). Who sends one meanwhile finds a turn that
   *   goes on, and has nobody to wake. For all others it is a turn that takes a little longer.
   * 3 park the mailbox, thread = nobody, and look at the state (`letGo`). If it is exiting it stays in hand, and ends here.
   * 4 turn = IDLE, and then look at the mailbox and at the state once more (`again`): who pushed or made it exit before that
   *   saw RUNNING, and left it to us. With messages left instead: turn = QUEUED, and into the lane.
   * An interrupt that somebody is about to give for this turn cannot hit the next process: who gives it has read the
   * thread before step 3, so that the cell is exiting for step 3, and the end of the process waits for it
   * (`Cell.settleInterrupt`).
   *
   * `resting` is written under the lock of the runners, and read in a loop around park; `nextResting` is guarded by that lock. All else
   * is the runner's own.
   */
  /// How often a step that failed for want of memory is tried again before others go first.
  static final int STUBBORN = 16;

  /// Every so many turns a runner looks at the other lanes first.
  private static final int ROTATE = 64;

  enum Outcome {
    /// There is no message left.
    EMPTY,
    /// Others have to go first.
    LONG,
    /// The process has ended.
    ENDED
  }

  final Runners runners;
  final Thread thread;

  /// Whether it is for one turn only.
  private final boolean once;

  /// The process whose turn it is.
  @Nullable Cell cell;

  /// What was taken from another lane and has to go into this one's.
  @Nullable Cell loot;

  @Nullable Cell lootEnd;
  int looted;

  /// The process whose turn has ended, to be looked at once more.
  private @Nullable Cell again;

  /// Its lane, while it is not at rest.
  @Nullable Lane home;

  /// Whether its turn has ended for good, and what it threw.
  private boolean over;

  private @Nullable Throwable thrown;

  @Nullable Runner nextResting;
  boolean listed;
  volatile boolean resting;

  /// Whether it was given up with a process, and has to end.
  private boolean lost;

  boolean ended;

  /// Whether it was called, and has not found work yet.
  boolean called;

  int rotation;

  /// Whether it looks a little longer for work before it rests.
  private short patience;

  /// Whether it has looked in vain within the turn that has just ended.
  private boolean looked;

  private int turns;
  private int ticks;

  /// How many steps have failed in a row.
  private int failures;

  /// Creates a runner; its thread is not started.
  ///
  /// @param only the process that it gives one turn, or null if it is for all
  @SuppressWarnings("this-escape")
  Runner(Runners runners, @Nullable Cell only) {
    this.runners = runners;
    this.cell = only;
    this.once = only != null;
    this.patience = runners.firstPatience;
    this.thread = runners.host().processThread(runners.threadName(), this);
  }

  /// Returns the runner whose thread this is, if it is one's.
  static @Nullable Runner current() {
    return Current.runner();
  }

  @Override
  public void run() {
    while (!ended) {
      try {
        step();
      } catch (Throwable e) {
        // The runtime's own step failed, for want of memory or stack; what it was about is still in
        // the fields.
        pause(failures++);
      }
    }
  }

  @Override
  public void uncaughtException(Thread uncaught, Throwable thrown) {
    Current.pass(uncaught, thrown);
  }

  /// Lets others go first, who may free memory, if it has failed often; before, it keeps its
  /// carrier, which may be lost with it.
  private void pause(int attempt) {
    try {
      if (attempt < STUBBORN) {
        runners.host().relax(attempt);
      } else {
        runners.host().yieldThread();
      }
    } catch (Throwable e) {
      runners.host().relax(0);
    }
  }

  private void step() {
    Current.set(this);
    while (!ended) {
      lookAgain();
      if (once) {
        ended = cell == null;
      } else {
        seek();
      }
      Cell mine = cell;
      if (mine != null) {
        if (called) {
          runners.found(this);
        }
        work(mine);
      }
      failures = 0;
    }
  }

  /// Finds a process to give a turn, unless this has one in its hands.
  private void seek() {
    awaitCall();
    Lane mine = home();
    if (lost) {
      runners.leave(this, mine);
      return;
    }
    if (loot != null) {
      mine.pushLoot(this);
      runners.startTicking();
    }
    if (cell == null && !rests(mine)) {
      find(mine);
    }
  }

  private Lane home() {
    if (home == null) {
      runners.arrived(this);
    }
    return Objects.requireNonNull(home);
  }

  private void awaitCall() {
    if (home != null) {
      return;
    }
    while (resting) {
      runners.host().park(this);
      runners.host().clearInterrupt();
    }
    runners.host().progress();
    // Also if it has called itself.
    called = true;
  }

  /// Finds the next process to give a turn, or goes to rest.
  private void find(Lane mine) {
    if (runners.isStopped()) {
      runners.leave(this, mine);
      return;
    }
    if (!runners.next(this, mine, ++turns % ROTATE == 0) && !looks(mine)) {
      rest(mine);
      return;
    }
    if (loot != null) {
      mine.pushLoot(this);
      runners.startTicking();
    }
  }

  /// Goes on looking for a little while, if that has been worth it lately.
  ///
  /// @return whether it has found a process to give a turn
  private boolean looks(Lane mine) {
    if (looked) {
      looked = false;
      return false;
    }
    if (!Patience.isThere(patience)) {
      patience = Patience.unused(patience);
      return false;
    }
    if (runners.host().looks() == 0) {
      return false;
    }
    if (!called) {
      if (!runners.callsItself()) {
        return false;
      }
      called = true;
    }
    boolean found = runners.look(this, mine);
    patience = Patience.used(patience, found);
    return found;
  }

  /// Goes on looking for a message for a process whose turn would end, if that has been worth it
  /// lately. Not if another process waits in this runner's lane, for which nobody else may have
  /// been called, and not if its time is over.
  ///
  /// @return whether one has come, and the turn goes on
  private boolean looksOn(Mailbox mailbox) {
    Lane lane = home;
    if (lane == null
        || !Patience.isThere(patience)
        || lane.size() > 0
        || runners.ticks() != ticks) {
      return false;
    }
    int left = runners.host().looks();
    if (left == 0) {
      return false;
    }
    boolean found = false;
    while (left-- > 0 && !found) {
      Thread.onSpinWait();
      found = mailbox.hasNews();
    }
    patience = Patience.used(patience, found);
    looked = !found;
    return found;
  }

  private void rest(Lane mine) {
    runners.rest(this, mine);
    runners.callIfNeeded();
  }

  /// Lets the other virtual threads of this carrier go first when it has had its time.
  ///
  /// @return whether it has gone to rest, because another runner waits to take its place
  private boolean rests(Lane mine) {
    int now = runners.ticks();
    if (now == ticks) {
      return false;
    }
    ticks = now;
    runners.host().progress();
    if (runners.isStandbyWaiting() && !called) {
      rest(mine);
      return true;
    }
    runners.host().yieldThread();
    return false;
  }

  /// Looks at a process once more whose turn has ended: what came before it was idle nobody else
  /// will look at.
  private void lookAgain() {
    Cell last = again;
    if (last == null) {
      return;
    }
    if (last.state != Cell.ALIVE || !last.mailbox.isParked()) {
      runners.rouse(last);
    }
    again = null;
  }

  // a turn

  /// Gives a process its turn.
  private void work(Cell mine) {
    if (!over && mine.state >= Cell.DEAD) {
      // All runners were busy, and it was dismantled without one; or it was declared dead when its
      // turn was over already, and something still held the thread up.
      if (mine.declared) {
        mine.node.quarantine.remove(thread);
        lost = true;
      }
      cell = null;
      return;
    }
    Outcome outcome = null;
    if (!over) {
      if (Current.runner() != this) {
        Current.set(this);
      }
      mine.thread = thread;
      mine.turn = Runners.RUNNING;
      try {
        Surroundings.enter(mine);
        outcome = handle(mine);
        over = outcome == Outcome.ENDED;
      } catch (Throwable e) {
        thrown = e;
        over = true;
      }
      mine.inVerb = false;
      Surroundings.leave(mine);
    }
    if (over) {
      end(mine);
    } else if (outcome == Outcome.EMPTY) {
      idle(mine);
    } else {
      requeue(mine);
    }
  }

  private Outcome handle(Cell mine) throws Exception {
    if (mine.state != Cell.ALIVE) {
      return Outcome.ENDED;
    }
    Behaviour behaviour;
    if (mine.code instanceof Behaviour known) {
      behaviour = known;
    } else {
      behaviour = start(mine);
      if (behaviour == Answer.DONE) {
        return Outcome.ENDED;
      }
      mine.code = behaviour;
    }
    Mailbox mailbox = mine.mailbox;
    looked = false;
    int left = runners.turnLength;
    boolean recorded = Flight.isInitialized();
    // What was sent after an exit signal is never seen (S4).
    while (mine.state == Cell.ALIVE) {
      Message next = mailbox.first();
      if (next == null) {
        if (!mailbox.take() && !looksOn(mailbox)) {
          return Outcome.EMPTY;
        }
        continue;
      }
      if (left-- == 0) {
        return Outcome.LONG;
      }
      Object message = next.open();
      if (message == null) {
        mailbox.skip(next);
        continue;
      }
      if (!mailbox.remove(next)) {
        continue;
      }
      Tracer tracer = mine.node.tracer;
      if (tracer != null) {
        tracer.delivered(mine.pid, next, message);
      }
      Flight.LongTurn event = recorded ? Flight.turnBegins() : null;
      Behaviour answer;
      try {
        answer = behaviour.handle(message);
      } finally {
        if (event != null) {
          Flight.turnEnded(event, mine, message);
        }
      }
      if (answer != Answer.SAME) {
        if (answer == Answer.DONE) {
          return Outcome.ENDED;
        }
        behaviour = Turns.next(behaviour, answer);
        mine.code = behaviour;
      }
    }
    return Outcome.ENDED;
  }

  private static Behaviour start(Cell mine) throws Exception {
    if (!(mine.code instanceof Turns turns)) {
      throw new IllegalStateException("the behaviour of " + mine.pid + " was started before");
    }
    mine.code = null;
    return Turns.start(turns.start);
  }

  /// The mailbox was empty: the process needs no runner until something comes.
  private void idle(Cell mine) {
    if (!mine.mailbox.park()) {
      // There is something now.
      requeue(mine);
      return;
    }
    if (letGo(mine)) {
      again = mine;
      cell = null;
      mine.turn = Runners.IDLE;
    }
  }

  /// It has more to do, after others.
  private void requeue(Cell mine) {
    if (letGo(mine)) {
      mine.turn = Runners.QUEUED;
      runners.requeue(mine, this);
    }
  }

  /// Takes this thread back from a process whose turn is over.
  ///
  /// @return false if the process is exiting, and may be interrupted on this thread: it stays in
  ///   this runner's hands, and ends there
  private boolean letGo(Cell mine) {
    runners.host().clearInterrupt();
    mine.thread = mine.node.reserve.thread;
    return mine.state == Cell.ALIVE;
  }

  private void end(Cell mine) {
    boolean declared = Dismantling.unwound(mine, thrown);
    // One that was quarantined may be interrupted as such at any time.
    lost = declared;
    cell = null;
    over = false;
    thrown = null;
  }
}
