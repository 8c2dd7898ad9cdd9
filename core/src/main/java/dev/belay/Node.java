package dev.belay;

import dev.belay.internal.host.Host;
import dev.belay.internal.timer.TimerEntry;
import dev.belay.internal.timer.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A local runtime of processes: their table, names, timers and the threads that serve them.
///
/// A JVM may have several nodes; they are strangers to each other until they are connected, and a
/// signal to another node's pid behaves as towards a node that cannot be reached. Within a process
/// use the verbs of [Belay], which mean the process's own node; from any other thread use the
/// methods here, and [#inbox()] for a mailbox. All methods may be called from any thread.
///
/// A closed node cannot be started again.
@Sendable
public final class Node implements AutoCloseable {
  /*
   * The node holds what its cells share; it has no lock. `count` admits processes and is the only contended
   * word of a spawn; numbers of pids come from `numbers`.
   *
   * tracer: volatile, changed in synchronized blocks on `this` (cold).
   */
  /// Other nodes tell incarnations of one name apart by it; 0 to 3 mean something else to them. By
  /// chance, so that a program that is started again does not take its nodes for those before; with
  /// room for all nodes of one JVM.
  private static final long FIRST_CREATION = ThreadLocalRandom.current().nextLong(4, 1L << 31);

  private static final AtomicLong NODES = new AtomicLong();
  private static final Duration SWEEP = Duration.ofSeconds(10);
  private static final long POLL_NANOS = 50_000_000;

  /// After this time without a process in the table, those that are still counted are lost.
  private static final long LOST_NANOS = 10_000_000_000L;

  final NodeId id;
  final Host host;
  final NodeOptions options;
  final Timers timers;
  final Reserve reserve;
  final Interrupter interrupter;
  final Runners runners;
  final ProcessTable table;
  final Names names = new Names();
  final Quarantine quarantine = new Quarantine();
  final Reporter reporter;
  final Dumps dumps;

  /// What tells loggers which process runs on a thread, or null.
  final @Nullable LoggingContext loggingContext;

  final Undelivered undelivered;

  /// What platform threads that wait for messages have learnt: each inbox begins with it, and
  /// leaves its own behind. Plain: it does not matter whose is lost.
  short patienceOutside = Patience.ONCE;

  final GroupLeaders groupLeaders = new GroupLeaders();

  /// What [NodeLocal] keeps here.
  final ConcurrentHashMap<NodeLocal<?>, Object> locals = new ConcurrentHashMap<>();

  /// Who sends what plain threads send.
  final Pid system;

  /// Told if there is no memory to tell the truth.
  final Cause outOfMemory;

  /// Whether it looks for mistakes at the price of speed.
  final boolean development;

  volatile @Nullable Tracer tracer;

  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();

  /// How many of the numbers were not for processes.
  private final AtomicLong otherNumbers = new AtomicLong();

  private final AtomicLong unlinkIds = new AtomicLong();
  private final Sweep sweep = new Sweep();
  private final ConcurrentHashMap<Long, Cell> inboxes = new ConcurrentHashMap<>();
  final Lines lines = new Lines(this);
  final Aliases aliases = new Aliases();
  final NodeSubscriptions subscriptions = new NodeSubscriptions(this);
  volatile boolean stopping;
  private volatile @Nullable Thread closer;
  private boolean closed;

  /// What takes the node out of JMX, if it is there.
  private @Nullable AutoCloseable bean;

  private Node(NodeOptions options) {
    long number = NODES.incrementAndGet();
    this.options = options;
    this.locals.putAll(options.locals());
    this.development = options.developmentMode();
    this.id =
        new NodeId(
            options.name().isEmpty() ? "belay-" + number : options.name(), FIRST_CREATION + number);
    this.host = options.host();
    this.table = new ProcessTable(host);
    this.timers = new Timers(host, "belay-timers " + id.name());
    this.reserve = new Reserve(host, "belay-reserve " + id.name(), options.daemon());
    this.interrupter = new Interrupter(host, timers, "belay-interrupter " + id.name());
    this.runners = new Runners(this, "belay-runner " + id.name(), development);
    this.reporter = new Reporter(this);
    this.dumps = new Dumps(this);
    this.loggingContext = options.loggingContext();
    this.undelivered = new Undelivered(this, options.onDropped());
    this.system = new Pid(id, 0, null);
    OutOfMemoryError spare =
        new OutOfMemoryError("there was not even memory to keep what the process crashed with");
    this.outOfMemory =
        new Cause(new ExitReason.Crash(spare), Trail.How.OWN_END, system, Trail.EMPTY);
  }

