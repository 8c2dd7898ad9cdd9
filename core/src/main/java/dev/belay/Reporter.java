package dev.belay;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Tells people what went wrong, through the `System.Logger` named `dev.belay`, on a thread of its
/// own.
///
/// The methods may be called from any thread, also one that is dying: they take references, return
/// at once and never throw. Users' objects are rendered later, on yet another thread, so that a
/// `toString` that throws or hangs delays no death and no other report.
final class Reporter {
  /*
   * A bounded queue without locks: `waiting` admits reports, what is beyond is counted and said later. The thread is started by
   * the first report, and again by one that comes after `stop`. Queue and thread meet as usual: a reporter that is about to end
   * first says so (`thread` is null) and then looks at the queue once more; who adds does it the other way round.
   *
   * A Barrier in the queue tells `flush` that everything before it has been logged.
   */
  static final int BOUND = 1_024;
  private static final Logger LOGGER = System.getLogger("dev.belay");

  private final Node node;
  private final ConcurrentLinkedQueue<Report> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final AtomicLong crashedTotal = new AtomicLong();
  private final AtomicLong declaredTotal = new AtomicLong();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private volatile boolean stopped;
  private volatile @Nullable Class<?> whyMissed;

  // the reporter's thread only
  private final Folding folding = new Folding(this::log);
  private final Renderer renderer;

  Reporter(Node node) {
    this.node = node;
    this.renderer = new Renderer(node.host, "belay-renderer " + node.name());
  }

  /// A process is about to be settled; takes what its crash report needs.
  void died(Cell cell) {
    Cause cause = cell.cause;
    if (cause == null || cell.declared) {
      return;
    }
    try {
      boolean crashed =
          cause.how() == Trail.How.OWN_END
              && (cause.reason() instanceof ExitReason.Crash
                  || (cell.options.reportsExits() && !cause.reason().isOrderly()))
              && !cell.bodiless;
      if (crashed) {
        crashedTotal.incrementAndGet();
        add(CrashReport.crashed(cell, cause));
      } else if (!cause.reason().isOrderly() && LOGGER.isLoggable(Level.DEBUG)) {
        add(
            Report.line(
                Level.DEBUG,
                cause.reason(),
                reason ->
                    (cell.bodiless ? "inbox " : "process ")
                        + StackText.who(cell.pid)
                        + " ended: "
                        + reason
                        + "; trail: "
                        + cause.asDeathOf(cell, false).trail()));
      }
    } catch (Throwable e) {
      missed(e);
    }
    cell.possessions = null;
  }

  /// A process is declared dead.
  ///
  /// @param stack where its thread is
  void declared(Cell cell, StackTraceElement[] stack) {
    declaredTotal.incrementAndGet();
    try {
      Cause cause = cell.cause;
      if (cause != null) {
        add(CrashReport.declared(cell, cause, stack));
      }
    } catch (Throwable e) {
      missed(e);
    }
    cell.possessions = null;
  }

  /// Tells whether anybody wants to see the report of a crash.
  static boolean isHeard() {
    try {
      return LOGGER.isLoggable(Level.ERROR);
    } catch (Throwable e) {
      return false;
    }
  }

  /// Counts the processes that crashed.
  long crashedTotal() {
    return crashedTotal.get();
  }

  /// Counts the processes that were declared dead.
  long declaredTotal() {
    return declaredTotal.get();
  }

  /// An exit signal `normal` was sent to a process that does not trap exits.
  void normalIgnored(Pid from, Pid to) {
    try {
      if (LOGGER.isLoggable(Level.DEBUG)) {
        add(
            Report.line(
                Level.DEBUG,
                null,
                none ->
                    "exit("
                        + StackText.who(to)
                        + ", NORMAL) from "
                        + (from.equals(node.system) ? "a plain thread" : StackText.who(from))
                        + " was ignored, as in Erlang, because the process does not trap exits;"
                        + " to end it use terminate("
                        + to
                        + ")"));
      }
    } catch (Throwable e) {
      missed(e);
    }
  }

  /// A report could not be made.
  void missed(Throwable because) {
    whyMissed = because.getClass();
    missed.incrementAndGet();
  }

  /// A closer has closed a resource.
  void closed(Closing closer, AutoCloseable resource) {
    if (closer.cell.closer == closer) {
      note(closer.cell, resource, "closed");
    }
  }

