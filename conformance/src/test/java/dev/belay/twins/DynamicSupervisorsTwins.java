package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.otp.Restart.PERMANENT;
import static dev.belay.otp.Restart.TEMPORARY;
import static dev.belay.otp.Restart.TRANSIENT;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Kids.done;
import static dev.belay.twins.Kids.order;
import static dev.belay.twins.Kids.pid;
import static dev.belay.twins.Kids.startedChild;
import static dev.belay.twins.Kids.untilRestarted;
import static dev.belay.twins.Steps.about;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Terms.Unordered.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Restart;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.twins.Clerk.Order;
import dev.belay.twins.Terms.Raised;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Supervisors of children of one kind. Twins of `twin_dynamic_supervisors.erl`.
final class DynamicSupervisorsTwins {
  private static final ExitReason ODD = term("odd");

  private static DynamicSupervisorRef sup(Trace t) {
    return sup(t, 9);
  }

  private static DynamicSupervisorRef sup(Trace t, int intensity) {
    trapExits(true);
    DynamicSupervisorRef sup = upTo(intensity).startLink();
    t.as("sup", sup.pid().orElseThrow());
    return sup;
  }

  private static DynamicSupervisor upTo(int intensity) {
    return DynamicSupervisor.oneForOne().intensity(intensity, ofMinutes(1));
  }

  private static Object add(DynamicSupervisorRef sup, ChildSpec spec) {
    return startedChild(() -> sup.startChild(spec));
  }

  private static Pid added(DynamicSupervisorRef sup, ChildSpec spec) {
    return sup.startChild(spec).pid().orElseThrow();
  }

  /// Without the number of specifications: each child has one of its own here (SV35).
  private static List<Integer> counts(ChildCounts counts) {
    return List.of(counts.active(), counts.supervisors(), counts.workers());
  }

  private static void stop(Pid pid, ExitReason reason) {
    order(pid, clerk -> clerk.end(reason));
  }

  /// Waits until there are these children besides one that has ended.
  private static void untilChildren(DynamicSupervisorRef sup, Pid old, int number) {
    until(() -> {
      List<Pid> pids = sup.children();
      return !pids.contains(old) && pids.size() == number;
    });
  }

  private static void finish(DynamicSupervisorRef sup) {
    Pid pid = sup.pid().orElseThrow();
    exit(pid, SHUTDOWN);
    untilDead(pid);
  }

  @Twin({"SV1", "SV26", "SV32"})
  void beginsWithoutChildren(Trace t) {
    DynamicSupervisorRef sup = sup(t);
    t.say(set(sup.children()), counts(sup.count()));
    finish(sup);
    t.say("got", awaitExit());
  }

  @Twin({"SV2", "SV32", "SV35"})
  void childrenAreAdded(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    for (String id : List.of("a", "b", "a")) {
      t.say(add(sup, kids.spec(id)));
    }
    t.say(set(sup.children()), counts(sup.count()));
    t.say(add(sup, ChildSpec.of("c", () -> Child.of(t.as("c", spawnLink(() -> idle())), "more"))));
    sup.children().stream()
        .filter(child -> !about(child).trapsExits())
        .forEach(sup::terminateChild);
    kill(sup);
  }

  @Twin({"SV2", "SV35"})
  void childThatDoesNotStart(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    List<Kids.Beginning> ways =
        List.of(
            (clerk, role) -> clerk.end(term("sad")),
            (clerk, role) -> {
              throw new Raised("boom");
            },
            (clerk, role) -> {
              throw new ExitException(term("bye"));
            });
    for (Kids.Beginning way : ways) {
      t.say(add(sup, kids.spec("a", way)));
    }
    t.say(
        add(
            sup,
            ChildSpec.of(
                "a",
                () -> {
                  throw new ExitException(term("bye"));
                })));
    t.say(set(sup.children()), counts(sup.count()));
    finish(sup);
  }

