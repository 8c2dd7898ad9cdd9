package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The process of a supervisor of any kind: starts, watches and restarts children.
///
/// @param <R> what it is asked for
abstract class Overseer<R> extends Server<R> {
  /*
   * A restart: 1 it is counted (`restart`); 2 those that go with the child are ended (`endGroup`); 3 the threads of those that were
   * declared dead are waited for, if they are to be (`Look`); 4 the backoff is waited for (`Again`), and since others may have come or
   * been started meanwhile, 2 and 3 are done again; 5 the group is started; one that does not start is restarted from 1 on, by a
   * message (SV16). Meanwhile the supervisor hears everybody. `turn` of the child that leads tells a message for this restart from one
   * for an earlier one: any start or end of it makes older messages void.
   *
   * A node that closes tells all processes to shut down, the oldest first. So a supervisor hears of that before its children end, and
   * ends with them instead of starting them again. What is refused meanwhile is not reported.
   */
  /// How often it looks whether a thread has left quarantine.
  private static final Duration LOOK = Duration.ofMillis(20);

  /// The child that is being started: its end of the link goes down with any exit.
  private static final ScopedValue<Starter> STARTING = ScopedValue.newInstance();

  private record Starter(Overseer<?> overseer, Kid kid) {}

  /// To itself: a child is to be started again.
  ///
  /// @param counted whether this restart was counted
  @Sendable
  private record Again(Kid kid, long turn, boolean counted) implements Inner {}

  /// To itself: a look whether threads of children that were declared dead have ended.
  ///
  /// @param delayed whether the backoff was waited for
  /// @param heirs among whom those are that go on without the child that led them; null if it leads
  @Sendable
  private record Look(Kid kid, long turn, long deadline, boolean delayed, @Nullable List<Kid> heirs)
      implements Inner {}

  /// From a child: it is ready.
  record Ready(Pid child) implements Inner {}

  private final Node node;
  private final Restarts restarts;
  private final int intensity;
  private final Duration period;
  private @Nullable SplittableRandom jitter;

  /// The children that run, and those that are being started; read by the supervisor above when
  /// this process is dead.
  final Map<Pid, Kid> running = new ConcurrentHashMap<>();

  /// Whether it ends because restarts do not help; read by others when this process is dead.
  boolean gaveUp;

  Overseer(Node node, int intensity, Duration period) {
    this.node = node;
    this.intensity = intensity;
    this.period = period;
    this.restarts = new Restarts(node, intensity, period);
  }

  /// Returns those that are started again with a child, in order.
  abstract List<Kid> group(Kid kid);

  /// Ends those that are to go with a child before it is started again, and keeps them in mind.
  abstract void endGroup(Kid kid);

  /// A child runs again.
  void began(Kid kid) {}

  /// A child has ended, or did not want to be started, and is not to be kept.
  abstract void forget(Kid kid);

  /// A child has ended by itself, and is not restarted.
  abstract void endedForGood(Kid kid);

  @Override
  final List<Pid> childPids() {
    return running.keySet().stream().sorted().toList();
  }

  @Override
  protected String describeState() {
    int count = running.size();
    return count == 1 ? "1 child runs" : count + " children run";
  }

  @Override
  protected void init() {
    Belay.trapExits(true);
  }

  @Override
  protected void handleInfo(Object message) {
    switch (message) {
      case Exit exit -> {
        Kid kid = running.get(exit.pid());
        if (kid == null) {
          if (Closing.isBehind(exit, node)) {
            stop(ExitReason.SHUTDOWN);
          }
          return;
        }
        if (isThere(exit.pid())) {
          SupervisorReport.unexpected(exit);
          return;
        }
        kid.stopped();
        ended(kid, exit);
      }
      case Again again -> {
        if (again.turn == again.kid.turn) {
          if (again.counted) {
            proceed(again.kid, true);
          } else {
            restart(again.kid);
          }
        }
      }
      case Look look -> {
        if (look.turn == look.kid.turn) {
          look(look);
        }
      }
      case Ready ready -> {
        // It was not waited for.
      }
      default -> SupervisorReport.unexpected(message);
    }
  }

  /// Tells whether a child is alive from which an exit signal has come. Of one of another node
  /// nobody here knows; and whether that has ended, or the connection, comes to the same.
  final boolean isThere(Pid child) {
    return child.node().equals(node.name()) && Belay.isAlive(child);
  }

  // starting

  /// Tells whether the calling process is a supervisor that starts a child.
  static boolean isStartingChild() {
    return STARTING.isBound();
  }

