package dev.belay;

import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Throttle;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// Flight-recorder events of the life of processes; nothing but a flag test while no recording
/// wants them. The methods may be called while a death is settled: they call no user code and never
/// throw.
final class Flight {
  /*
   * Spawns and exits can be a million a second, so that a recording has to ask for them by name, as for the JDK's own
   * events of virtual threads; so does one that wants every turn to be timed. Crashes, declared deaths and long mailboxes
   * are in every recording; a storm of crashes is thinned out. `belay.jfc` in this artifact asks for what is good to have in production.
   *
   * An event that is not wanted is made and thrown away: the compiler removes the object. Before the first recording of
   * the JVM not even that is done: the first event would start the recorder, which takes longer than all of Belay's own start.
   */
  private Flight() {}

  /// What all events say.
  @Category({"Belay", "Process"})
  @StackTrace(false)
  abstract static class ProcessEvent extends Event {
    @Label("Node")
    @Nullable String node;

    @Label("Pid")
    @Nullable String pid;

    @Label("Label")
    @Nullable String label;

    @Label("Initial Function")
    @Nullable String initialFunction;

    final void about(Cell cell) {
      node = cell.node.name();
      pid = cell.pid.toString();
      label = cell.label();
      initialFunction = StackText.initialFunction(cell.initial);
    }
  }

  /// A process was spawned.
  @Name("dev.belay.Spawn")
  @Label("Process Spawn")
  @Description("A process was spawned")
  @Enabled(false)
  static final class Spawn extends ProcessEvent {
    @Label("Parent")
    @Description("The process that spawned it, or empty if a plain thread did")
    @Nullable String parent;
  }

  /// A process has ended.
  @Name("dev.belay.Exit")
  @Label("Process Exit")
  @Description("A process has ended, and its links and monitors have been told")
  @Enabled(false)
  static final class Exit extends ProcessEvent {
    @Label("Reason")
    @Nullable String reason;

    @Label("How")
    @Description("What ended it: own end, link, exit signal, terminate or node loss")
    @Nullable String how;

    @Label("From")
    @Description("Who ended it; itself for an end of its own making")
    @Nullable String from;

    @Label("Lived")
    @Timespan(Timespan.NANOSECONDS)
    long lived;

    @Label("Declared")
    @Description("Whether it was declared dead because its thread did not unwind")
    boolean declared;
  }

  /// A process crashed.
  @Name("dev.belay.Crash")
  @Label("Process Crash")
  @Description("A process ended by an uncaught throwable")
  @Throttle("100/s")
  static final class Crash extends ProcessEvent {
    @Label("Throwable")
    @Description("The class of the throwable")
    @Nullable String throwable;

    @Label("At")
    @Description("The first frame that is neither the JDK's nor the runtime's")
    @Nullable String at;
  }

  /// A process was declared dead.
  @Name("dev.belay.DeclaredDeath")
  @Label("Declared Death")
  @Description(
      "A process did not unwind within its grace and was declared dead; its thread is in quarantine")
  static final class DeclaredDeath extends ProcessEvent {
    @Label("Reason")
    @Nullable String reason;

    @Label("Stuck At")
    @Description("The first frame of its thread that is neither the JDK's nor the runtime's")
    @Nullable String stuckAt;
  }

  /// A turn of a process took long.
  @Name("dev.belay.LongTurn")
  @Label("Long Turn")
  @Description("A process that runs in turns took long over one message")
  @Enabled(false)
  @Threshold("20 ms")
  static final class LongTurn extends ProcessEvent {
    @Label("Message")
    @Description("The class of the message")
    @Nullable String message;
  }

  /// A node has been started.
  static void opened(Node node) {
    LongMailboxes.watch(node);
  }

  /// A node is closed.
  static void closed(Node node) {
    LongMailboxes.forget(node);
  }

  /// Tells whether there may be a recording; before the first one nothing else here need be called.
  static boolean isInitialized() {
    return FlightRecorder.isInitialized();
  }

  /// A process is about to handle a message on the calling thread.
  ///
  /// @return what to give to [#turnEnded] on the same thread; null if nobody wants to know
  static @Nullable LongTurn turnBegins() {
    if (!FlightRecorder.isInitialized()) {
      return null;
    }
    try {
      LongTurn event = new LongTurn();
      if (event.isEnabled()) {
        event.begin();
        return event;
      }
    } catch (Throwable e) {
      // For want of memory; the turn goes on.
    }
    return null;
  }

  /// It has handled it, normally or not.
  ///
  /// @param message what it was about
  static void turnEnded(LongTurn event, Cell cell, Object message) {
    try {
      event.end();
      if (event.shouldCommit()) {
        event.about(cell);
        event.message = message.getClass().getName();
        event.commit();
      }
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }

  static void spawned(Cell cell) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    try {
      Spawn event = new Spawn();
      if (event.shouldCommit()) {
        event.about(cell);
        Pid parent = cell.ancestors.parent();
        event.parent = parent == null ? "" : parent.toString();
        event.commit();
      }
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }

  static void ended(Cell cell) {
    Cause cause = cell.cause;
    if (cause == null || cell.bodiless || cell.unborn || !FlightRecorder.isInitialized()) {
      return;
    }
    try {
      if (cause.how() == Trail.How.OWN_END && cause.reason() instanceof ExitReason.Crash thrown) {
        crashed(cell, thrown.throwable());
      }
      Exit event = new Exit();
      if (event.shouldCommit()) {
        event.about(cell);
        event.reason = ExitSignalError.plain(cause.reason());
        event.how = cause.how().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        event.from = cause.from().toString();
        event.lived = cell.host().nanoTime() - cell.born;
        event.declared = cell.declared;
        event.commit();
      }
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }

  private static void crashed(Cell cell, Throwable thrown) {
    Crash event = new Crash();
    if (event.shouldCommit()) {
      event.about(cell);
      event.throwable = thrown.getClass().getName();
      event.at = StackText.at(StackText.userFrame(StackText.plainFrames(thrown)));
      event.commit();
    }
  }

  static void declared(Cell cell, StackTraceElement[] stack) {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    try {
      DeclaredDeath event = new DeclaredDeath();
      if (event.shouldCommit()) {
        event.about(cell);
        Cause cause = cell.cause;
        event.reason = cause == null ? "" : ExitSignalError.plain(cause.reason());
        event.stuckAt = StackText.at(StackText.userFrame(stack));
        event.commit();
      }
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }
}
