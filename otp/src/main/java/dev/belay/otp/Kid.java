package dev.belay.otp;

import dev.belay.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A child of a supervisor. Its supervisor's own; read by the one above when that is dead.
final class Kid {
  enum State {
    RUNNING,

    /// About to be started again.
    RESTARTING,

    STOPPED
  }

  /// A process that a start has spawned.
  ///
  /// @param overseer what it is, if it is a supervisor
  record Spawned(Pid pid, @Nullable Overseer<?> overseer) {}

  final ChildSpec spec;
  State state = State.STOPPED;
  @Nullable Pid pid;
  @Nullable Object information;

  /// The last process that it was.
  @Nullable Pid latest;

  /// What that is, if it is a supervisor: what that one leaves behind if it is killed is to be
  /// ended before it is started again.
  @Nullable Overseer<?> subtree;

  /// The process by which others know it, while a dynamic supervisor waits to start it again.
  @Nullable Pid waitsAs;

  /// What its start has spawned, while it is being started.
  final List<Spawned> spawned = new ArrayList<>(1);

  /// The processes that were declared dead whose threads may still be there, if that matters.
  List<Pid> declared = List.of();

  /// When it was started last.
  long born;

  /// How often it has ended in a row without having been healthy.
  int failures;

  /// Tells what was meant for an earlier restart from what is for this one.
  long turn;

  /// With whom it is started again, if not by itself.
  @Nullable Kid leader;

  Kid(ChildSpec spec) {
    this.spec = spec;
  }

  boolean is(Restart restart) {
    return spec.restart() == restart;
  }

  /// Whether it is started again after an end.
  boolean isRestartedAfter(boolean orderly) {
    return is(Restart.PERMANENT) || (is(Restart.TRANSIENT) && !orderly);
  }

  /// Its thread may still be there.
  void wasDeclared(Pid process) {
    if (spec.quarantinePatience() != null) {
      List<Pid> more = new ArrayList<>(declared);
      more.add(process);
      declared = List.copyOf(more);
    }
  }

  /// Tells whether a thread is still there that is to be gone before it is started again.
  ///
  /// @param quarantined whose threads are
  boolean isStuck(Set<Pid> quarantined) {
    declared = declared.stream().filter(quarantined::contains).toList();
    return !declared.isEmpty();
  }

  void runs(Pid process) {
    state = State.RUNNING;
    pid = process;
    latest = process;
    leader = null;
    turn++;
  }

  /// It does not run any more, and nothing that was to come of it counts.
  void stopped() {
    state = State.STOPPED;
    pid = null;
    leader = null;
    turn++;
  }
}