  /// A process was spawned that has not begun yet. A supervisor that starts a child gets to know
  /// it, so that whoever is above can end it if this one is killed now.
  ///
  /// @param overseer what it is, if it is a supervisor
  static void spawned(Pid pid, @Nullable Overseer<?> overseer) {
    if (STARTING.isBound()) {
      Starter starter = STARTING.get();
      starter.kid.spawned.add(new Kid.Spawned(pid, overseer));
      starter.overseer.running.put(pid, starter.kid);
    }
  }

  /// Starts a child.
  ///
  /// @return why it did not start, or null
  final @Nullable ExitReason begin(Kid kid) {
    ExitReason failure;
    try {
      Child child =
          ScopedValue.where(STARTING, new Starter(this, kid)).call(() -> kid.spec.start().start());
      settle(kid, child.process());
      failure = begun(kid, child);
    } catch (ExitSignalError e) {
      throw e;
    } catch (StartException e) {
      settle(kid, null);
      failure = e.isIgnored() ? begun(kid, Child.ignored()) : e.reason();
    } catch (ExitException e) {
      settle(kid, null);
      failure = e.reason();
    } catch (Throwable e) {
      settle(kid, null);
      failure = ExitReason.crash(e);
    }
    if (failure != null) {
      if (node.isClosing()) {
        stop(ExitReason.SHUTDOWN);
      } else {
        SupervisorReport.startError(kid.spec, failure);
      }
    }
    return failure;
  }

  /// Sorts what a start has spawned: one may be the child; of the others those that are dead may
  /// have left something behind.
  private void settle(Kid kid, @Nullable Pid child) {
    kid.subtree = null;
    for (Kid.Spawned spawned : List.copyOf(kid.spawned)) {
      if (spawned.pid().equals(child)) {
        kid.subtree = spawned.overseer();
      } else {
        if (!Belay.isAlive(spawned.pid())) {
          Ending.endOrphans(spawned.overseer());
          // If it was declared dead, nobody has said so.
          kid.wasDeclared(spawned.pid());
        }
        running.remove(spawned.pid());
      }
    }
    kid.spawned.clear();
  }

  private @Nullable ExitReason begun(Kid kid, Child child) {
    Pid pid = child.process();
    kid.stopped();
    kid.information = child.information();
    if (pid == null) {
      if (kid.is(Restart.TEMPORARY)) {
        forget(kid);
      }
      return null;
    }
    kid.runs(pid);
    kid.born = node.nanoTime();
    running.put(pid, kid);
    ExitReason unready = awaitReady(kid, pid);
    if (unready == null) {
      SupervisorReport.started(kid.spec, pid);
    }
    return unready;
  }

  /// Waits until a child says that it is ready, if it is to.
  ///
  /// @return why it is not, or null
  private @Nullable ExitReason awaitReady(Kid kid, Pid pid) {
    Duration time = kid.spec.readyWithin();
    if (time == null) {
      return null;
    }
    ExitReason reason;
    try {
      Optional<Object> said =
          Belay.receive(
              m ->
                  (m instanceof Ready ready && ready.child().equals(pid))
                          || (m instanceof Exit exit && exit.pid().equals(pid))
                      ? m
                      : null,
              time);
      if (said.isPresent() && said.get() instanceof Ready) {
        return null;
      }
      if (said.isPresent() && said.get() instanceof Exit exit && !isThere(pid)) {
        ended(kid, pid, Ending.End.of(exit));
        return exit.reason();
      }
      reason =
          said.isPresent() ? ((Exit) said.get()).reason() : ExitReason.term(CallReason.TIMEOUT);
    } catch (ExitSignalError e) {
      throw e;
    } catch (Throwable e) {
      reason = ExitReason.crash(e);
    }
    endOne(kid, pid);
    return reason;
  }

  /// Ends a child and what is below it.
  ///
  /// @return its true reason
  final ExitReason endOne(Kid kid, Pid pid) {
    Ending.End end = Ending.end(pid, kid.spec.shutdown());
    ended(kid, pid, end);
    return end.reason();
  }

  /// Notes that a child has ended which was told to.
  final void ended(Kid kid, Pid pid, Ending.End end) {
    kid.stopped();
    // Of one that had ended, and was not linked, nobody says whether it was declared dead.
    if (end.declared() || end.reason().equals(ExitReason.NO_PROC)) {
      kid.wasDeclared(pid);
    }
    Ending.endOrphans(kid.subtree);
    kid.subtree = null;
    // Only now: if this supervisor is killed while it ends what a child has left behind, whoever is
    // above has to find it.
    running.remove(pid);
  }

  // restarting

