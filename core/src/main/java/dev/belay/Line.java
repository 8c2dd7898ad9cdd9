package dev.belay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// One connection to one other node, from the attempt to make it until all have heard of its loss.
/// What it means for processes; its bytes are the carrier's.
final class Line implements Carrier.Outbox, Owed {
  /*
   * The outbox is a Treiber stack as a mailbox's: `head` is the newest signal, null (empty), PARKED (empty, and the writer sleeps or is
   * about to) or CLOSED. Signals that tell of a cell's bonds are pushed under that cell's lock, as the last act of its section: so their
   * order on the wire is the order of the changes. A push is a CAS; whoever swaps PARKED out says so in `sleeping`, and wakes the writer
   * when it holds no lock any more: it takes `sleeping` back, and then wakes. Hazard, lost wake-up: taken back only after the wake-up,
   * it would take back what is meant for the writer's next sleep, too. So each that is set after a push is seen by somebody who wakes
   * later, if not by the pusher.
   *
   * The register is a list of bonds under a lock of its own, which is never taken with a cell's. A bond is in it before the section
   * that makes it, and until after the section that ends it.
   *
   * Loss: 1 head = CLOSED. 2 the register is closed; each bond in it fires, and only then leaves it. 3 the same with those that hear
   * last: monitors of the node itself. Steps 2 and 3 can be stopped by an error anywhere, and are resumed by the reserve. Who pushed
   * before 1 is in the register, and fires in 2; who comes later sees CLOSED and fires its bond itself. That a bond fires once is the
   * bond's own affair.
   *
   * Nobody is told of the loss while the thread that reads the line gives a message to its receiver (`applying`): so what came over the
   * line is in the mailbox before. It sets the flag, and then looks whether the line is lost; who tells closes the line, and then looks at
   * the flag. One of them sees the other; if it is the teller, the reader tells in its place when it is done.
   *
   * | field            | writers              | read mode      | write mode |
   * | head             | any                  | volatile       | CAS, getAndSet |
   * | sleeping         | any                  | volatile       | volatile   |
   * | lockWord         | any                  | CAS            | volatile   |
   * | first, closed, firstLate, closedLate | under the lock | under the lock | plain |
   * | settled          | whoever settles      | volatile       | volatile   |
   * | telling          | whoever settles      | under settling | plain      |
   * | applying         | the reader           | volatile       | volatile   |
   * | visible, terminates, up | whoever says that it is up, `up` last | volatile | volatile |
   *
   * Who has to know whether the line comes up, or to what kind of node, puts its thread into `waiting` and then looks at `up` and at the
   * head; who writes those looks into `waiting` afterwards. A thread is taken out by itself, or when it has been unparked.
   */
  private static final Carrier.Signal PARKED = mark();
  private static final Carrier.Signal CLOSED = mark();

  final Node node;
  private final String peer;
  private final Carrier carrier;
  private final LineIn in;

  /// The monitors of processes here by processes over there; written by the thread that reads the
  /// line, and by the dismantlers of the processes that they watch.
  private final ConcurrentHashMap<Ref, FarWatcher> watchers = new ConcurrentHashMap<>();

  /// The requests to spawn that are not answered yet; written by the processes that ask, and by
  /// whoever answers.
  private final ConcurrentHashMap<Ref, SpawnRequest> requests = new ConcurrentHashMap<>();

  private volatile Carrier.@Nullable Signal head;

  /// Whether the writer slept when something was pushed, and has not been woken since.
  private volatile boolean sleeping;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int lockWord;

  private @Nullable Bond first;
  private @Nullable Bond firstLate;
  private boolean closed;
  private boolean closedLate;

  /// Whether the reader is giving a message to its receiver.
  volatile boolean applying;

  private volatile boolean visible;
  private volatile boolean terminates;
  private volatile boolean up;

  /// The threads that wait until the line is up or lost; written by any.
  private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int settling;

  private volatile boolean settled;

  /// Who is being told of the loss; guarded by `settling`.
  private @Nullable Bond telling;

  private @Nullable Owed nextOwed;

  /// A link, a monitor or a request to spawn over a line.
  interface Far {
    /// The line is lost. May be repeated.
    void lost();
  }

  /// Its place in the register, guarded by the register's lock.
  static final class Bond {
    final Far far;

    /// Whether it hears of a loss only when all others have.
    private final boolean late;

    private @Nullable Bond before;
    private @Nullable Bond after;
    private boolean registered;

