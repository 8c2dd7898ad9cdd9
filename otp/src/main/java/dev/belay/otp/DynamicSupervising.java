package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.Sendable;
import dev.belay.SystemMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The process of a [DynamicSupervisor].
final class DynamicSupervising extends Overseer<DynamicSupervising.Request> {
  /// What it is asked for.
  sealed interface Request {}

  @Sendable
  record StartChild(ChildSpec spec) implements Request, Call<Request, Answered<Child>> {}

  record TerminateChild(Pid pid) implements Request, Call<Request, Answered<Boolean>> {}

  record Children() implements Request, Call<Request, List<Pid>> {}

  record Infos() implements Request, Call<Request, List<ChildInfo>> {}

  record Count() implements Request, Call<Request, ChildCounts> {}

  private final DynamicSupervisor what;

  /// Those that are about to be started again, by the process that they were.
  private final Map<Pid, Kid> restarting = new HashMap<>();

  DynamicSupervising(Node node, DynamicSupervisor what) {
    super(node, what.intensity, what.period);
    this.what = what;
  }

  @Override
  protected void handleMessage(Request request) {
    switch (request) {
      case StartChild start -> reply(start, startChild(start.spec()));
      case TerminateChild terminate -> reply(terminate, terminateChild(terminate.pid()));
      case Children children -> reply(children, List.copyOf(running.keySet()));
      case Infos infos -> reply(infos, infos());
      case Count count -> reply(count, count());
    }
  }

  private Answered<Child> startChild(ChildSpec spec) {
    if (running.size() + restarting.size() >= what.mostChildren) {
      return Answered.refused(
          new SupervisorException(
              SupervisorException.Why.TOO_MANY,
              "there are " + what.mostChildren + " children, as many as there may be",
              null,
              null));
    }
    if (spec.isSignificant()) {
      return Answered.refused(
          SupervisorException.startFailed(
              spec,
              ExitReason.crash(
                  new IllegalArgumentException(
                      "a dynamic supervisor has no significant children (SV41)"))));
    }
    Kid kid = new Kid(spec);
    ExitReason failure = begin(kid);
    return failure != null
        ? Answered.refused(SupervisorException.startFailed(spec, failure))
        : Answered.of(new Child(kid.pid, kid.information));
  }

  private Answered<Boolean> terminateChild(Pid pid) {
    Kid kid = running.get(pid);
    Kid waiting = restarting.remove(pid);
    if (kid != null) {
      endAll(Map.of(pid, kid));
    } else if (waiting != null) {
      waiting.stopped();
    } else if (!pid.node().equals(Belay.self().node()) || Belay.isAlive(pid)) {
      return Answered.refused(
          new SupervisorException(
              SupervisorException.Why.NOT_FOUND,
              pid + " is not a child of this supervisor",
              null,
              null));
    }
    return Answered.of(true);
  }

  private List<ChildInfo> infos() {
    List<ChildInfo> infos = new ArrayList<>();
    running.forEach((pid, kid) ->
        infos.add(new ChildInfo(kid.spec.id(), Optional.of(pid), false, kid.spec.isSupervisor())));
    restarting.forEach((_, kid) ->
        infos.add(new ChildInfo(kid.spec.id(), Optional.empty(), true, kid.spec.isSupervisor())));
    return List.copyOf(infos);
  }

  private ChildCounts count() {
    int supervisors = 0;
    for (Kid kid : running.values()) {
      supervisors += kid.spec.isSupervisor() ? 1 : 0;
    }
    for (Kid kid : restarting.values()) {
      supervisors += kid.spec.isSupervisor() ? 1 : 0;
    }
    int all = running.size() + restarting.size();
    return new ChildCounts(all, running.size(), supervisors, all - supervisors);
  }

  @Override
  List<Kid> group(Kid kid) {
    return List.of(kid);
  }

  @Override
  void endGroup(Kid kid) {
    if (kid.waitsAs == null) {
      // A process that began and ended before the start was over, nobody has seen.
      kid.waitsAs = Objects.requireNonNull(kid.latest);
      restarting.put(kid.waitsAs, kid);
    }
  }

  @Override
  void began(Kid kid) {
    forget(kid);
  }

  @Override
  void forget(Kid kid) {
    if (kid.waitsAs != null) {
      restarting.remove(kid.waitsAs);
      kid.waitsAs = null;
    }
  }

  @Override
  void endedForGood(Kid kid) {
    // Nobody can ask for it by its id.
  }

  @Override
  GenProtocol.Kind kind() {
    return GenProtocol.Kind.DYNAMIC_SUPERVISOR;
  }

  @Override
  Class<?> ownType() {
    return DynamicSupervisor.class;
  }

  @Override
  protected void cleanUp(ExitReason reason) {
    restarting.clear();
    endAll(new TreeMap<>(running));
  }

  /// Ends children, all at once, and waits until they have ended: each for as long as it may take,
  /// and then it is killed (SV25).
  private void endAll(Map<Pid, Kid> some) {
    Set<Ref> watched = new HashSet<>();
    NavigableMap<Duration, List<Pid>> due = new TreeMap<>();
    some.forEach((pid, kid) -> {
      watched.add(Belay.monitor(pid));
      Shutdown shutdown = kid.spec.shutdown();
      if (shutdown.timeout != null) {
        due.computeIfAbsent(shutdown.timeout, t -> new ArrayList<>()).add(pid);
      }
      Belay.exit(pid, shutdown.brutal ? ExitReason.KILL : ExitReason.SHUTDOWN);
    });
    Map<Pid, Ending.End> ends = new HashMap<>();
    long begin = Belay.node().nanoTime();
    while (!watched.isEmpty()) {
      // Exit signals are taken, too, so that those to come are found at the front of the mailbox.
      Selector<SystemMessage> ofOne =
          m ->
              switch (m) {
                case Down down when watched.contains(down.ref()) -> down;
                case Exit exit when some.containsKey(exit.pid()) -> exit;
                default -> null;
              };
      SystemMessage next;
      if (due.isEmpty()) {
        next = Belay.receive(ofOne);
      } else {
        long left = Nanos.of(due.firstKey()) - (Belay.node().nanoTime() - begin);
        next = Belay.receive(ofOne, Duration.ofNanos(Math.max(0, left))).orElse(null);
      }
      switch (next) {
        case Exit exit -> ends.put(exit.pid(), Ending.End.of(exit));
        case Down down -> {
          watched.remove(down.ref());
          ends.putIfAbsent(down.pid(), Ending.End.of(down));
        }
        case null, default ->
            // The dead do not mind.
            due.pollFirstEntry().getValue().forEach(pid -> Belay.exit(pid, ExitReason.KILL));
      }
    }
    some.forEach((pid, kid) -> {
      Ending.End end = Objects.requireNonNull(ends.get(pid));
      ended(kid, pid, end);
      Ending.check(kid, pid, end.reason());
    });
  }
}