  private void ended(Kid kid, Exit exit) {
    ended(kid, exit.pid(), Ending.End.of(exit));
    Backoff backoff = kid.spec.backoff();
    if (backoff != null && node.nanoTime() - kid.born >= Nanos.of(backoff.healthyAfter())) {
      kid.failures = 0;
    }
    boolean orderly = exit.reason().isOrderly();
    boolean restarted = kid.isRestartedAfter(orderly);
    if (restarted && Closing.isBehind(exit, node)) {
      // It was told before this process, which then has only just been started itself.
      stop(ExitReason.SHUTDOWN);
      return;
    }
    if (restarted || !orderly) {
      SupervisorReport.ended(kid.spec, exit);
    }
    if (restarted) {
      restart(kid);
      return;
    }
    if (kid.is(Restart.TEMPORARY)) {
      forget(kid);
    }
    endedForGood(kid);
  }

  /// Starts a child again, with those that go with it, unless that was done too often.
  private void restart(Kid kid) {
    if (!restarts.add()) {
      gaveUp = true;
      SupervisorReport.tooManyRestarts(kid.spec, intensity, period);
      kid.stopped();
      stop(ExitReason.SHUTDOWN);
      return;
    }
    kid.state = Kid.State.RESTARTING;
    proceed(kid, kid.spec.backoff() == null);
  }

  /// Goes on with a restart that was counted.
  ///
  /// @param delayed whether the backoff was waited for
  private void proceed(Kid kid, boolean delayed) {
    endGroup(kid);
    List<Kid> group = group(kid);
    if (isStuck(group)) {
      look(new Look(kid, kid.turn, node.nanoTime() + patience(group), delayed, null));
      return;
    }
    Backoff backoff = kid.spec.backoff();
    if (delayed || backoff == null) {
      beginAll(group);
      return;
    }
    if (jitter == null) {
      jitter = new SplittableRandom(Belay.self().hashCode());
    }
    Duration delay = backoff.delay(kid.failures++, jitter);
    Belay.sendAfter(delay, Belay.self(), new Again(kid, kid.turn, true));
  }

  private void beginAll(List<Kid> group) {
    for (Kid next : group) {
      ExitReason failure = begin(next);
      if (failure == null) {
        began(next);
      } else {
        next.state = Kid.State.RESTARTING;
        next.leader = null;
        for (Kid other : group) {
          if (other.leader != null) {
            other.leader = next;
          }
        }
        // By its own mailbox, so that others get through (SV16); as a timer, which comes through
        // also if the mailbox has a bound.
        Belay.send(Belay.self(), new Again(next, next.turn, false));
        return;
      }
    }
  }

  /// Whether a thread is still there of a child that is not to be started before it is gone.
  final boolean isStuck(List<Kid> kids) {
    if (kids.stream().allMatch(kid -> kid.declared.isEmpty())) {
      return false;
    }
    Set<Pid> there = node.quarantined().stream().map(t -> t.pid()).collect(Collectors.toSet());
    boolean any = false;
    for (Kid kid : kids) {
      any |= kid.isStuck(there);
    }
    return any;
  }

  private static long patience(List<Kid> group) {
    return group.stream()
        .map(one -> one.spec.quarantinePatience())
        .mapToLong(time -> time == null ? 0 : Nanos.of(time))
        .max()
        .orElse(0);
  }

  /// Waits for threads, without being deaf meanwhile.
  private void look(Look look) {
    List<Kid> heirs = look.heirs;
    List<Kid> awaited = heirs == null ? group(look.kid) : ledBy(look.kid, heirs);
    if (!isStuck(awaited)) {
      if (heirs == null) {
        proceed(look.kid, look.delayed);
      } else {
        beginAll(awaited);
      }
    } else if (node.nanoTime() - look.deadline >= 0) {
      gaveUp = true;
      SupervisorReport.threadStays(look.kid.spec);
      look.kid.stopped();
      stop(ExitReason.SHUTDOWN);
    } else {
      Belay.sendAfter(LOOK, Belay.self(), look);
    }
  }

  /// Returns those that are to be started again with a child, which is one of them.
  private static List<Kid> ledBy(Kid leader, List<Kid> some) {
    return some.stream()
        .filter(other ->
            other.state == Kid.State.RESTARTING && (other == leader || other.leader == leader))
        .toList();
  }

  /// A child that was to be started again is not to be after all: those that were to be started
  /// with it are, without it.
  final void passOn(Kid kid, List<Kid> followers) {
    List<Kid> heirs = ledBy(kid, followers);
    if (heirs.isEmpty()) {
      return;
    }
    Kid next = heirs.getFirst();
    heirs.forEach(heir -> heir.leader = next);
    next.leader = null;
    look(new Look(next, next.turn, node.nanoTime() + patience(heirs), true, heirs));
  }
}