    Bond(Far far) {
      this(far, false);
    }

    Bond(Far far, boolean late) {
      this.far = far;
      this.late = late;
    }
  }

  @SuppressWarnings("this-escape")
  Line(Node node, String peer, Carrier carrier) {
    this.node = node;
    this.peer = peer;
    this.carrier = carrier;
    this.in = new LineIn(this);
  }

  private static Carrier.Signal mark() {
    Pid nobody = new Pid(new NodeId("", 0), 0, null);
    return Carrier.Signal.link(nobody, nobody);
  }

  @Override
  public String peer() {
    return peer;
  }

  ConcurrentHashMap<Ref, FarWatcher> watchers() {
    return watchers;
  }

  ConcurrentHashMap<Ref, SpawnRequest> requests() {
    return requests;
  }

  Carrier carrier() {
    return carrier;
  }

  // the outbox

  /// Puts a signal behind all others; without waiting, and as the last act of a section. The caller
  /// calls [#wake] without a lock.
  ///
  /// @return false if the line is lost
  boolean push(Carrier.Signal signal) {
    while (true) {
      Carrier.Signal seen = head;
      if (seen == CLOSED) {
        return false;
      }
      signal.next = seen == PARKED ? null : seen;
      if (seen == PARKED) {
        // For an error between the push and what follows on it; a wake-up too many does no harm.
        sleeping = true;
      }
      if (HEAD.compareAndSet(this, seen, signal)) {
        if (seen == PARKED) {
          // Again: another thread may have taken it back before the push, and woken in vain.
          sleeping = true;
        }
        return true;
      }
    }
  }

  /// Wakes the writer if need be. For verbs; hands over if it fails.
  void wake() {
    if (sleeping) {
      try {
        sleeping = false;
        carrier.wake(this);
      } catch (Error e) {
        node.reserve.owe(this);
        throw e;
      }
    }
  }

  @Override
  public Carrier.@Nullable Signal take() {
    Carrier.Signal seen = head;
    if (seen == null || seen == PARKED || seen == CLOSED) {
      return null;
    }
    while (!HEAD.compareAndSet(this, seen, null)) {
      seen = head;
      if (seen == CLOSED) {
        return null;
      }
    }
    Carrier.Signal oldest = null;
    Carrier.Signal signal = seen;
    while (signal != null) {
      Carrier.Signal older = signal.next;
      signal.next = oldest;
      oldest = signal;
      signal = older;
    }
    return oldest;
  }

  @Override
  public boolean park() {
    return head == PARKED || HEAD.compareAndSet(this, null, PARKED);
  }

  @Override
  public boolean isLost() {
    return head == CLOSED;
  }

  @Override
  public Carrier.Incoming incoming() {
    return in;
  }

  // the register

  /// Enters a bond that is about to be made. May be repeated.
  ///
  /// @return false if the line is lost: the bond must not be made
  boolean register(Bond bond) {
    lock();
    try {
      if (bond.late ? closedLate : closed) {
        return false;
      }
      if (bond.registered) {
        return true;
      }
      Bond next = bond.late ? firstLate : first;
      bond.after = next;
      if (next != null) {
        next.before = bond;
      }
      if (bond.late) {
        firstLate = bond;
      } else {
        first = bond;
      }
      bond.registered = true;
      return true;
    } finally {
      lockWord = 0;
    }
  }

  /// Strikes a bond out that has ended. May be repeated.
  void strike(Bond bond) {
    lock();
    try {
      if (!bond.registered) {
        return;
      }
      bond.registered = false;
      if (bond.before != null) {
        bond.before.after = bond.after;
      } else if (bond.late) {
        firstLate = bond.after;
      } else {
        first = bond.after;
      }
      if (bond.after != null) {
        bond.after.before = bond.before;
      }
      bond.before = null;
      bond.after = null;
    } finally {
      lockWord = 0;
    }
  }

  private @Nullable Bond closeRegister() {
    lock();
    try {
      closed = true;
      return first;
    } finally {
      lockWord = 0;
    }
  }

  /// Closes the register for those who hear last, too.
  private @Nullable Bond closeLate() {
    lock();
    try {
      closedLate = true;
      return firstLate;
    } finally {
      lockWord = 0;
    }
  }

  /// Counts those who hear last.
  int lateBonds() {
    lock();
    try {
      int count = 0;
      for (Bond bond = firstLate; bond != null; bond = bond.after) {
        count++;
      }
      return count;
    } finally {
      lockWord = 0;
    }
  }

