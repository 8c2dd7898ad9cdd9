package dev.belay;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// Flight-recorder events of the life of processes; nothing but a flag test while no recording
/// wants them.
final class Flight {
  private Flight() {}

  /// A process was spawned.
  @Name("dev.belay.Spawn")
  @Label("Process Spawn")
  @Category({"Belay", "Process"})
  @Description("A process was spawned")
  @StackTrace(false)
  static final class Spawn extends Event {
    @Label("Pid")
    @Nullable String pid;

    @Label("Label")
    @Nullable String label;

    @Label("Parent")
    @Nullable String parent;
  }

  /// A process has ended.
  @Name("dev.belay.Exit")
  @Label("Process Exit")
  @Category({"Belay", "Process"})
  @Description("A process has ended, and its links and monitors have been told")
  @StackTrace(false)
  static final class Exit extends Event {
    @Label("Pid")
    @Nullable String pid;

    @Label("Label")
    @Nullable String label;

    @Label("Reason")
    @Nullable String reason;

    @Label("Declared")
    boolean declared;
  }

  /// A process crashed.
  @Name("dev.belay.Crash")
  @Label("Process Crash")
  @Category({"Belay", "Process"})
  @Description("A process ended by an uncaught throwable")
  @StackTrace(false)
  static final class Crash extends Event {
    @Label("Pid")
    @Nullable String pid;

    @Label("Label")
    @Nullable String label;

    @Label("Throwable")
    @Nullable String throwable;
  }

  /// A process was declared dead.
  @Name("dev.belay.DeclaredDeath")
  @Label("Declared Death")
  @Category({"Belay", "Process"})
  @Description(
      "A process did not unwind within its grace and was declared dead; its thread is in quarantine")
  @StackTrace(false)
  static final class DeclaredDeath extends Event {
    @Label("Pid")
    @Nullable String pid;

    @Label("Label")
    @Nullable String label;

    @Label("Stuck In")
    @Nullable String stuckIn;
  }

  static void spawned(Cell cell) {
    Spawn event = new Spawn();
    if (event.shouldCommit()) {
      event.pid = cell.pid.toString();
      event.label = cell.label();
      Pid parent = cell.ancestors.parent();
      event.parent = parent == null ? "" : parent.toString();
      event.commit();
    }
  }

  /// Records the end of a process; swallows what goes wrong, for it is called while a death is
  /// settled.
  static void ended(Cell cell) {
    try {
      Cause cause = cell.cause;
      Exit event = new Exit();
      if (event.shouldCommit() && cause != null) {
        event.pid = cell.pid.toString();
        event.label = cell.label();
        event.reason = ExitSignalError.plain(cause.reason());
        event.declared = cell.declared;
        event.commit();
      }
      Crash crash = new Crash();
      if (crash.shouldCommit()
          && cause != null
          && cause.how() == Trail.How.OWN_END
          && cause.reason() instanceof ExitReason.Crash thrown) {
        crash.pid = cell.pid.toString();
        crash.label = cell.label();
        crash.throwable = thrown.throwable().getClass().getName();
        crash.commit();
      }
    } catch (Throwable e) {
      cell.node.reporter.missed(e);
    }
  }

  static void declared(Cell cell, StackTraceElement[] stack) {
    DeclaredDeath event = new DeclaredDeath();
    if (event.shouldCommit()) {
      event.pid = cell.pid.toString();
      event.label = cell.label();
      event.stuckIn = StackText.at(StackText.userFrame(stack));
      event.commit();
    }
  }
}