  /// Starts a node with all defaults.
  ///
  /// @return the running node
  public static Node start() {
    return start(NodeOptions.DEFAULT);
  }

  /// Starts a node.
  ///
  /// @param options how
  /// @return the running node
  public static Node start(NodeOptions options) {
    Stack.prepare(options.host());
    Node node = new Node(options);
    node.host.attend();
    boolean started = false;
    try {
      if (node.development) {
        Development.prepare();
      }
      node.timers.start();
      node.interrupter.start();
      node.undelivered.start();
      // Last, for it may keep the JVM alive.
      node.reserve.start(new Cell(node, 0, Thread.currentThread()));
      Flight.opened(node);
      if (options.jmx()) {
        node.showInJmx();
      }
      started = true;
    } finally {
      if (!started) {
        node.host.leave();
      }
    }
    return node;
  }

  private void showInJmx() {
    try {
      bean = Management.register(this);
    } catch (LinkageError e) {
      System.getLogger("dev.belay")
          .log(
              System.Logger.Level.WARNING,
              "node {0} is not shown in JMX, because the module java.management is not there: start"
                  + " the JVM with --add-modules java.management, or leave NodeOptions.jmx out",
              name());
    }
  }

  /// Starts a node, runs a process on it as [#run] does, and closes the node.
  ///
  /// @param options how to start the node
  /// @param body the main process
  /// @throws ProcessFailedException if the main process ends abnormally
  static void runOnNewNode(NodeOptions options, Body body) {
    if (Cell.currentOrNull() != null) {
      throw new VerbException(
          "run() was called within a process. It starts a node and waits for its end; to start"
              + " another process, use spawn().");
    }
    try (Node node = start(options)) {
      node.run(body);
    }
  }

  /// Returns the node's name.
  ///
  /// @return the name
  public String name() {
    return id.name();
  }

  /// Returns the time by the clock that the node's timers go by, in nanoseconds from some origin,
  /// like [System#nanoTime()], which it is unless a test runs the node on a time of its own.
  ///
  /// @return the time
  public long nanoTime() {
    return host.nanoTime();
  }

  // processes

