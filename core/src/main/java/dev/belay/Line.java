package dev.belay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One connection to one other node, from the attempt to make it until all have heard of its loss.
/// What it means for processes; its bytes are the carrier's.
final class Line implements Carrier.Outbox, Owed {
  /*
   * The outbox is a Treiber stack as a mailbox's: `head` is the newest signal, null (empty), PARKED (empty, and the writer sleeps or is
   * about to) or CLOSED. Signals that tell of a cell's bonds are pushed under that cell's lock, as the last act of its section: so their
   * order on the wire is the order of the changes. A push is a CAS; whoever swaps PARKED out says so in `sleeping`, and wakes the writer
   * when it holds no lock any more.
   *
   * The register is a list of bonds under a lock of its own, which is never taken with a cell's. A bond is in it before the section
   * that makes it, and until after the section that ends it.
   *
   * Loss: 1 head = CLOSED. 2 the register is closed; each bond in it fires, and only then leaves it. Step 2 can be stopped by an
   * error anywhere, and is resumed by the reserve. Who pushed before 1 is in the register, and fires in 2; who comes later sees CLOSED
   * and fires its bond itself. That a bond fires once is the bond's own affair.
   *
   * | field            | writers              | read mode      | write mode |
   * | head             | any                  | volatile       | CAS, getAndSet |
   * | sleeping         | any                  | volatile       | volatile   |
   * | lockWord         | any                  | CAS            | volatile   |
   * | first, closed    | under the lock       | under the lock | plain      |
   * | settled          | whoever settles      | volatile       | volatile   |
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
  private boolean closed;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile int settling;

  private volatile boolean settled;
  private @Nullable Owed nextOwed;

  /// A link, a monitor or a request to spawn over a line.
  interface Far {
    /// The line is lost. May be repeated.
    void lost();
  }

  /// Its place in the register, guarded by the register's lock.
  static final class Bond {
    final Far far;
    private @Nullable Bond before;
    private @Nullable Bond after;
    private boolean registered;

    Bond(Far far) {
      this.far = far;
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
        // Before the push, so that no error comes between; a wake-up too many does no harm.
        sleeping = true;
      }
      if (HEAD.compareAndSet(this, seen, signal)) {
        return true;
      }
    }
  }

  /// Wakes the writer if need be. For verbs; hands over if it fails.
  void wake() {
    if (sleeping) {
      try {
        rouse();
      } catch (Error e) {
        node.reserve.owe(this);
        throw e;
      }
    }
  }

  private void rouse() {
    if (sleeping) {
      carrier.wake(this);
      sleeping = false;
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

  /// Enters a bond that is about to be made.
  ///
  /// @return false if the line is lost: the bond must not be made
  boolean register(Bond bond) {
    lock();
    try {
      if (closed) {
        return false;
      }
      bond.after = first;
      if (first != null) {
        first.before = bond;
      }
      first = bond;
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
      if (bond.before == null) {
        first = bond.after;
      } else {
        bond.before.after = bond.after;
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

  // the loss

  @Override
  public void lose() {
    HEAD.getAndSet(this, CLOSED);
    try {
      settleOwed();
    } catch (Error e) {
      node.reserve.owe(this);
    }
  }

  /// Wakes the writer, and tells all of the loss, if there is one; may be repeated.
  @Override
  public void settleOwed() {
    rouse();
    if (head != CLOSED || settled || !SETTLING.compareAndSet(this, 0, 1)) {
      return;
    }
    try {
      carrier.lost(this);
      for (Bond bond = closeRegister(); bond != null; bond = closeRegister()) {
        bond.far.lost();
        strike(bond);
      }
      node.lines.remove(this);
      settled = true;
    } finally {
      settling = 0;
    }
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
