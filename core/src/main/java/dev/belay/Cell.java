package dev.belay;

import dev.belay.internal.host.Host;
import dev.belay.internal.timer.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The runtime's record of one process: its state, mailbox, bonds and possessions.
///
/// Every verb ends up here. What happens to a cell, on which thread and in which order, is written
/// down in `docs/decisions/0001-signal-delivery.md`; the classes [Links], [Watches], [Exits] and
/// [Dismantling] are its chapters.
final class Cell extends TimerEntry
    implements Runnable, Owed, Interrupter.Target, Thread.UncaughtExceptionHandler {
  /*
   * | field                                          | guard, writers                         |
   * | lockWord                                       | CAS to take, volatile write to release |
   * | state, cause                                   | written under the lock; state is read anywhere (volatile), cause after state |
   * | trapExits, links, watching, watchers, nameEntry, owned, closing, unwound, declared, claimed, noticed, brief | the lock; after the time of death the dismantler alone |
   * | interrupt                                      | owed, and asked for again, under the lock; asked for, given and taken back by CAS; ended by who gave it (volatile) |
   * | nextTarget                                     | who asked for the interrupt, then the interrupter |
   * | thread                                         | volatile; the dismantler replaces it when nobody interrupts any more |
   * | inVerb, selecting, patience, awaits, refs      | the process's own thread, plain; see Grace.declare |
   * | owedWork                                       | CAS from any thread                    |
   * | settled, death                                 | the dismantler                         |
   * | turn                                           | see Runners; CAS out of IDLE, volatile by the runner that has the cell |
   * | nextRunnable                                   | the lane's lock                        |
   * | code, and all that is the process's own thread's | in turn-style: the runner that has the cell, published by `turn` and the lanes |
   *
   * Hazard, "lock left behind": the lock is released by a field write in the frame that took it, never by
   * a call, so that a stack overflow cannot strike there.
   */
  static final int ALIVE = 0;
  static final int EXITING = 1;

  /// Past the time of death: no bond can be made with it any more.
  static final int DEAD = 2;

  /// Everybody has been told.
  static final int GONE = 3;

  /// What the cell's timer is armed for.
  static final int RECEIVE_DEADLINE = 1;

  static final int GRACE = 2;

  /// States of the interrupt.
  static final int NO_INTERRUPT = 0;

  /// Somebody who made the cell exit is about to ask for it.
  static final int INTERRUPT_OWED = 1;

  /// It is with the interrupter.
  static final int INTERRUPT_ASKED = 2;

  static final int INTERRUPT_UNDER_WAY = 3;

  /// The process has noticed by itself; the interrupter does not know yet.
  static final int INTERRUPT_CANCELLED = 4;

  /// What the reserve owes a cell; bits of owedWork.
  static final int OWES_ALERT = 1;

  static final int OWES_DISMANTLING = 2;
  static final int OWES_DECLARATION = 4;
  static final int OWES_CLOSING = 8;
  static final int OWES_UNDOING = 16;
  static final int OWES_ROOM = 32;

  /// How often a thread looks whether its interrupt has been given before it sleeps between two
  /// looks.
  private static final int PATIENT_ATTEMPTS = 64;

  private static final long PATIENT_NANOS = 1_000_000;

  final Node node;
  final Pid pid;
  final Mailbox mailbox;
  final SpawnOptions options;
  final Ancestors ancestors;

  /// The process's own thread; for the inbox of a plain thread, that thread.
  volatile Thread thread;

  /// Whether there is no body to unwind: the cell is the inbox of a plain thread.
  final boolean bodiless;

  /// What it does, in one field, since records are to be small: the body of a receive-style process
  /// until it begins; in turn-style the [Turns] until it starts, and from then on its behaviour.
  @Nullable Object code;

  final Class<?> initial;

  volatile int lockWord;
  volatile int state;

  /// Whether the runtime owes the thread an interrupt, or is about to give it one. A process that
  /// notices its exit before takes it back; one that is under way it waits for before any more code
  /// of its user's runs.
  volatile int interrupt;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int owedWork;

  private @Nullable Owed nextOwed;
  private Interrupter.@Nullable Target nextTarget;
  volatile @Nullable AliveWaiter waiters;

  // guarded by the lock
  boolean trapExits;
  @Nullable LinkTable links;
  @Nullable Watch watching;
  @Nullable Watch watchers;
  Names.@Nullable Entry nameEntry;
  @Nullable Slot owned;
  @Nullable Cause cause;
  boolean brief;

  /// When its grace is over, if nothing shortens it.
  long graceEnd;

  boolean noticed;
  boolean unwound;
  boolean declared;
  boolean claimed;
  boolean closerStarved;

  /// Whether its thread was never started: the spawn failed, and nobody should hear of it who did
  /// not see it.
  boolean unborn;

  byte closing;
  byte rounds;

  /// How often the reserve has waited for it to be given a carrier; the reserve's own.
  byte carrierWaits;

  /// Whether the reserve has seen its thread on a carrier after its grace; the reserve's own.
  boolean seenRunning;

  @Nullable Closing closer;
  @Nullable Possessions possessions;

  @Nullable UserTimer timers;
  boolean timersClosed;

  // of turn-style processes
  final boolean inTurns;
  volatile int turn;
  @Nullable Cell nextRunnable;

  // the process's own
  @Nullable Awaited awaits;
  boolean inVerb;
  boolean selecting;

  /// Whether it looks a little longer for a message before it parks.
  short patience;

  /// Whether its interrupt is settled, and none will come.
  private boolean quiet;

  private long refs;
  private @Nullable Ancestors asParent;
  @Nullable IdentityHashMap<ProcessLocal<?>, Object> locals;

  // for its crash report
  final long born;

  // the dismantler's
  byte settled;
  @Nullable Cause death;

  /// Whether settling was cut short by an error; written before the debt that resumes it.
  volatile boolean stalled;

  /// Whether the body has left although its thread could not record it, and what it threw;
  /// likewise.
  volatile boolean left;

  @Nullable Throwable leftWith;
  @Nullable AliveWaiter releasing;

  // the process table's
  @Nullable Cell nextInTable;

  @SuppressWarnings("this-escape")
  Cell(Node node, long number, SpawnOptions options, Ancestors ancestors, Body body) {
    this.node = node;
    this.pid = new Pid(node.id, number, this);
    this.options = options;
    this.ancestors = ancestors;
    this.born = node.host.nanoTime();
    this.bodiless = false;
    this.patience = node.runners.firstPatience;
    this.mailbox = new Mailbox(options.bound(this));
    this.code = body;
    if (body instanceof Turns turns) {
      this.inTurns = true;
      this.initial = turns.initial;
      this.thread = node.reserve.thread;
    } else {
      this.inTurns = false;
      this.initial = body.getClass();
      this.thread = node.host.processThread(options.threadName(pid), this);
    }
  }

  @SuppressWarnings("this-escape")
  Cell(Node node, long number, Thread owner) {
    this.node = node;
    this.pid = new Pid(node.id, number, this);
    this.options = SpawnOptions.INBOX;
    this.ancestors = Ancestors.NONE;
    this.initial = Inbox.class;
    this.born = node.host.nanoTime();
    this.bodiless = true;
    this.patience = owner.isVirtual() ? node.runners.firstPatience : node.patienceOutside;
    this.mailbox = new Mailbox();
    this.inTurns = false;
    this.thread = owner;
  }

  // the current process

  /// Returns the cell whose thread this is, without any check.
  static @Nullable Cell currentOrNull() {
    return Current.cell();
  }

  /// Begins a verb on the calling process. The caller ends it with `cell.inVerb = false` in a
  /// finally block.
  ///
  /// @param verb its name, for the message if it cannot be called here
  static Cell enter(String verb) {
    Cell cell = currentOrNull();
    if (cell == null) {
      throw Misuse.outsideProcess(verb);
    }
    assert Misuse.notInInitialiser(verb);
    if (cell.selecting) {
      throw Misuse.inSelector(verb);
    }
    cell.inVerb = true;
    if (cell.state != ALIVE) {
      cell.inVerb = false;
      throw cell.unwinding();
    }
    return cell;
  }

  /// Returns the calling process for what works while it is exiting, too.
  static Cell current(String verb) {
    Cell cell = currentOrNull();
    if (cell == null) {
      throw Misuse.outsideProcess(verb);
    }
    return cell;
  }

  String label() {
    return options.label();
  }

  Host host() {
    return node.host;
  }

  Ref newRef() {
    return new Ref(pid, ++refs);
  }

  Ancestors asParent() {
    Ancestors known = asParent;
    Pid leader = groupLeader();
    if (known == null || !Objects.equals(known.leader(), leader)) {
      known = ancestors.with(pid, leader);
      asParent = known;
    }
    return known;
  }

  @Nullable Pid groupLeader() {
    Pid changed = node.groupLeaders.of(this);
    return changed != null ? changed : ancestors.leader();
  }

  /// The life of a process, on its own thread.
  @Override
  public void run() {
    Throwable thrown = null;
    try {
      Current.set(this);
      host().progress();
      Object first = code;
      code = null;
      if (state == ALIVE && first instanceof Body given) {
        Surroundings.enter(this);
        given.run();
      }
    } catch (Throwable e) {
      thrown = e;
    }
    inVerb = false;
    if (node.loggingContext != null) {
      try {
        Surroundings.leave(this);
      } catch (Throwable e) {
        // For want of stack or memory to call it with. The death must be told.
      }
    }
    boolean said = false;
    for (int attempt = 0; !said; attempt++) {
      try {
        Dismantling.unwound(this, thrown);
        said = true;
      } catch (Throwable e) {
        // It catches all errors but those of being called: the JVM needs memory to load a class and
        // to link a call for the first time.
        pause(attempt);
      }
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    Current.pass(thread, thrown);
  }

  /// Lets others go first, who may free memory, if it has failed often; before, it keeps its
  /// carrier, which may be lost with it.
  private void pause(int attempt) {
    try {
      if (attempt < Runner.STUBBORN) {
        host().relax(attempt);
      } else {
        host().yieldThread();
      }
    } catch (Throwable e) {
      host().relax(0);
    }
  }

  // lock

  /// Takes the lock. Release it with `cell.lockWord = 0` in a finally block of the same frame.
  void lock() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      node.host.relax(attempt++);
    }
  }

  /// Returns the link table, made on first use; under the lock.
  LinkTable linkTable() {
    LinkTable table = links;
    if (table == null) {
      table = new LinkTable();
      links = table;
    }
    return table;
  }

  @Nullable LinkEnd findLink(Pid peer) {
    LinkTable table = links;
    return table == null ? null : table.find(peer);
  }

  // being told to exit

  /// Makes the cell exit; under the lock, and only if it is alive. The caller then calls [#alert]
  /// without the lock.
  void beginExit(Cause why, boolean briefGrace) {
    Tracer tracer = node.tracer;
    if (tracer != null && !unborn) {
      tracer.exiting(pid, why);
    }
    graceEnd = node.host.nanoTime() + options.graceNanos(briefGrace);
    cause = why;
    brief = briefGrace;
    if (!bodiless && options.interruptPolicy() == InterruptPolicy.ALLOWED) {
      interrupt = INTERRUPT_OWED;
    }
    state = EXITING;
  }

  /// Tells the process that it is exiting, whatever it is doing, and arms its grace; a process that
  /// is not exiting is only woken. May be repeated. A caller that gets an `Error` from it owes
  /// [#OWES_ALERT].
  void alert() {
    if (state != EXITING) {
      rouse();
      return;
    }
    if (bodiless) {
      rouse();
      owe(OWES_DISMANTLING);
      return;
    }
    Grace.arm(this);
    tell();
    Bound bound = mailbox.bound;
    if (bound != null) {
      bound.admit();
    }
    if (options.interruptPolicy() == InterruptPolicy.NEVER) {
      Dismantling.close(this);
    }
  }

  /// Wakes or interrupts a process that is exiting. May be repeated.
  void tell() {
    // Several may do this at once: who told it to exit, whoever was about to wake it anyway, and
    // the timer of its grace. One of them asks for the interrupt.
    if (changeInterrupt(INTERRUPT_OWED, INTERRUPT_ASKED)) {
      wakeOrInterrupt();
    } else {
      rouse();
    }
    if (interrupt == INTERRUPT_ASKED) {
      node.interrupter.wake();
    }
  }

  /// Wakes the process if it waits in `receive`, or for a runner.
  private void rouse() {
    mailbox.wake();
    if (inTurns) {
      node.runners.rouse(this);
    } else {
      host().unpark(thread);
    }
  }

  /// Tells of a turn-style process that no runner has it in its hands. Once it is exiting, none of
  /// its code runs again if that is so.
  boolean isBetweenTurns() {
    return inTurns && turn != Runners.RUNNING;
  }

  /// Lets a process begin whose bonds are all made. If it fails, it has not begun.
  void begin() {
    if (inTurns) {
      node.runners.begin(this);
    } else {
      host().start(thread);
    }
  }

  /// Wakes the process if it waits in `receive`, and otherwise asks for its interrupt.
  private void wakeOrInterrupt() {
    boolean asked = false;
    boolean done = false;
    try {
      if (mailbox.wake() || isBetweenTurns()) {
        rouse();
      } else if (currentOrNull() != this) {
        node.interrupter.push(this);
        asked = true;
      }
      done = true;
    } finally {
      if (!asked) {
        notAsked(done ? NO_INTERRUPT : INTERRUPT_OWED);
      }
    }
  }

  /// Asks for another interrupt, for which the word has been set under the lock.
  void interruptAgain() {
    boolean asked = false;
    try {
      node.interrupter.push(this);
      asked = true;
    } finally {
      if (!asked) {
        notAsked(NO_INTERRUPT);
      }
    }
    node.interrupter.wake();
  }

  /// The cell is not with the interrupter after all. If the process has noticed meanwhile, no
  /// interrupt must come.
  private void notAsked(int otherwise) {
    if (!changeInterrupt(INTERRUPT_ASKED, otherwise)) {
      interrupt = NO_INTERRUPT;
    }
  }

  @Override
  public void giveInterrupt() {
    boolean wanted = changeInterrupt(INTERRUPT_ASKED, INTERRUPT_UNDER_WAY);
    try {
      Thread target = thread;
      if (wanted && target != node.reserve.thread) {
        host().interrupt(target);
      }
    } catch (Throwable e) {
      // From the closing of a channel: then the JDK has not unparked it. If the interrupt was not
      // given
      // at all, another one comes when the next part of the grace is over.
      host().unpark(thread);
    } finally {
      interrupt = NO_INTERRUPT;
    }
  }

  @Override
  public Interrupter.@Nullable Target nextTarget() {
    return nextTarget;
  }

  @Override
  public void nextTarget(Interrupter.@Nullable Target next) {
    nextTarget = next;
  }

  /// Notices, on the process's own thread, that it is exiting. No interrupt of the runtime's
  /// arrives after this.
  ///
  /// @return what the verb throws
  ExitSignalError unwinding() {
    if (bodiless) {
      throw Misuse.closedInbox(this);
    }
    if (!quiet) {
      Stack.probe();
      lock();
      try {
        noticed = true;
      } finally {
        lockWord = 0;
      }
      settleInterrupt();
      // If an error came between, the next verb settles it.
      quiet = true;
    }
    return ExitSignalError.of(this);
  }

  /// Makes sure, on the process's own thread, that no interrupt of the runtime's is to come any
  /// more, and clears the status.
  void settleInterrupt() {
    for (int attempt = 0; !takeBackInterrupt(); attempt++) {
      if (attempt < PATIENT_ATTEMPTS) {
        host().relax(attempt);
      } else {
        // It may be stuck in a channel that does not close. A thread that is interrupted cannot
        // wait.
        attempt = PATIENT_ATTEMPTS;
        host().clearInterrupt();
        host().parkNanos(this, PATIENT_NANOS);
      }
    }
    host().clearInterrupt();
  }

  /// Takes the interrupt back, if there is one that has not been given.
  ///
  /// @return whether none will come; false if one is under way
  private boolean takeBackInterrupt() {
    while (true) {
      int now = interrupt;
      switch (now) {
        case NO_INTERRUPT, INTERRUPT_CANCELLED -> {
          return true;
        }
        case INTERRUPT_UNDER_WAY -> {
          return false;
        }
        default -> {
          int taken = now == INTERRUPT_OWED ? NO_INTERRUPT : INTERRUPT_CANCELLED;
          if (changeInterrupt(now, taken)) {
            return true;
          }
        }
      }
    }
  }

  /// Lets go of the thread, so that pids, which keep their cell, do not keep it; for the
  /// dismantler. A thread that is being interrupted just now stays.
  void forgetThread() {
    if (takeBackInterrupt()) {
      thread = node.reserve.thread;
    }
  }

  /// Throws if the process is exiting; at the end of a verb that may have told the process itself
  /// to exit.
  void checkAlive() {
    if (state != ALIVE) {
      throw unwinding();
    }
  }

  // debts

  /// Hands work on this cell to the reserve.
  void owe(int work) {
    addDebts(work);
    node.reserve.owe(this);
  }

  /// Does, with nothing at stake, what a death falls back on when memory is short: the JVM links an
  /// access by a VarHandle when it is made for the first time, and needs memory for it. So each of
  /// these stands in one place only.
  void rehearse() {
    changeInterrupt(NO_INTERRUPT, NO_INTERRUPT);
    owe(0);
  }

  private void addDebts(int work) {
    OWED.getAndBitwiseOr(this, work);
  }

  private int takeDebts() {
    return (int) OWED.getAndSet(this, 0);
  }

  private boolean changeInterrupt(int from, int to) {
    return INTERRUPT.compareAndSet(this, from, to);
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
  public void settleOwed() {
    int work = takeDebts();
    try {
      if ((work & OWES_ALERT) != 0) {
        work &= ~OWES_ALERT;
        alert();
      }
      if ((work & OWES_ROOM) != 0) {
        makeRoom();
        work &= ~OWES_ROOM;
      }
      if ((work & OWES_UNDOING) != 0) {
        Spawning.undo(this);
        work &= ~OWES_UNDOING;
      }
      if ((work & OWES_CLOSING) != 0) {
        Dismantling.close(this);
        work &= ~OWES_CLOSING;
      }
      if ((work & OWES_DECLARATION) != 0) {
        Grace.declare(this);
        work &= ~OWES_DECLARATION;
      }
      if ((work & OWES_DISMANTLING) != 0) {
        Dismantling.resume(this);
      }
    } catch (Throwable e) {
      // The reserve puts the cell back on its list; remember what for.
      addDebts(work == 0 ? OWES_ALERT : work);
      throw e;
    }
  }

  private void makeRoom() {
    Bound bound = mailbox.bound;
    if (bound != null) {
      bound.admit();
      // It may have been interrupted between the message and the wake-up.
      alert();
    }
  }

  @Override
  protected void onDeadline(int purpose) {
    if (purpose == RECEIVE_DEADLINE) {
      rouse();
    } else {
      Grace.over(this);
    }
  }

  // VarHandle mechanics
  private static final VarHandle LOCK;
  private static final VarHandle OWED;
  private static final VarHandle INTERRUPT;
  static final VarHandle WAITERS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LOCK = lookup.findVarHandle(Cell.class, "lockWord", int.class);
      OWED = lookup.findVarHandle(Cell.class, "owedWork", int.class);
      INTERRUPT = lookup.findVarHandle(Cell.class, "interrupt", int.class);
      WAITERS = lookup.findVarHandle(Cell.class, "waiters", AliveWaiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
