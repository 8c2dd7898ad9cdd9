package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Sendable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A task under a supervisor, whose result completes a future.
///
/// @param <T> the type of the result
@Sendable
final class SupervisedErrand<T extends @Nullable Object> extends TaskErrand<T> {
  /*
   * First it calls the supervisor; until that has replied, `asked` is the call and `task` what was asked for. Then it is like another
   * task.
   */
  private final ServerRef<DynamicSupervising.Request> supervisor;
  private final Shutdown shutdown;
  private @Nullable Ref asked;
  private @Nullable SupervisedTask task;

  SupervisedErrand(
      Callable<? extends T> work,
      ServerRef<DynamicSupervising.Request> supervisor,
      Shutdown shutdown) {
    super(work);
    this.supervisor = supervisor;
    this.shutdown = shutdown;
  }

  @Override
  void begin(Attendant by) {
    Pid callee = supervisor.find();
    if (callee == null) {
      throw new CallException(what(), ExitReason.NO_PROC);
    }
    SupervisedTask fresh = new SupervisedTask(callers, this::run);
    task = fresh;
    Ref ref = Belay.monitor(callee, TaskSupervisorRef.REPLY);
    boolean begun = false;
    try {
      by.send(
          this,
          callee,
          new From<>(
              supervisor.node(),
              by.pid(),
              callee,
              ref,
              new DynamicSupervising.StartChild(fresh.spec(shutdown))));
      asked = ref;
      by.await(ref, this);
      begun = true;
    } finally {
      if (!begun) {
        Belay.demonitor(ref, Demonitor.FLUSH);
      }
    }
  }

  @Override
  void take(Attendant by, Object message) {
    if (asked == null) {
      super.take(by, message);
      return;
    }
    asked = null;
    by.release(this);
    RuntimeException failure;
    if (message instanceof Answer.Replied(Ref _, Answered<?> answer)) {
      SupervisorException refused = answer.refused();
      if (refused == null) {
        Pid pid = ((Child) answer.get()).pid().orElseThrow();
        Ref ref = Belay.monitor(pid, TaskSupervisorRef.REPLY);
        by.await(ref, this);
        runs(pid);
        SupervisedTask.go(pid, ref);
        return;
      }
      failure = refused;
    } else if (message instanceof Answer.Refused refused) {
      failure = CallException.of(what() + ": " + refused.why(), refused.reason());
    } else {
      failure =
          new CallException(
              what(),
              message instanceof Down down
                  ? down.reason()
                  : ExitReason.term(CallReason.BAD_REQUEST));
    }
    by.settle(this, () -> fail(failure));
  }

  @Override
  void abandon(Attendant by) {
    if (asked == null) {
      super.abandon(by);
      return;
    }
    Belay.demonitor(asked, Demonitor.FLUSH);
    Belay.unalias(asked);
    by.forget(asked);
    if (task != null) {
      task.giveUp(supervisor.node());
    }
    by.over(this);
  }

  private String what() {
    return "start of a task under " + supervisor;
  }

  @Override
  RuntimeException failure(@Nullable RuntimeException why) {
    return why instanceof CallException ? why : super.failure(why);
  }
}
