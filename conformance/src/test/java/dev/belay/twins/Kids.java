package dev.belay.twins;

import static dev.belay.Belay.self;
import static dev.belay.Belay.trapExits;
import static dev.belay.twins.Clerk.tell;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import dev.belay.twins.Clerk.Deed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Supervisors whose children say what happens to them, in the lane "life": that they start, and,
/// since they trap exits, with which reason they end. The role of a child is its id and how often
/// it has been started. The twin of `kids.erl`.
final class Kids {
  /// What a child does when it begins, besides.
  @FunctionalInterface
  interface Beginning {
    void on(Clerk clerk, String role) throws Exception;
  }

  private static final Beginning NOTHING = (clerk, role) -> {};

  private final Trace trace;
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  Kids(Trace trace) {
    this.trace = trace;
  }

  /// Starts a supervisor with the role "sup", linked with a caller that traps exits.
  SupervisorRef start(Supervisor supervisor) {
    trapExits(true);
    SupervisorRef started = supervisor.startLink();
    trace.as("sup", started.pid().orElseThrow());
    return started;
  }

  /// Starts a supervisor that may fail.
  Object started(Supervisor supervisor) {
    try {
      return tuple("ok", start(supervisor).pid().orElseThrow());
    } catch (StartException e) {
      return Clerk.notStarted(e);
    }
  }

  ChildSpec spec(String id) {
    return spec(id, NOTHING);
  }

  ChildSpec spec(String id, Beginning beginning) {
    return ChildSpec.of(id, () -> Child.of(Clerk.pid(startChild(id, beginning))));
  }

  ServerRef<Clerk.Order> startChild(String id) {
    return startChild(id, NOTHING);
  }

  /// Starts a child that does this when it begins.
  ServerRef<Clerk.Order> startChild(String id, Beginning beginning) {
    return Server.startLink(
        StartOptions.DEFAULT,
        Clerk.with(clerk -> {
          trapExits(true);
          String role = id + count(id);
          trace.as(role, self());
          trace.sayIn("life", "start", role);
          clerk.onCleanUp = reason -> trace.sayIn("life", "end", role, reason);
          beginning.on(clerk, role);
        }));
  }

  /// Counts something, from 1.
  int count(String what) {
    return counts.merge(what, 1, Integer::sum);
  }

  static Pid pid(SupervisorRef sup, String id) {
    return sup.child(id).orElseThrow();
  }

  static void order(Pid pid, Deed deed) {
    Belay.send(pid, tell(deed));
  }

  /// Has a child end by itself.
  static void stop(SupervisorRef sup, String id, ExitReason reason) {
    order(pid(sup, id), clerk -> clerk.end(reason));
  }

  /// Waits until a child runs, and not as this process.
  static void untilRestarted(SupervisorRef sup, String id, Pid old) {
    until(() -> sup.child(id).filter(pid -> !pid.equals(old)).isPresent());
  }

  /// Waits until a child does not run.
  static void untilGone(SupervisorRef sup, String id) {
    until(() ->
        sup.children().stream()
            .filter(child -> child.id().equals(id))
            .allMatch(child -> child.pid().isEmpty() && !child.restarting()));
  }

  static List<String> ids(SupervisorRef sup) {
    return sup.children().stream().map(ChildInfo::id).toList();
  }

  static List<Terms.Tuple> states(SupervisorRef sup) {
    return sup.children().stream().map(child -> tuple(child.id(), state(child))).toList();
  }

  private static Object state(ChildInfo child) {
    return child
        .pid()
        .<Object>map(pid -> pid)
        .orElse(child.restarting() ? "restarting" : "undefined");
  }

  static List<Integer> counts(ChildCounts counts) {
    return List.of(counts.specs(), counts.active(), counts.supervisors(), counts.workers());
  }

  /// What comes of starting a child: `{ok, Pid}`, `{ok, undefined}`, `{ok, Pid, Info}` or `{error,
  /// Why}`.
  static Object startedChild(Supplier<Child> start) {
    return outcome(() -> {
      Child child = start.get();
      Object pid = child.pid().<Object>map(p -> p).orElse("undefined");
      return child.info().isPresent() ? tuple("ok", pid, child.info().get()) : tuple("ok", pid);
    });
  }

  /// What comes of something that supervisors do: `ok` or `{error, Why}`.
  static Object done(Runnable what) {
    return outcome(() -> {
      what.run();
      return "ok";
    });
  }

  private static Object outcome(Supplier<Object> what) {
    try {
      return what.get();
    } catch (SupervisorException e) {
      return tuple(
          "error",
          switch (e.why()) {
            case ALREADY_STARTED -> tuple("already_started", e.running().orElseThrow());
            case START_FAILED -> e.reason().orElseThrow();
            case ALREADY_PRESENT -> "already_present";
            case NOT_FOUND -> "not_found";
            case RUNNING -> "running";
            case RESTARTING -> "restarting";
            case TOO_MANY, QUARANTINED -> e.why().toString();
          });
    }
  }
}