  /// Spawns a process, and waits until it has ended.
  ///
  /// Other processes of the node go on. If the waiting thread is interrupted, the process gets an
  /// exit signal [ExitReason#SHUTDOWN], this goes on waiting for its end, and the interrupt status
  /// is set again on return.
  ///
  /// @param body what it does
  /// @throws ProcessFailedException if it ends otherwise than normally or by a shutdown; its cause
  ///   is what was thrown
  public void run(Body body) {
    Objects.requireNonNull(body, "body");
    boolean interrupted = false;
    try (Inbox inbox = inbox()) {
      Monitored main = inbox.spawnMonitor(SpawnOptions.DEFAULT.label("main"), body);
      while (true) {
        try {
          Down down = inbox.receive(Down.class);
          if (!down.reason().isOrderly()) {
            throw new ProcessFailedException(main.pid(), down.reason(), down.trail());
          }
          return;
        } catch (ProcessInterruptedException e) {
          interrupted = true;
          exit(main.pid(), ExitReason.SHUTDOWN);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Spawns a process.
  ///
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have, or is closing
  public Pid spawn(Body body) {
    return spawn(SpawnOptions.DEFAULT, body);
  }

  /// Spawns a process with options.
  ///
  /// @param spawnOptions how; a link is refused, because there is no process to link with
  /// @param body what it does
  /// @return its pid, at once
  /// @throws ProcessLimitException if the node has as many processes as it may have, or is closing
  /// @throws NameException if the name it should have is taken
  public Pid spawn(SpawnOptions spawnOptions, Body body) {
    Objects.requireNonNull(body, "body");
    return Spawning.spawn(this, null, spawnOptions, null, body).cell().pid;
  }

  /// Opens a mailbox for the calling thread.
  ///
  /// @return a mailbox with a pid of its own; close it when done
  public Inbox inbox() {
    if (stopping) {
      throw new ProcessLimitException("node " + name() + " is closing or closed: no new inbox");
    }
    otherNumbers.incrementAndGet();
    Cell cell = new Cell(this, nextPid(), Thread.currentThread());
    inboxes.put(cell.pid.number, cell);
    if (stopping) {
      Exits.end(cell, ExitReason.SHUTDOWN);
    }
    return new Inbox(cell);
  }

  /// Sends a message. It never fails for want of a receiver: what is sent to the dead, to a free
  /// [Name] or to an alias that has ended vanishes (S6, S8), which [NodeOptions#onDropped] is told
  /// of and [Node#dropCounters] counts. It waits only if the receiver's mailbox is full and was
  /// given [MailboxPolicy#SENDER_WAITS], which also says what ends the wait.
  ///
  /// @param to a pid, a name or an alias
  /// @param message any immutable value
  public void send(Destination to, Object message) {
    Posting.send(
        this, system, Objects.requireNonNull(to, "to"), Objects.requireNonNull(message, "message"));
  }

  /// Sends a message to a registered name of this node.
  ///
  /// @param name the name
  /// @param message any immutable value
  /// @throws NoProcessException if nobody holds the name
  public void send(String name, Object message) {
    Posting.send(this, system, name, Objects.requireNonNull(message, "message"));
  }

  /// Sends an exit signal (T1). Sending one to the dead is no error.
  ///
  /// @param pid the receiver
  /// @param reason its reason
  public void exit(Pid pid, ExitReason reason) {
    Objects.requireNonNull(reason, "reason");
    Exits.exit(this, system, pid, reason);
  }

  /// Ends a process whatever it traps, with a reason that is passed on unchanged.
  ///
  /// A process of another node of Belay's is ended as well. If that node is not connected, this
  /// waits until it is; if it cannot be, that is no error, as with an exit signal.
  ///
  /// @param pid the process
  /// @param reason the reason
  /// @throws VerbException if it is a process of another node that is not Belay's: such nodes know
  ///   no such signal
  /// @throws ProcessInterruptedException if the wait for a connection is interrupted
  public void terminate(Pid pid, ExitReason reason) {
    Objects.requireNonNull(reason, "reason");
    Exits.terminate(this, system, pid, reason);
  }

  /// Tells whether a process of this node is alive. For one that is exiting this waits until it is
  /// dead and its name and resources are free, at most until it is declared dead (X10).
  ///
  /// @param pid a process of this node
  /// @return whether it is alive
  /// @throws IllegalArgumentException if it is of another node
  public boolean isAlive(Pid pid) {
    return Snapshots.isAlive(this, null, pid);
  }

  /// Looks at a process of this node.
  ///
  /// @param pid a process of this node
  /// @return a snapshot, or nothing if the process is dead
  public Optional<ProcessInfo> info(Pid pid) {
    if (!isOwn(pid)) {
      throw new IllegalArgumentException(
          "info(" + pid + "): only for processes of this node; the pid is of " + pid.node());
    }
    Cell cell = pid.cell;
    return cell == null ? Optional.empty() : Snapshots.info(cell);
  }

  /// Lists the processes of this node, also those that are exiting, oldest first. A process that
  /// exists during the whole call is in the list (X11). Inboxes of plain threads are not.
  ///
  /// @return their pids
  public List<Pid> processes() {
    return table.cells().stream().map(cell -> cell.pid).toList();
  }

  /// Counts the processes of this node.
  ///
  /// @return the number
  public int processCount() {
    return count.get();
  }

  /// Tells whether the node is closing, or closed. Then all its processes have been told to end, or
  /// are about to be, none can be started, and no inbox opened; it never becomes false again. From
  /// any thread, at the price of reading a field.
  ///
  /// @return whether [#close()] has begun
  public boolean isClosing() {
    return stopping;
  }

  /// Lists the threads that did not come back from processes that were declared dead, and from
  /// closing resources.
  ///
  /// @return the threads that still run
  public List<QuarantinedThread> quarantined() {
    return quarantine.list();
  }

  // names

  /// Registers a process under a name (R1, R2).
  ///
  /// @param name not empty
  /// @param pid a process of this node
  /// @throws NameException if the name is taken, or the process has a name or is not alive
  public void register(String name, Pid pid) {
    Cell cell = local(pid);
    if (cell == null) {
      throw new NameException(
          "register(\"" + name + "\", " + pid + "): only processes of this node can be registered");
    }
    names.register(name, cell);
  }

  /// Frees a name (R4).
  ///
  /// @param name the name
  /// @throws NameException if nobody holds it
  public void unregister(String name) {
    names.unregister(name);
  }

  /// Finds the process that holds a name.
  ///
  /// @param name the name
  /// @return its pid, if anybody holds the name
  public Optional<Pid> whereis(String name) {
    Cell cell = names.lookup(name);
    return cell == null ? Optional.empty() : Optional.of(cell.pid);
  }

  /// Lists the registered names, sorted.
  ///
  /// @return the names
  public List<String> registered() {
    return names.all();
  }

  // timers

  /// Sends a message after a time; see [Belay#sendAfter].
  ///
  /// @param delay not negative
  /// @param to a pid of this node, or a name, which is looked up when the time has come
  /// @param message any immutable value
  /// @return the timer
  public TimerRef sendAfter(Duration delay, Destination to, Object message) {
    return UserTimer.start("sendAfter", this, system, delay, to, message, false);
  }

  /// Cancels a timer; see [Belay#cancelTimer].
  ///
  /// @param timer the timer
  /// @return the time that was left, or nothing if it was not running
  public Optional<Duration> cancelTimer(TimerRef timer) {
    return timer.timer.cancel();
  }

  /// Reads a timer; see [Belay#readTimer].
  ///
  /// @param timer the timer
  /// @return the time that is left, or nothing if it is not running
  public Optional<Duration> readTimer(TimerRef timer) {
    return timer.timer.read();
  }

  // looking on

  /// Gives the node's signals to a listener, one by one, in the order in which they happened, on a
  /// thread of its own.
  ///
  /// Events about one receiver are in the order in which the signals were applied to it; an event
  /// is before all that its signal brought about. Nothing waits for the listener: up to `bound`
  /// events are kept for it, and beyond that new ones are dropped, which [Trace#dropped] counts and
  /// the gap in their numbers shows. What the listener throws is reported, and it gets the next
  /// event.
  ///
  /// @param filter which events the listener wants, called on its thread; a [TraceFilter] is asked
  ///   before the event is kept
  /// @param listener what gets them
  /// @param bound how many events to keep for it, at least 1
  /// @return what ends the tracing when it is closed
  public Trace trace(Predicate<TraceEvent> filter, Consumer<TraceEvent> listener, int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("trace(…, " + bound + "): the bound must be at least 1");
    }
    Trace fresh =
        new Trace(
            this,
            Objects.requireNonNull(filter, "filter"),
            Objects.requireNonNull(listener, "listener"),
            bound);
    synchronized (this) {
      fresh.start();
      tracer = Tracer.with(this, tracer, fresh);
    }
    return fresh;
  }

  synchronized void stopTracing(Trace which) {
    Tracer now = tracer;
    tracer = now == null ? null : now.without(which);
  }

  /// Counts the messages that nobody received since the node was started.
  ///
  /// @return the numbers, each exact when it is read, but not all read at the same moment
  public DropCounters dropCounters() {
    return undelivered.counters();
  }

  /// Waits until every report of what went wrong so far has been given to the logger.
  ///
  /// @param time how long to wait at most
  /// @return whether all have been
  public boolean flushReports(Duration time) {
    return reporter.flush(time.toNanos());
  }

  /// Makes a dump with all defaults of [DumpOptions], which shows up to 1,000 processes.
  ///
  /// @return the text, which ends with a line break
  public String dump() {
    return dump(DumpOptions.DEFAULT);
  }

  /// Makes a dump as [#dump(Appendable, DumpOptions)] does.
  ///
  /// @param dumpOptions what it shows; all of it is held in memory
  /// @return the text, which ends with a line break
  public String dump(DumpOptions dumpOptions) {
    StringBuilder text = new StringBuilder();
    try {
      dump(text, dumpOptions);
    } catch (IOException e) {
      throw new AssertionError("a StringBuilder does not fail", e);
    }
    return text.toString();
  }

  /// Makes a dump of the node: for processes what a thread dump is for threads. It begins with a
  /// summary of what the processes are doing; then comes each process with its pid, label, name and
  /// state, what it waits for and since when, its stack, its mailbox with the first messages, its
  /// links and monitors, and what it owns; last the threads in quarantine.
  ///
  /// No process is stopped for it, but for the moment in which the JVM walks its stack. A process
  /// that exists during the whole call is looked at once; what is said of it was true at some
  /// moment of that look, and things said of different processes, and the counts of the summary,
  /// are of different moments. It is written process by process: between two of them nothing is
  /// kept but the list of the cells.
  ///
  /// Messages are rendered by their own `toString`, on a thread that is given up if one does not
  /// return within a second; its class is not asked again. Interrupts do not end a dump: the
  /// interrupt status is set again when it is done.
  ///
  /// @param out gets the text
  /// @param dumpOptions what it shows
  /// @throws IOException from the output
  public void dump(Appendable out, DumpOptions dumpOptions) throws IOException {
    dumps.write(Objects.requireNonNull(out, "out"), Objects.requireNonNull(dumpOptions, "options"));
  }

  /// Has the node's signals to others carried, and theirs to it. For modules that connect nodes;
  /// programs use those.
  ///
  /// @param carrier by whom
  /// @return what it may do with the node
  /// @throws IllegalStateException if the node has a carrier
  public Carrier.Access carry(Carrier carrier) {
    lines.carry(Objects.requireNonNull(carrier, "carrier"));
    return new Access(this);
  }

  // shutting down

  /// Shuts the node down: every process gets an exit signal [ExitReason#SHUTDOWN], those that are
  /// left after the shutdown time are killed, and those that do not even unwind then are declared
  /// dead. All resources that processes own are closed when this returns, or given up and reported.
  /// Closing again does nothing.
  ///
  /// @throws VerbException if called within a process of this node, which would wait for itself
  @Override
  public void close() {
    Cell self = Cell.currentOrNull();
    if (self != null && self.node == this) {
      throw new VerbException(
          "close() of node "
              + name()
              + " was called by its process "
              + self.pid
              + ", which would wait for its own end."
              + " Let the process that runs the node end, or close the node from a plain thread.");
    }
    stopping = true;
    closer = Thread.currentThread();
    long now = host.nanoTime();
    tellAll(ExitReason.SHUTDOWN);
    boolean interrupted = awaitEnd(now + options.shutdownTime().toNanos());
    long emptySince = 0;
    while (count.get() > 0) {
      tellAll(ExitReason.KILL);
      interrupted |= awaitEnd(host.nanoTime() + POLL_NANOS);
      now = host.nanoTime();
      emptySince = !table.cells().isEmpty() ? 0 : emptySince == 0 ? now : emptySince;
      if (emptySince != 0 && now - emptySince > LOST_NANOS) {
        System.getLogger("dev.belay")
            .log(
                System.Logger.Level.ERROR,
                "node {0} closes although {1} processes are unaccounted for",
                name(),
                count.get());
        break;
      }
    }
    lines.loseAll();
    for (Cell inbox : inboxes.values()) {
      Exits.exit(system, inbox, ExitReason.KILL);
    }
    synchronized (this) {
      if (!closed) {
        reporter.flush(Duration.ofSeconds(2).toNanos());
        Tracer last = tracer;
        if (last != null) {
          last.close();
        }
        Flight.closed(this);
        hideFromJmx();
        reporter.stop();
        undelivered.stop();
        runners.stop();
        timers.stop();
        interrupter.stop();
        reserve.stop();
        host.leave();
        closed = true;
      }
    }
    if (interrupted) {
      host.interrupt(Thread.currentThread());
    }
  }

  private void hideFromJmx() {
    AutoCloseable shown = bean;
    if (shown != null) {
      bean = null;
      try {
        shown.close();
      } catch (Exception e) {
        System.getLogger("dev.belay")
            .log(
                System.Logger.Level.WARNING,
                "node " + name() + " could not be taken out of JMX",
                e);
      }
    }
  }

  private void tellAll(ExitReason reason) {
    for (Cell cell : table.cells()) {
      Exits.exit(system, cell, reason);
    }
  }

  /// Waits until no process is left.
  ///
  /// @return whether the waiting thread was interrupted, which ends the wait
  private boolean awaitEnd(long deadline) {
    while (count.get() > 0) {
      long left = deadline - host.nanoTime();
      if (left <= 0) {
        break;
      }
      host.parkNanos(this, Math.min(left, POLL_NANOS));
      if (host.clearInterrupt()) {
        return true;
      }
    }
    return false;
  }

  // for the other rooms

  /// Returns the cell of a process of this node, dead or alive; null if it is of another.
  @Nullable Cell local(Pid pid) {
    Cell cell = pid.cell;
    return cell != null && cell.node == this ? cell : null;
  }

  long nextPid() {
    return numbers.incrementAndGet();
  }

  /// A pid was given to what never became a process.
  void neverBorn() {
    otherNumbers.incrementAndGet();
  }

  /// Counts the processes that have been spawned.
  long spawnedTotal() {
    // In this order, so that an inbox being opened is not taken for a process for longer than that.
    long given = numbers.get();
    return Math.max(0, given - otherNumbers.get());
  }

  long nextUnlinkId() {
    return unlinkIds.incrementAndGet();
  }

  /// Admits one more process, and makes sure that its timer can be armed.
  void admit() {
    int now = count.incrementAndGet();
    boolean admitted = false;
    try {
      if (stopping) {
        throw new ProcessLimitException(
            "node " + name() + " is closing or closed: no new processes");
      }
      if (now > options.maxProcesses()) {
        throw new ProcessLimitException(
            "node "
                + name()
                + " has "
                + options.maxProcesses()
                + " processes, which is its limit. If they are not left over, raise it with"
                + " NodeOptions.maxProcesses.");
      }
      timers.reserve(now);
      admitted = true;
    } finally {
      while (!admitted) {
        try {
          count.decrementAndGet();
          admitted = true;
        } catch (Throwable e) {
          // Again: a node cannot be closed while one is left.
        }
      }
    }
  }

  /// One process less.
  void dismiss() {
    if (count.decrementAndGet() == 0) {
      Thread waiting = closer;
      if (waiting != null) {
        try {
          host.unpark(waiting);
        } catch (Throwable e) {
          // It looks now and then anyway, and a dismissal must not be repeated.
          reporter.missed(e);
        }
      }
    }
  }

  /// The inbox of a plain thread has ended.
  void dismissInbox(Cell cell) {
    inboxes.remove(cell.pid.number);
  }

  /// Finds a process, or the inbox of a plain thread, of this node.
  @Nullable Cell cell(long number) {
    Cell cell = table.find(number);
    return cell == null ? inboxes.get(number) : cell;
  }

  /// Returns the line to the node of a destination, made now if there is none.
  ///
  /// @return null if it is out of reach
  @Nullable Line lineTo(Object destination) {
    if (destination instanceof Pid pid) {
      return lines.to(pid.node());
    }
    return lines.to(
        destination instanceof Name name ? name.node() : ((Ref) destination).owner.node());
  }

  /// What is told of a process that is not here: that it is dead, if it was of an earlier
  /// incarnation of this node.
  Cause notHere(Pid whom) {
    return whom.cell == null && isOwn(whom) ? noProc(whom) : noConnection(whom);
  }

  /// Tells whether a pid is of a process of this node: one that is, one that has been so long dead
  /// that its pid has come back from elsewhere as a mere number, or one of an earlier incarnation.
  boolean isOwn(Pid pid) {
    Cell cell = pid.cell;
    return cell == null ? pid.node().equals(name()) : cell.node == this;
  }

  Cause noProc(Pid whom) {
    return new Cause(ExitReason.NO_PROC, Trail.How.LINK, whom, Trail.EMPTY);
  }

  Cause noConnection(Pid whom) {
    return new Cause(ExitReason.NO_CONNECTION, Trail.How.NODE_LOSS, whom, Trail.EMPTY);
  }

  /// Makes sure that quarantined threads are looked at now and then.
  void startSweep() {
    sweep.ensureArmed();
  }

  /// The timer that has quarantined threads interrupted again.
  private final class Sweep extends TimerEntry {
    private boolean armed;

    synchronized void ensureArmed() {
      if (!armed) {
        armed = true;
        timers.armUnreserved(this, host.nanoTime() + SWEEP.toNanos());
      }
    }

    @Override
    protected void onDeadline(int purpose) {
      boolean more = quarantine.sweep();
      synchronized (this) {
        armed = false;
      }
      if (more) {
        ensureArmed();
      }
    }
  }

  @Override
  public String toString() {
    return "Node[" + name() + ", " + count.get() + " processes]";
  }
}