  @Twin("SV7")
  void childThatIsNotWanted(Trace t) {
    Kids kids = new Kids(t);
    for (Restart type : List.of(PERMANENT, TRANSIENT, TEMPORARY)) {
      DynamicSupervisorRef sup = sup(t);
      ChildSpec spec =
          kids.spec(
              "a",
              (clerk, role) -> {
                throw Clerk.unneeded();
              });
      t.say(add(sup, spec.restart(type)));
      t.say(set(sup.children()), counts(sup.count()));
    }
  }

  @Twin({"SV8", "SV9"})
  void restartTypes(Trace t) {
    Kids kids = new Kids(t);
    for (Restart type : List.of(PERMANENT, TRANSIENT, TEMPORARY)) {
      for (ExitReason reason : List.of(NORMAL, SHUTDOWN, shutdown("why"), ODD)) {
        DynamicSupervisorRef sup = sup(t);
        Pid a = added(sup, kids.spec("a").restart(type));
        added(sup, kids.spec("b").restart(type));
        stop(a, reason);
        boolean restarted = type == PERMANENT || (type == TRANSIENT && reason.equals(ODD));
        untilChildren(sup, a, restarted ? 2 : 1);
        t.say(type.name().toLowerCase(Locale.ROOT), reason, set(sup.children()));
        kill(sup);
      }
    }
  }

  /// In which order children end then is not promised.
  private static void kill(DynamicSupervisorRef sup) {
    Pid pid = sup.pid().orElseThrow();
    for (Pid child : sup.children()) {
      ServerRef.of(node(), child, Order.class)
          .call(
              ask((clerk, call) -> {
                unlink(pid);
                clerk.answer(call, "done");
              }));
      exit(child, KILL);
      untilDead(child);
    }
    exit(pid, KILL);
    untilDead(pid);
  }

  @Twin("SV19")
  void restartCallsTheSameStart(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    Pid a = added(sup, kids.spec("a"));
    Pid b = added(sup, kids.spec("b"));
    stop(a, ODD);
    untilChildren(sup, a, 2);
    stop(b, ODD);
    untilChildren(sup, b, 2);
    t.say(set(sup.children()), counts(sup.count()));
    kill(sup);
  }

  @Twin("SV16")
  void failedRestartIsTriedAgain(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    Pid a =
        added(
            sup,
            kids.spec(
                "a",
                (clerk, role) -> {
                  int start = kids.count("starts");
                  if (start == 2 || start == 3) {
                    clerk.end(term("sad"));
                  }
                }));
    stop(a, ODD);
    untilChildren(sup, a, 1);
    t.say(set(sup.children()), counts(sup.count()));
    finish(sup);
  }