  // the connection

  @Override
  public void up(boolean asVisible, boolean asTerminating) {
    terminates = asTerminating;
    try {
      node.subscriptions.up(this, asVisible);
      release();
    } catch (Error e) {
      // Who has heard that it is up hears that it is down.
      lose();
      throw e;
    }
  }

  /// Notes that there is a connection; for the list of subscriptions.
  void noteUp(boolean asVisible) {
    visible = asVisible;
    up = true;
  }

  /// Tells whether there is a connection, of a type.
  boolean isUp(NodeType type) {
    return up && type.includes(visible) && !isLost();
  }

  /// Tells whether the other node understands requests to end. To be asked when the line is up.
  boolean terminates() {
    return terminates;
  }

  /// Tells whether the line is neither up nor lost yet.
  ///
  /// @param thread who is unparked when that changes, if it has not; calls [#waitsNoMore] when it
  ///   goes on
  boolean isOpening(Thread thread) {
    if (!isOpening()) {
      return false;
    }
    waiting.add(thread);
    if (isOpening()) {
      return true;
    }
    waiting.remove(thread);
    return false;
  }

  private boolean isOpening() {
    return !up && head != CLOSED;
  }

  void waitsNoMore(Thread thread) {
    waiting.remove(thread);
  }

  /// Wakes those who wait; may be repeated.
  private void release() {
    for (Thread thread = waiting.peek(); thread != null; thread = waiting.peek()) {
      node.host.unpark(thread);
      waiting.remove(thread);
    }
  }

  /// Begins to give a message to its receiver; for the reader, which takes [#applying] back next in
  /// any case, and calls [#applied].
  ///
  /// @return whether it may: the line is not lost
  boolean apply() {
    applying = true;
    return head != CLOSED;
  }

  /// The message has been given, or not. If the line has been lost meanwhile, all hear of it now.
  void applied() {
    if (head == CLOSED) {
      settleOrOwe();
    }
  }

  // the loss

  @Override
  public void lose() {
    HEAD.getAndSet(this, CLOSED);
    settleOrOwe();
  }

  private void settleOrOwe() {
    try {
      settleOwed();
    } catch (Error e) {
      node.reserve.owe(this);
    }
  }

  /// Wakes the writer, and tells all of the loss, if there is one; may be repeated.
  @Override
  public void settleOwed() {
    // Whatever `sleeping` says: who owes it has taken that back already.
    carrier.wake(this);
    if (head == CLOSED) {
      release();
    }
    // Again, if the reader has been found at work and has left meanwhile: it has found this thread
    // here.
    while (head == CLOSED && !settled && !applying && SETTLING.compareAndSet(this, 0, 1)) {
      try {
        tellLoss();
      } finally {
        settling = 0;
      }
    }
  }

  private void tellLoss() {
    carrier.lost(this);
    if (applying) {
      return;
    }
    Bond halfTold = telling;
    if (halfTold != null) {
      tell(halfTold);
    }
    for (Bond bond = closeRegister(); bond != null; bond = closeRegister()) {
      tell(bond);
    }
    for (Bond bond = closeLate(); bond != null; bond = closeLate()) {
      tell(bond);
    }
    node.lines.remove(this);
    carrier.settled(this);
    settled = true;
  }

  /// Tells one bond. If an error stops it the same one is told again first, also if its owner has
  /// struck it out meanwhile: its owner's wake-up may have been begun.
  private void tell(Bond bond) {
    telling = bond;
    bond.far.lost();
    strike(bond);
    telling = null;
  }

  @Override
  public @Nullable Owed nextOwed() {
    return nextOwed;
  }

  @Override
  public void nextOwed(@Nullable Owed next) {
    nextOwed = next;
  }

  private void lock() {
    int attempt = 0;
    while (!LOCK.compareAndSet(this, 0, 1)) {
      node.host.relax(attempt++);
    }
  }

  @Override
  public String toString() {
    return "Line[" + node.name() + " to " + peer + (isLost() ? ", lost]" : "]");
  }

  // VarHandle mechanics
  private static final VarHandle HEAD;
  private static final VarHandle LOCK;
  private static final VarHandle SETTLING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(Line.class, "head", Carrier.Signal.class);
      LOCK = lookup.findVarHandle(Line.class, "lockWord", int.class);
      SETTLING = lookup.findVarHandle(Line.class, "settling", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