  private void note(Cell cell, AutoCloseable resource, String fate) {
    try {
      Possessions known = cell.possessions;
      if (known == null) {
        known = new Possessions();
        cell.possessions = known;
      }
      known.add(resource, fate);
      Tracer tracer = node.tracer;
      if (tracer != null) {
        tracer.closed(cell.pid, resource, fate);
      }
    } catch (Throwable e) {
      missed(e);
    }
  }

  void closeFailed(Cell cell, AutoCloseable resource, Throwable thrown) {
    note(cell, resource, "its close() failed");
    try {
      String what = "close() of " + resource.getClass().getName();
      add(
          Report.thrown(
              what,
              cell,
              thrown,
              line -> what + ", owned by process " + StackText.who(cell.pid) + ", failed: " + line,
              "The process's death goes on, and nobody will close the resource again. See to it that what it holds"
                  + " is freed in another way."));
    } catch (Throwable e) {
      missed(e);
    }
  }

  void closeGivenUp(Cell cell, AutoCloseable resource, StackTraceElement[] stack) {
    note(cell, resource, "its close() was given up");
    try {
      String what = "close() of " + resource.getClass().getName();
      add(
          Report.stuck(
              what + " hangs",
              cell,
              stack,
              what
                  + ", owned by process "
                  + StackText.who(cell.pid)
                  + ", did not return within "
                  + PlainText.duration(cell.options.closeNanos())
                  + " and was given up",
              "The process's death goes on; the closing thread is listed in Node.quarantined() until it ends. If closing"
                  + " may take that long, raise SpawnOptions.closeTime; otherwise bound what it waits for."));
    } catch (Throwable e) {
      missed(e);
    }
  }

  void leftOpen(Cell cell) {
    try {
      Possessions open = new Possessions();
      cell.lock();
      try {
        int steps = 0;
        for (Slot slot = cell.owned; slot != null && steps < BOUND; slot = slot.older) {
          steps++;
          open.add(slot.owned.get(), "open");
        }
      } finally {
        cell.lockWord = 0;
      }
      add(
          Report.stuck(
              "resources left open",
              cell,
              new StackTraceElement[0],
              "process "
                  + StackText.who(cell.pid)
                  + " was declared dead before everything it owned could be closed: "
                  + open,
              "Nobody will close them. If the machine was out of memory or threads, which is what leads here, restart it."));
    } catch (Throwable e) {
      missed(e);
    }
  }

  /// A thread in quarantine has ended after all.
  void cameBack(QuarantinedThread entry, long nanos) {
    try {
      add(
          Report.line(
              Level.INFO,
              null,
              none ->
                  "the thread of process "
                      + StackText.who(entry.pid())
                      + " that was stuck in "
                      + entry.stuckIn()
                      + " has left the quarantine after "
                      + PlainText.duration(nanos)));
    } catch (Throwable e) {
      missed(e);
    }
  }

  /// Something that people should know, without a process that it is about.
  void warn(String text) {
    try {
      add(Report.line(Level.WARNING, null, none -> text));
    } catch (Throwable e) {
      missed(e);
    }
  }

  void listenerFailed(String what, Throwable thrown) {
    try {
      add(
          Report.thrown(
              what,
              null,
              thrown,
              line -> what + " of node " + node.name() + " failed: " + line,
              "It gets the next event all the same. Let it catch what it can expect."));
    } catch (Throwable e) {
      missed(e);
    }
  }

  void contextFailed(LoggingContext context, Throwable thrown) {
    String type = context.getClass().getName();
    try {
      add(
          Report.thrown(
              "logging context " + type,
              null,
              thrown,
              line ->
                  "the logging context " + type + " of node " + node.name() + " failed: " + line,
              "The process goes on without, and lines that it logs may not say whose they are. See to it that enter()"
                  + " and leave() do not throw."));
    } catch (Throwable e) {
      missed(e);
    }
  }

  // the queue

  private void add(Report report) {
    if (waiting.incrementAndGet() > BOUND) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    boolean added = false;
    try {
      queue.add(report);
      added = true;
    } finally {
      if (!added) {
        waiting.decrementAndGet();
      }
    }
    try {
      wake();
    } catch (Throwable e) {
      // The report is in the queue; the next one, or a flush, tries again to start the thread.
    }
  }

