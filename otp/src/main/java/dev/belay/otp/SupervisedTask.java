package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Sendable;
import dev.belay.SpawnOptions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A task under a supervisor, which begins when its owner says so.
@Sendable
final class SupervisedTask {
  /*
   * The supervisor spawns the process, and tells who asked for it its pid; only then can that one monitor it and link with it. The
   * process waits for this before it begins, so that no end of it is missed, and its true reason is known. It ends if its owner does
   * meanwhile, or gives it up: the one writes `givenUp` and reads `process` then, the other the other way round.
   */

  /// To a task: begin, and answer to this alias.
  private record Go(Ref answer) {}

  private static final SpawnOptions OPTIONS =
      SpawnOptions.DEFAULT.label("task").reportExits().link(LinkMode.NORMAL, LinkMode.ANY_EXIT);

  private final Pid owner = Belay.self();
  private final List<Pid> callers;
  private final Callable<?> work;
  private volatile @Nullable Pid process;
  private volatile boolean givenUp;

  /// Makes a task of the calling process.
  SupervisedTask(List<Pid> callers, Callable<?> work) {
    this.callers = callers;
    this.work = work;
  }

  /// Returns what to start as a child of the supervisor.
  ChildSpec spec(Shutdown shutdown) {
    return of(this::run).restart(Restart.TEMPORARY).shutdown(shutdown);
  }

  private void run() throws Exception {
    process = Belay.self();
    Ref monitor = Belay.monitor(owner);
    if (givenUp) {
      return;
    }
    // Not since the monitor was made: its owner may have been quicker.
    Object first =
        Belay.receive(m ->
            m instanceof Go || (m instanceof Down down && down.ref().equals(monitor)) ? m : null);
    if (first instanceof Go(Ref answer)) {
      Belay.demonitor(monitor, Demonitor.FLUSH);
      Belay.send(answer, new Answer.Replied(answer, Task.workFor(callers, work)));
    }
  }

  /// Lets the task begin.
  ///
  /// @param task its process
  /// @param answer the monitor that the owner has of it, which is an alias for its result
  static void go(Pid task, Ref answer) {
    Belay.send(task, new Go(answer));
  }

  /// The owner has not heard of its process, and will not let it begin.
  void giveUp(Node node) {
    givenUp = true;
    Pid pid = process;
    if (pid != null) {
      node.exit(pid, ExitReason.SHUTDOWN);
    }
  }

  /// A child that does something, from its start.
  static ChildSpec of(Body body) {
    return ChildSpec.of(
        "task",
        () -> {
          Pid pid = Belay.spawn(OPTIONS, body);
          Overseer.spawned(pid, null);
          return Child.of(pid);
        });
  }
}
