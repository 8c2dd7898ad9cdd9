package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The process of a [Supervisor].
final class Supervising extends Overseer<Supervising.Request> {
  /// What it is asked for.
  sealed interface Request {}

  @Sendable
  record StartChild(ChildSpec spec) implements Request, Call<Request, Answered<Child>> {}

  record TerminateChild(String id) implements Request, Call<Request, Answered<Boolean>> {}

  record RestartChild(String id) implements Request, Call<Request, Answered<Child>> {}

  record DeleteChild(String id) implements Request, Call<Request, Answered<Boolean>> {}

  record Children() implements Request, Call<Request, List<ChildInfo>> {}

  record Count() implements Request, Call<Request, ChildCounts> {}

  record ChildPid(String id) implements Request, Call<Request, Optional<Pid>> {}

  record Spec(String id) implements Request, Call<Request, Answered<ChildSpec>> {}

  private final Supervisor what;

  /// In the order in which they are started.
  private final Map<String, Kid> kids = new LinkedHashMap<>();

  Supervising(Node node, Supervisor what) {
    super(node, what.intensity, what.period);
    this.what = what;
  }

  @Override
  protected void init() {
    super.init();
    for (ChildSpec spec : what.children) {
      Kid kid = new Kid(spec);
      kids.put(spec.id(), kid);
      ExitReason failure = begin(kid);
      if (failure != null) {
        endAll();
        throw new ExitException(ExitReason.shutdown(new FailedToStart(spec.id(), failure)));
      }
    }
  }

  @Override
  protected void handleMessage(Request request) {
    switch (request) {
      case StartChild start -> reply(start, startChild(start.spec()));
      case TerminateChild terminate -> reply(terminate, terminateChild(terminate.id()));
      case RestartChild restart -> reply(restart, restartChild(restart.id()));
      case DeleteChild delete -> reply(delete, deleteChild(delete.id()));
      case Children children -> reply(children, children());
      case Count count -> reply(count, count());
      case ChildPid child -> reply(child, kid(child.id()).map(kid -> kid.pid));
      case Spec spec ->
          reply(
              spec,
              kid(spec.id())
                  .map(kid -> Answered.of(kid.spec))
                  .orElseGet(() -> notFound(spec.id())));
    }
  }

  @Override
  GenProtocol.Kind kind() {
    return GenProtocol.Kind.SUPERVISOR;
  }

  @Override
  Class<?> ownType() {
    return Supervisor.class;
  }

  @Override
  protected void cleanUp(ExitReason reason) {
    endAll();
  }

  @Override
  void forget(Kid kid) {
    kids.remove(kid.spec.id());
  }

  /// It may be a reason to end (SV38).
  @Override
  void endedForGood(Kid kid) {
    boolean due =
        kid.spec.isSignificant()
            && switch (what.autoShutdown) {
              case NEVER -> false;
              case ANY_SIGNIFICANT -> true;
              case ALL_SIGNIFICANT ->
                  kids.values().stream()
                      .noneMatch(
                          other -> other.spec.isSignificant() && other.state != Kid.State.STOPPED);
            };
    if (due) {
      stop(ExitReason.SHUTDOWN);
    }
  }

  @Override
  void endGroup(Kid kid) {
    List<Kid> group = group(kid);
    if (group.size() > 1) {
      List<Kid> others = group.stream().filter(other -> other != kid).toList();
      end(others);
      for (Kid other : others) {
        if (other.is(Restart.TEMPORARY)) {
          forget(other);
        } else {
          other.state = Kid.State.RESTARTING;
          other.leader = kid;
        }
      }
    }
  }

  @Override
  List<Kid> group(Kid kid) {
    if (what.strategy == Supervisor.Strategy.ONE_FOR_ONE) {
      return List.of(kid);
    }
    List<Kid> all = List.copyOf(kids.values());
    return what.strategy == Supervisor.Strategy.ONE_FOR_ALL
        ? all
        : all.subList(Math.max(0, all.indexOf(kid)), all.size());
  }

  // ending

  private void endAll() {
    end(List.copyOf(kids.values()));
  }

  /// Ends children, the last first.
  private void end(List<Kid> some) {
    // Those that have ended already, in one go: each for itself would have to be looked for in all
    // of the mailbox.
    Map<Pid, Ending.End> gone = new HashMap<>();
    Set<Pid> wanted =
        some.stream().map(kid -> kid.pid).filter(Objects::nonNull).collect(Collectors.toSet());
    Optional<Exit> exit;
    do {
      exit =
          Belay.receive(
              m -> m instanceof Exit e && wanted.contains(e.pid()) ? e : null, Duration.ZERO);
      exit.ifPresent(e -> gone.put(e.pid(), Ending.End.of(e)));
    } while (exit.isPresent());
    for (Kid kid : some.reversed()) {
      Pid pid = kid.pid;
      if (pid == null) {
        kid.stopped();
        continue;
      }
      Ending.End told = gone.get(pid);
      Ending.End end = told != null && !isThere(pid) ? told : Ending.end(pid, kid.spec.shutdown());
      ended(kid, pid, end);
      Ending.check(kid, pid, end.reason());
    }
  }

