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
import dev.belay.Subject;
import dev.belay.TimerRef;
import dev.belay.Turns;
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
   * users hang on a future, which may take its time: each future that it settles is completed by a process of its own. That one may be
   * ended before its first instruction, with its node for example. So it is monitored, and an errand stays in `open` until its future is
   * complete: by another such process, or by who finds the errand when the attendant has ended. Nor does it wait for room in a mailbox:
   * for each server that is called there is a courier, as long as calls of it are open, which sends the requests. Couriers are linked with
   * it, so that all is lost together.
   *
   * `open` is added to under the lock of the Attendance; removed from by the attendant, and under the lock when it has ended. `waiting`,
   * `settling` and `couriers` are the attendant's own.
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

  /// To a courier: a request to be sent. Development mode looks into it here, where the future can
  /// still tell what it found.
  private record Post(Errand<?> errand, Object request) {}

  /// Sends the requests for one server.
  private static final class Courier {
    final Pid pid;
    int errands;

    Courier(Subject server) {
      Behaviour sends =
          message -> {
            Post post = (Post) message;
            // Nobody waits for what was given up meanwhile.
            if (!post.errand.over) {
              Belay.send(Abroad.destination(server), post.request);
            }
            return Behaviour.same();
          };
      pid = Belay.spawn(COURIER, Turns.of(() -> sends, Courier.class));
    }
  }

  private static final SpawnOptions COMPLETION = SpawnOptions.DEFAULT.label("future");
  private static final SpawnOptions COURIER =
      SpawnOptions.DEFAULT.label("courier of futures").link();

  final Set<Errand<?>> open = ConcurrentHashMap.newKeySet();
  private final Attendance attendance;
  private final Map<Ref, Errand<?>> waiting = new HashMap<>();
  private final Map<Subject, Courier> couriers = new HashMap<>();

  /// Those whose futures are being completed, by the monitors of the processes that do.
  private final Map<Ref, Errand<?>> settling = new HashMap<>();

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
        Ref known = refOf(message);
        Ref ref = known != null ? known : Abroad.refOf(Abroad.of(attendance.node()), message);
        Errand<?> errand = ref == null ? null : waiting.remove(ref);
        Errand<?> settled = ref == null ? null : settling.remove(ref);
        if (errand != null) {
          errand.take(this, message);
        } else if (settled != null) {
          settle(settled);
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
      settle(
          errand,
          () -> {
            if (!errand.future.isDone()) {
              errand.fail(errand.failure(e));
            }
          });
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

  /// Sends the request of an errand, its only one. If the server's mailbox makes senders wait, only
  /// other requests for that server do.
  void send(Errand<?> errand, Subject server, Object request) {
    Courier courier = couriers.computeIfAbsent(server, Courier::new);
    courier.errands++;
    errand.sentTo = server;
    Belay.send(courier.pid, new Post(errand, request));
  }

  /// An errand is over, and its future complete.
  void over(Errand<?> errand) {
    errand.over = true;
    open.remove(errand);
    release(errand);
  }

  /// An errand needs its courier no longer.
  void release(Errand<?> errand) {
    Subject server = errand.sentTo;
    Courier courier = server == null ? null : couriers.get(server);
    errand.sentTo = null;
    if (courier != null && --courier.errands == 0) {
      couriers.remove(server);
      // It may wait for room, for calls that were given up. It ends normally, which the link keeps
      // to itself.
      Belay.terminate(courier.pid);
    }
  }

  /// An errand is over but for its future, which is completed where what depends on it does no
  /// harm.
  void settle(Errand<?> errand, Runnable completion) {
    errand.over = true;
    errand.completion = completion;
    release(errand);
    settle(errand);
  }

  private void settle(Errand<?> errand) {
    Runnable completion = errand.completion;
    if (errand.future.isDone() || completion == null) {
      over(errand);
      return;
    }
    try {
      settling.put(Belay.spawnMonitor(COMPLETION, completion::run).ref(), errand);
    } catch (ProcessLimitException e) {
      // There are no processes to be had: better here than never.
      completion.run();
      over(errand);
    }
  }

  /// The process has ended, for whatever reason; on any thread.
  void ended() {
    Node node = attendance.node();
    for (Errand<?> errand : attendance.leftBy(this)) {
      errand.over = true;
      errand.orphaned(node);
      Runnable known = errand.completion;
      Runnable completion = known != null ? known : () -> errand.fail(errand.failure(null));
      // Nobody monitors this one; so it owns what is to be done.
      AutoCloseable unlessDone =
          () -> {
            if (!errand.future.isDone()) {
              completion.run();
            }
          };
      try {
        node.spawn(COMPLETION.own(unlessDone), completion::run);
      } catch (ProcessLimitException e) {
        completion.run();
      }
    }
  }
}