  private void wake() {
    Thread running = thread.get();
    if (running != null) {
      node.host.unpark(running);
      return;
    }
    Thread fresh = node.host.systemThread("belay-reporter " + node.name(), true, this::run);
    if (!thread.compareAndSet(null, fresh)) {
      wake();
      return;
    }
    boolean started = false;
    try {
      node.host.start(fresh);
      started = true;
    } finally {
      if (!started) {
        thread.set(null);
      }
    }
  }

  /// Waits until all reports so far have been logged, up to a time.
  ///
  /// @return whether they have
  boolean flush(long nanos) {
    Thread self = Thread.currentThread();
    if (thread.get() == self) {
      return false;
    }
    if (thread.get() == null && queue.isEmpty() && missed.get() == 0) {
      return true;
    }
    Barrier barrier = new Barrier(self);
    queue.add(barrier);
    wake();
    long deadline = node.host.nanoTime() + nanos;
    boolean interrupted = false;
    while (!barrier.passed) {
      long left = deadline - node.host.nanoTime();
      if (left <= 0) {
        break;
      }
      node.host.parkNanos(this, left);
      interrupted |= node.host.clearInterrupt();
    }
    if (interrupted) {
      node.host.interrupt(self);
    }
    return barrier.passed;
  }

  /// Lets the thread end when it has logged what is in the queue.
  void stop() {
    stopped = true;
    Thread running = thread.get();
    if (running != null) {
      node.host.unpark(running);
    }
  }

  private static final class Barrier extends Report {
    private final Thread waiter;
    volatile boolean passed;

    Barrier(Thread waiter) {
      super(Level.OFF);
      this.waiter = waiter;
    }

    @Override
    String text() {
      throw new AssertionError("a barrier is not logged");
    }
  }

  // the reporter's thread

  private void run() {
    boolean more = true;
    while (more) {
      try {
        more = turn();
      } catch (Throwable e) {
        // Whatever could not be done now, for want of memory perhaps: later reports must be logged.
        missed(e);
      }
    }
  }

  /// Does one thing.
  ///
  /// @return whether there may be more to do
  private boolean turn() {
    Report next = queue.poll();
    if (next instanceof Barrier barrier) {
      sayTheRest(true);
      barrier.passed = true;
      node.host.unpark(barrier.waiter);
    } else if (next != null) {
      waiting.decrementAndGet();
      handle(next);
    } else if (stopped) {
      sayTheRest(true);
      renderer.stop();
      thread.set(null);
      if (!queue.isEmpty()) {
        wake();
      }
      return false;
    } else {
      sayTheRest(false);
      idle();
    }
    return true;
  }

  private void idle() {
    long wait = folding.nanosUntilDue(node.host.nanoTime());
    // Logging may have eaten the unpark of a report that came meanwhile.
    if (queue.isEmpty() && !stopped) {
      if (wait < 0) {
        node.host.park(this);
      } else {
        node.host.parkNanos(this, wait);
      }
      node.host.clearInterrupt();
    }
  }

  private void handle(Report report) {
    try {
      Report.Place place = report.place();
      if (place == null || folding.admit(place, report, node.host.nanoTime())) {
        renderer.render(report.userTexts());
        Surroundings.within(
            node, report.about(), () -> log(report.level, report.text(), report.thrown()));
      }
      folding.summarise(node.host.nanoTime(), false);
    } catch (Throwable e) {
      missed(e);
    }
  }

  /// Says what was counted instead of said.
  private void sayTheRest(boolean all) {
    try {
      folding.summarise(node.host.nanoTime(), all);
      long tooMany = dropped.getAndSet(0);
      if (tooMany > 0) {
        log(
            Level.WARNING,
            PlainText.count(tooMany)
                + " reports of node "
                + node.name()
                + " were dropped, because more than "
                + PlainText.count(BOUND)
                + " were waiting to be logged");
      }
      long failed = missed.getAndSet(0);
      if (failed > 0) {
        log(
            Level.WARNING,
            PlainText.count(failed)
                + " reports of node "
                + node.name()
                + " could not be made or logged, the last because of "
                + whyMissed);
      }
    } catch (Throwable e) {
      missed(e);
    }
  }

  private void log(Level level, String text) {
    log(level, text, null);
  }

  private void log(Level level, String text, @Nullable Throwable thrown) {
    try {
      if (thrown == null) {
        LOGGER.log(level, text);
      } else {
        LOGGER.log(level, text, thrown);
      }
    } catch (Throwable e) {
      missed(e);
    }
  }
}