  // what it is asked for

  private Optional<Kid> kid(String id) {
    return Optional.ofNullable(kids.get(id));
  }

  private Answered<Child> startChild(ChildSpec spec) {
    Kid known = kids.get(spec.id());
    if (known != null) {
      return Answered.refused(
          known.pid != null
              ? refusal(
                  SupervisorException.Why.ALREADY_STARTED,
                  spec.id(),
                  "is running already",
                  known.pid)
              : refusal(
                  SupervisorException.Why.ALREADY_PRESENT,
                  spec.id(),
                  "is known already, and does not run: use restartChild or deleteChild",
                  null));
    }
    try {
      what.check(spec);
    } catch (IllegalArgumentException e) {
      return Answered.refused(SupervisorException.startFailed(spec, ExitReason.crash(e)));
    }
    Kid kid = new Kid(spec);
    kids.put(spec.id(), kid);
    Answered<Child> answer = startByHand(kid);
    if (answer.refused() != null) {
      kids.remove(spec.id());
    }
    return answer;
  }

  private Answered<Child> startByHand(Kid kid) {
    if (isStuck(List.of(kid))) {
      return Answered.refused(
          refusal(
              SupervisorException.Why.QUARANTINED,
              kid.spec.id(),
              "was declared dead, and its thread is still there",
              kid.declared.getLast()));
    }
    ExitReason failure = begin(kid);
    if (failure != null) {
      return Answered.refused(SupervisorException.startFailed(kid.spec, failure));
    }
    return Answered.of(new Child(kid.pid, kid.information));
  }

  private Answered<Boolean> terminateChild(String id) {
    Kid kid = kids.get(id);
    if (kid == null) {
      return notFound(id);
    }
    boolean wasWaitedFor = kid.state == Kid.State.RESTARTING;
    end(List.of(kid));
    if (kid.is(Restart.TEMPORARY)) {
      kids.remove(id);
    }
    if (wasWaitedFor) {
      passOn(kid, List.copyOf(kids.values()));
    }
    return Answered.of(true);
  }

  private Answered<Child> restartChild(String id) {
    Kid kid = kids.get(id);
    if (kid == null) {
      return notFound(id);
    }
    SupervisorException refusal = mustBeStopped(kid);
    return refusal != null ? Answered.refused(refusal) : startByHand(kid);
  }

  private Answered<Boolean> deleteChild(String id) {
    Kid kid = kids.get(id);
    if (kid == null) {
      return notFound(id);
    }
    SupervisorException refusal = mustBeStopped(kid);
    if (refusal != null) {
      return Answered.refused(refusal);
    }
    kids.remove(id);
    return Answered.of(true);
  }

  private static @Nullable SupervisorException mustBeStopped(Kid kid) {
    return switch (kid.state) {
      case RUNNING ->
          refusal(SupervisorException.Why.RUNNING, kid.spec.id(), "is running", kid.pid);
      case RESTARTING ->
          refusal(
              SupervisorException.Why.RESTARTING, kid.spec.id(), "is about to be restarted", null);
      case STOPPED -> null;
    };
  }

  private static SupervisorException refusal(
      SupervisorException.Why why, String id, String text, @Nullable Pid pid) {
    return new SupervisorException(why, "child \"" + id + "\" " + text, pid, null);
  }

  private static <T> Answered<T> notFound(String id) {
    return Answered.refused(
        new SupervisorException(
            SupervisorException.Why.NOT_FOUND, "there is no child \"" + id + "\"", null, null));
  }

  private List<ChildInfo> children() {
    List<ChildInfo> infos = new ArrayList<>();
    for (Kid kid : kids.values()) {
      infos.add(
          new ChildInfo(
              kid.spec.id(),
              Optional.ofNullable(kid.pid),
              kid.state == Kid.State.RESTARTING,
              kid.spec.isSupervisor()));
    }
    return List.copyOf(infos.reversed());
  }

  private ChildCounts count() {
    int active = 0;
    int supervisors = 0;
    for (Kid kid : kids.values()) {
      active += kid.pid != null && isActive(kid.pid) ? 1 : 0;
      supervisors += kid.spec.isSupervisor() ? 1 : 0;
    }
    return new ChildCounts(kids.size(), active, supervisors, kids.size() - supervisors);
  }

  /// Tells whether a process is alive, without waiting for one that is about to end.
  private static boolean isActive(Pid pid) {
    if (!pid.node().equals(Belay.self().node())) {
      // Whoever has ended there, or cannot be reached, is no child any more.
      return true;
    }
    return Belay.info(pid).filter(info -> info.status() != ProcessStatus.EXITING).isPresent();
  }
}
