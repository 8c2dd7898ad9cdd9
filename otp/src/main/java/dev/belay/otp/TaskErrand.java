package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A task whose result completes a future.
///
/// @param <T> the type of the result
@Sendable
class TaskErrand<T extends @Nullable Object> extends Errand<T> {
  private static final SpawnOptions OPTIONS = SpawnOptions.DEFAULT.label("task").reportExits();

  private final Callable<? extends T> work;
  final List<Pid> callers = Task.callersOfNext();
  private @Nullable Pid pid;
  private @Nullable TimerRef timer;

  TaskErrand(Callable<? extends T> work) {
    this.work = Objects.requireNonNull(work, "work");
  }

  /// Does the work, in the task, and completes the future there.
  @Nullable Object run() throws Exception {
    complete(Task.workFor(callers, work));
    return null;
  }

  @Override
  void begin(Attendant by) {
    Monitored task = Belay.spawnMonitor(OPTIONS, this::run);
    pid = task.pid();
    by.await(task.ref(), this);
  }

  /// Its process has been started by somebody else, and is monitored.
  void runs(Pid process) {
    pid = process;
  }

  @Override
  void take(Attendant by, Object message) {
    if (timer != null) {
      Belay.cancelTimer(timer);
    }
    if (future.isDone()) {
      by.over(this);
      return;
    }
    ExitReason reason = message instanceof Down down ? down.reason() : ExitReason.NORMAL;
    TaskException failure =
        new TaskException("task " + pid + " has no result: " + CallException.brief(reason), reason);
    by.settle(this, () -> fail(failure));
  }

  @Override
  void abandon(Attendant by) {
    if (pid != null) {
      Belay.exit(pid, ExitReason.SHUTDOWN);
      timer = by.tellLate(this, Task.DEFAULT_SHUTDOWN);
    }
  }

  @Override
  void late(Attendant by) {
    if (pid != null) {
      Belay.exit(pid, ExitReason.KILL);
    }
  }

  @Override
  void orphaned(Node node) {
    if (pid != null) {
      node.exit(pid, ExitReason.SHUTDOWN);
    }
  }

  @Override
  RuntimeException failure(@Nullable RuntimeException why) {
    return new TaskException(
        why == null
            ? "what waited for the task has ended: its node is closing, or somebody has ended its process"
            : "the task cannot be started",
        why == null ? ExitReason.NO_CONNECTION : ExitReason.crash(why));
  }
}