  @Twin({"SV28", "SV35"})
  void childIsTerminated(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t, 0);
    Pid a = added(sup, kids.spec("a"));
    added(sup, kids.spec("b"));
    t.say(done(() -> sup.terminateChild(a)));
    t.say(done(() -> sup.terminateChild(a)));
    t.say(set(sup.children()), counts(sup.count()));
    finish(sup);
  }

  @Twin("SV35")
  void whomItDoesNotKnow(Trace t) {
    DynamicSupervisorRef sup = sup(t);
    Pid p = t.as("p", spawn(() -> idle()));
    t.say(done(() -> sup.terminateChild(p)));
    t.say("alive", isAlive(p));
    exit(p, KILL);
    untilDead(p);
    t.say(done(() -> sup.terminateChild(p)));
    finish(sup);
  }

  @Twin("SV25")
  void childrenEndTogether(Trace t) {
    Pid main = self();
    DynamicSupervisorRef sup = sup(t);
    List<Pid> kids = new ArrayList<>();
    for (String role : List.of("a", "b", "c")) {
      ChildSpec spec =
          ChildSpec.server(
              role,
              Clerk.with(clerk -> {
                trapExits(true);
                clerk.onCleanUp =
                    reason -> {
                      send(main, reason);
                      await("go");
                    };
              }));
      kids.add(t.as(role, added(sup, spec)));
    }
    exit(sup.pid().orElseThrow(), SHUTDOWN);
    // Each waits for the others.
    t.say(kids.stream().map(kid -> (Object) receive(ExitReason.class)).toList());
    kids.forEach(kid -> send(kid, "go"));
    t.say("got", awaitExit());
  }

  private static ChildSpec stubborn(Shutdown shutdown) {
    return ChildSpec.of(
            "stubborn",
            () ->
                Child.of(
                    spawnLink(() -> {
                      trapExits(true);
                      idle();
                    })))
        .shutdown(shutdown);
  }

  @Twin({"SV21", "SV25"})
  void slowChildrenAreKilled(Trace t) {
    DynamicSupervisorRef sup = sup(t);
    List<Ref> refs = new ArrayList<>();
    for (String role : List.of("a", "b")) {
      Pid pid = t.as(role, added(sup, stubborn(Shutdown.within(ofMillis(5)))));
      until(() -> about(pid).trapsExits());
      refs.add(t.as("m" + role, monitor(pid)));
    }
    finish(sup);
    refs.forEach(ref -> t.say("got", awaitDown(ref)));
    t.say("got", awaitExit());
  }

  @Twin({"SV21", "SV25"})
  void brutalKill(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    Pid a = added(sup, kids.spec("a").shutdown(Shutdown.BRUTAL_KILL));
    Pid b = added(sup, kids.spec("b").shutdown(Shutdown.BRUTAL_KILL));
    Ref m = t.as("m", monitor(a));
    Ref mb = t.as("mb", monitor(b));
    t.say(done(() -> sup.terminateChild(a)));
    t.say("got", awaitDown(m));
    finish(sup);
    t.say("got", awaitDown(mb));
  }

  @Twin("SV17")
  void tooManyRestarts(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t, 1);
    Pid a = added(sup, kids.spec("a"));
    stop(a, ODD);
    untilChildren(sup, a, 1);
    stop(sup.children().getFirst(), NORMAL);
    t.say("got", awaitExit());
  }

  @Twin("SV26")
  void endsWithItsParent(Trace t) {
    Kids kids = new Kids(t);
    Pid main = self();
    for (ExitReason reason : List.of(NORMAL, SHUTDOWN, ODD)) {
      Monitored p =
          t.as(
              "p",
              "mp",
              spawnMonitor(() -> {
                DynamicSupervisorRef sup = sup(t);
                added(sup, kids.spec("a"));
                send(main, sup);
                await("go");
                throw new ExitException(reason);
              }));
      DynamicSupervisorRef sup = receive(DynamicSupervisorRef.class);
      Ref ref = t.as("m", monitor(sup.pid().orElseThrow()));
      send(p.pid(), "go");
      t.say("got", awaitDown(p.ref()));
      t.say("got", awaitDown(ref));
    }
  }

  @Twin("SV18")
  void comesBackWithoutChildren(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef top = kids.start(Supervisor.oneForOne().child(upTo(0).asChild("inner")));
    DynamicSupervisorRef old = DynamicSupervisorRef.of(node(), pid(top, "inner"));
    stop(added(old, kids.spec("a")), ODD);
    untilRestarted(top, "inner", old.pid().orElseThrow());
    DynamicSupervisorRef inner = DynamicSupervisorRef.of(node(), pid(top, "inner"));
    t.say(counts(inner.count()), counts(top.count()));
  }

  @Twin({"SV26", "SV32"})
  void childrenAreSupervisors(Trace t) {
    Kids kids = new Kids(t);
    DynamicSupervisorRef sup = sup(t);
    Pid inner =
        t.as("inner", added(sup, Supervisor.oneForOne().child(kids.spec("x")).asChild("inner")));
    t.say(counts(sup.count()), counts(SupervisorRef.of(node(), inner).count()));
    finish(sup);
    t.say("got", awaitExit());
  }
}
