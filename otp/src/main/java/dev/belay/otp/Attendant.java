package dev.belay.otp;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.Ref;
import dev.belay.Sendable;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The process of a node that waits on behalf of those who hold futures.
final class Attendant implements Behaviour {
  /*
   * One process for all, so that requests of one thread stay in order, and a wait costs a monitor and no process. It never runs what
   * users hang on a future, which may take its time: each future that it settles is completed by a process of its own.
   *
   * `open` is added to under the lock of the Attendance; removed from by the attendant, and under the lock when it has ended. `waiting`
   * is the attendant's own.
   */

  /// There is a new errand.
  @Sendable
  record Begin(Errand<?> errand) {}

  /// The future of an errand was completed by somebody else.
  @Sendable
  record Abandon(Errand<?> errand) {}

  /// Time that an errand asked for has passed.
  @Sendable
  private record Late(Errand<?> errand) {}

  private static final SpawnOptions COMPLETION = SpawnOptions.DEFAULT.label("future");

  final Set<Errand<?>> open = ConcurrentHashMap.newKeySet();
  private final Attendance attendance;
  private final Map<Ref, Errand<?>> waiting = new HashMap<>();

  /// Written before its first errand is given to it.
  private volatile @Nullable Pid pid;

  Attendant(Attendance attendance) {
    this.attendance = attendance;
  }

  void is(Pid process) {
    pid = process;
  }

  Pid pid() {
    return Objects.requireNonNull(pid);
  }

  @Override
  public Behaviour handle(Object message) {
    switch (message) {
      case Begin(Errand<?> errand) -> begin(errand);
      case Abandon(Errand<?> errand) -> {
        if (!errand.over) {
          errand.abandon(this);
        }
      }
      case Late(Errand<?> errand) -> {
        if (!errand.over) {
          errand.late(this);
        }
      }
      default -> {
        Ref ref = refOf(message);
        Errand<?> errand = ref == null ? null : waiting.remove(ref);
        if (errand != null) {
          errand.take(this, message);
        }
      }
    }
    return open.isEmpty() && attendance.dismiss(this) ? Behaviour.done() : Behaviour.same();
  }

  private static @Nullable Ref refOf(Object message) {
    return message instanceof Down down ? down.ref() : Task.refOf(message);
  }

  private void begin(Errand<?> errand) {
    if (errand.future.isDone()) {
      over(errand);
      return;
    }
    try {
      errand.begin(this);
    } catch (RuntimeException e) {
      RuntimeException failure = errand.failure(e);
      over(errand);
      complete(() -> errand.fail(failure));
    }
  }

  // for errands, in this process

  /// Gives an errand the messages for a reference: the next one.
  void await(Ref ref, Errand<?> errand) {
    waiting.put(ref, errand);
  }

  void forget(Ref ref) {
    waiting.remove(ref);
  }

  /// Tells an errand when some time has passed.
  TimerRef tellLate(Errand<?> errand, Duration time) {
    return Belay.sendAfter(time, pid(), new Late(errand));
  }

  /// An errand is over.
  void over(Errand<?> errand) {
    errand.over = true;
    open.remove(errand);
  }

  /// Completes a future, where what depends on it does no harm.
  void complete(Runnable completion) {
    complete(attendance.node(), completion);
  }

  private static void complete(Node node, Runnable completion) {
    try {
      node.spawn(COMPLETION, completion::run);
    } catch (ProcessLimitException e) {
      // There are no processes to be had: better here than never.
      completion.run();
    }
  }

  /// The process has ended, for whatever reason; on any thread.
  void ended() {
    for (Errand<?> errand : attendance.leftBy(this)) {
      errand.over = true;
      errand.orphaned(attendance.node());
      complete(attendance.node(), () -> errand.fail(errand.failure(null)));
    }
  }
}
