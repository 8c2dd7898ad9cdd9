package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.link;
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
import static dev.belay.otp.Shutdown.BRUTAL_KILL;
import static dev.belay.twins.Clerk.ask;
import static dev.belay.twins.Clerk.called;
import static dev.belay.twins.Clerk.stopped;
import static dev.belay.twins.Clerk.unneeded;
import static dev.belay.twins.Kids.counts;
import static dev.belay.twins.Kids.done;
import static dev.belay.twins.Kids.ids;
import static dev.belay.twins.Kids.pid;
import static dev.belay.twins.Kids.startedChild;
import static dev.belay.twins.Kids.states;
import static dev.belay.twins.Kids.stop;
import static dev.belay.twins.Kids.untilGone;
import static dev.belay.twins.Kids.untilRestarted;
import static dev.belay.twins.Steps.about;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.AutoShutdown;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.ChildStart;
import dev.belay.otp.Restart;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import dev.belay.twins.Clerk.Order;
import dev.belay.twins.Terms.Raised;
import java.util.List;
import java.util.Locale;

/// How supervisors begin and end, and what can be asked of them. Twins of `twin_supervisors.erl`.
final class SupervisorsTwins {
  private static final ExitReason ODD = term("odd");

  private static Supervisor abc(Kids kids) {
    return Supervisor.oneForOne().child(kids.spec("a")).child(kids.spec("b")).child(kids.spec("c"));
  }

  private static void finish(SupervisorRef sup) {
    Pid pid = sup.pid().orElseThrow();
    exit(pid, SHUTDOWN);
    untilDead(pid);
  }

  private static Child idler() {
    return Child.of(spawnLink(() -> idle()));
  }

  private static Child stubborn() {
    return Child.of(
        spawnLink(() -> {
          trapExits(true);
          idle();
        }));
  }

  @Twin({"SV1", "SV24", "SV26"})
  void startAndEndInOrder(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids));
    t.say(states(sup));
    finish(sup);
    t.say("got", awaitExit());
  }

  @Twin("SV3")
  void childThatDoesNotStart(Trace t) {
    Kids kids = new Kids(t);
    List<Kids.Beginning> ways =
        List.of(
            (clerk, role) -> clerk.end(term("sad")),
            (clerk, role) -> clerk.end(shutdown("why")),
            (clerk, role) -> {
              throw new Raised("boom");
            },
            (clerk, role) -> {
              throw new ExitException(term("bye"));
            });
    for (Kids.Beginning way : ways) {
      t.say(
          kids.started(
              Supervisor.oneForOne()
                  .child(kids.spec("a"))
                  .child(kids.spec("b"))
                  .child(kids.spec("x", way))
                  .child(kids.spec("c"))));
    }
  }

  @Twin("SV2")
  void childrenStartInTheSupervisor(Trace t) {
    SupervisorRef sup =
        new Kids(t)
            .start(
                Supervisor.oneForOne()
                    .child(
                        ChildSpec.of(
                            "a",
                            () -> {
                              t.say("starts");
                              return idler();
                            })));
    t.as("a", pid(sup, "a"));
    t.as("sup", sup.pid().orElseThrow());
    t.say(links(sup.pid().orElseThrow()));
    finish(sup);
  }

  @Twin("SV7")
  void childThatIsNotWanted(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child(ignoring(kids, PERMANENT))
                .child(ignoring(kids, TRANSIENT))
                .child(ignoring(kids, TEMPORARY)));
    t.say(states(sup), counts(sup.count()));
    t.say(startedChild(() -> sup.restartChild("permanent")));
    t.say(done(() -> sup.deleteChild("permanent")), ids(sup));
    t.say(startedChild(() -> sup.startChild(ignoring(kids, PERMANENT))));
    t.say(startedChild(() -> sup.startChild(ignoring(kids, TEMPORARY))));
    t.say(states(sup));
    finish(sup);
  }

  private static ChildSpec ignoring(Kids kids, Restart type) {
    return kids.spec(
            name(type),
            (clerk, role) -> {
              throw unneeded();
            })
        .restart(type);
  }

  private static String name(Restart type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @Twin("SV27")
  void childIsAdded(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(Supervisor.oneForOne().child(kids.spec("a")));
    t.say(startedChild(() -> sup.startChild(kids.spec("b"))));
    t.say(startedChild(() -> sup.startChild(kids.spec("b"))));
    sup.terminateChild("a");
    t.say(startedChild(() -> sup.startChild(kids.spec("a"))));
    t.say(
        startedChild(
            () -> sup.startChild(kids.spec("c", (clerk, role) -> clerk.end(term("sad"))))));
    t.say(states(sup));
    t.say(startedChild(() -> sup.startChild(kids.spec("c"))));
    finish(sup);
  }

  @Twin("SV28")
  void childIsTerminated(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForAll()
                .child(kids.spec("a"))
                .child(kids.spec("b").restart(TEMPORARY))
                .child(kids.spec("c")));
    for (String id : List.of("a", "a", "b", "b", "nobody")) {
      t.say(done(() -> sup.terminateChild(id)));
    }
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV29")
  void childIsRestartedByHand(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child(
                    kids.spec(
                        "b",
                        (clerk, role) -> {
                          if (kids.count("starts") == 2) {
                            clerk.end(term("sad"));
                          }
                        })));
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(startedChild(() -> sup.restartChild("nobody")));
    sup.terminateChild("a");
    sup.terminateChild("b");
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(startedChild(() -> sup.restartChild("b")));
    t.say(states(sup));
    t.say(startedChild(() -> sup.restartChild("b")));
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV30")
  void childIsDeleted(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(Supervisor.oneForOne().child(kids.spec("a")).child(kids.spec("b")));
    t.say(done(() -> sup.deleteChild("a")));
    t.say(done(() -> sup.deleteChild("nobody")));
    sup.terminateChild("a");
    t.say(done(() -> sup.deleteChild("a")));
    t.say(done(() -> sup.deleteChild("a")));
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(states(sup));
    t.say(startedChild(() -> sup.startChild(kids.spec("a"))));
    t.say(ids(sup));
    finish(sup);
  }

  @Twin("SV32")
  void childrenAreCounted(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child("b", Supervisor.oneForOne())
                .child(kids.spec("c")));
    t.say(counts(sup.count()));
    sup.terminateChild("a");
    t.say(counts(sup.count()));
    sup.terminateChild("b");
    t.say(counts(sup.count()));
    sup.deleteChild("a");
    t.say(counts(sup.count()));
    finish(sup);
  }

  @Twin({"SV5", "SV33"})
  void defaults(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child("b", Supervisor.oneForOne())
                .child(kids.spec("c").restart(TEMPORARY).shutdown(BRUTAL_KILL)));
    for (String id : List.of("a", "b", "c")) {
      ChildSpec spec = sup.spec(id);
      t.say(
          id,
          name(spec.restart()),
          name(spec.shutdown()),
          spec.isSupervisor() ? "supervisor" : "worker",
          spec.isSignificant());
    }
    try {
      sup.spec("nobody");
    } catch (SupervisorException e) {
      t.say(tuple("error", e.why().name().toLowerCase(Locale.ROOT)));
    }
    finish(sup);
  }

  private static Object name(Shutdown shutdown) {
    if (shutdown.equals(Shutdown.within(ofSeconds(5)))) {
      return 5000;
    }
    return shutdown.equals(BRUTAL_KILL) ? "brutal_kill" : "infinity";
  }

  @Twin("SV34")
  void noSupervisor(Trace t) {
    t.say(called(() -> SupervisorRef.named(node(), "nobody").children()));
    SupervisorRef sup = new Kids(t).start(Supervisor.oneForOne());
    finish(sup);
    t.say(called(sup::count));
    t.say(stopped(() -> sup.terminateChild("a")));
  }

  @Twin({"SV2", "SV27"})
  void startsThatFail(Trace t) {
    SupervisorRef sup = new Kids(t).start(Supervisor.oneForOne());
    List<ChildStart> starts =
        List.of(
            () -> {
              throw new ExitException(term("sad"));
            },
            () -> {
              throw new Raised("boom");
            },
            () -> {
              throw new ExitException(term("bye"));
            });
    for (ChildStart start : starts) {
      t.say(startedChild(() -> sup.startChild(ChildSpec.of("a", start))));
    }
    t.say(states(sup));
    finish(sup);
  }

  @Twin({"SV4", "SV6"})
  void idsTwice(Trace t) {
    Kids kids = new Kids(t);
    t.say(
        attempt(
            () -> kids.start(Supervisor.oneForOne().child(kids.spec("a")).child(kids.spec("a")))));
  }

  @Twin("SV21")
  void slowChildIsKilled(Trace t) {
    SupervisorRef sup = new Kids(t).start(Supervisor.oneForOne());
    Pid slow =
        sup.startChild(
                ChildSpec.of("a", SupervisorsTwins::stubborn)
                    .shutdown(Shutdown.within(ofMillis(5))))
            .pid()
            .orElseThrow();
    t.as("slow", slow);
    t.as("m", monitor(slow));
    until(() -> about(slow).trapsExits());
    t.say(done(() -> sup.terminateChild("a")));
    t.say("got", awaitDown(), states(sup));
  }

  @Twin("SV21")
  void brutalKill(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a").shutdown(BRUTAL_KILL))
                .child(kids.spec("b")));
    t.as("m", monitor(pid(sup, "a")));
    finish(sup);
    t.say("got", awaitDown());
  }

  @Twin({"SV21", "SV23"})
  void childThatEndsOtherwise(Trace t) {
    SupervisorRef sup = new Kids(t).start(Supervisor.oneForOne());
    for (Restart type : List.of(PERMANENT, TRANSIENT, TEMPORARY)) {
      for (ExitReason reason : List.of(NORMAL, ODD)) {
        ChildSpec spec =
            ChildSpec.server(
                    "a",
                    Clerk.with(clerk -> {
                      trapExits(true);
                      clerk.onCleanUp =
                          why -> {
                            throw new ExitException(reason);
                          };
                    }))
                .restart(type);
        Pid pid = t.as("a", sup.startChild(spec).pid().orElseThrow());
        t.as("m", monitor(pid));
        t.say(done(() -> sup.terminateChild("a")));
        t.say("got", awaitDown(), states(sup));
        done(() -> sup.deleteChild("a"));
      }
    }
    finish(sup);
  }

  @Twin("SV22")
  void unlinkedChild(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(Supervisor.oneForOne().child(kids.spec("a")));
    Pid a = pid(sup, "a");
    ServerRef.of(node(), a, Order.class)
        .call(
            ask((clerk, call) -> {
              unlink(sup.pid().orElseThrow());
              clerk.answer(call, "done");
            }));
    t.say(links(a));
    t.say(done(() -> sup.terminateChild("a")), states(sup));
    finish(sup);
  }

  @Twin("SV26")
  void parentsEnd(Trace t) {
    Kids kids = new Kids(t);
    Pid main = self();
    for (ExitReason reason : List.of(NORMAL, SHUTDOWN, ODD)) {
      Monitored p =
          t.as(
              "p",
              "mp",
              spawnMonitor(() -> {
                send(main, kids.start(abc(kids)));
                await("go");
                throw new ExitException(reason);
              }));
      SupervisorRef sup = receive(SupervisorRef.class);
      Ref ref = t.as("m", monitor(sup.pid().orElseThrow()));
      send(p.pid(), "go");
      t.say("got", awaitDown(p.ref()));
      t.say("got", awaitDown(ref));
    }
  }

  @Twin({"SV24", "SV45"})
  void stopWithAReason(Trace t) {
    Kids kids = new Kids(t);
    for (ExitReason reason : List.of(NORMAL, ODD)) {
      SupervisorRef sup =
          kids.start(Supervisor.oneForOne().child(kids.spec("a")).child(kids.spec("b")));
      t.say(stopped(() -> sup.stop(reason, ofSeconds(10))));
      t.say("got", awaitExit());
    }
  }

  @Twin("SV20")
  void strangersAreIgnored(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(Supervisor.oneForOne().child(kids.spec("a")));
    Pid pid = sup.pid().orElseThrow();
    untilDead(
        spawn(() -> {
          link(pid);
          throw new ExitException(ODD);
        }));
    send(pid, "hello");
    t.say(states(sup));
    finish(sup);
  }

  private static ChildSpec significant(Kids kids, String id, Restart type) {
    return kids.spec(id).restart(type).significant();
  }

  private static Supervisor auto(AutoShutdown when) {
    return Supervisor.oneForOne().autoShutdown(when);
  }

  @Twin("SV38")
  void anySignificantChild(Trace t) {
    Kids kids = new Kids(t);
    record Case(Restart type, ExitReason reason) {}
    for (Case one :
        List.of(
            new Case(TRANSIENT, NORMAL),
            new Case(TRANSIENT, SHUTDOWN),
            new Case(TEMPORARY, NORMAL),
            new Case(TEMPORARY, ODD))) {
      SupervisorRef sup =
          kids.start(
              auto(AutoShutdown.ANY_SIGNIFICANT)
                  .child(kids.spec("a"))
                  .child(significant(kids, "b", one.type()))
                  .child(significant(kids, "c", TEMPORARY)));
      stop(sup, "b", one.reason());
      t.say("got", awaitExit());
    }
  }

  @Twin("SV38")
  void allSignificantChildren(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            auto(AutoShutdown.ALL_SIGNIFICANT)
                .child(kids.spec("a"))
                .child(significant(kids, "b", TRANSIENT))
                .child(significant(kids, "c", TEMPORARY)));
    stop(sup, "c", ODD);
    untilGone(sup, "c");
    t.say(states(sup));
    stop(sup, "b", NORMAL);
    t.say("got", awaitExit());
  }

  @Twin("SV39")
  void whatIsNotSignificant(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            auto(AutoShutdown.ANY_SIGNIFICANT)
                .intensity(5, ofMinutes(1))
                .child(kids.spec("a").restart(TRANSIENT))
                .child(significant(kids, "b", TRANSIENT))
                .child(significant(kids, "c", TEMPORARY)));
    stop(sup, "a", NORMAL);
    untilGone(sup, "a");
    Pid old = pid(sup, "b");
    stop(sup, "b", ODD);
    untilRestarted(sup, "b", old);
    t.say(done(() -> sup.terminateChild("b")));
    t.say(done(() -> sup.terminateChild("c")));
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV40")
  void significanceGoesUp(Trace t) {
    Kids kids = new Kids(t);
    Supervisor inner =
        auto(AutoShutdown.ANY_SIGNIFICANT)
            .child(kids.spec("x"))
            .child(significant(kids, "y", TRANSIENT));
    SupervisorRef sup =
        kids.start(
            auto(AutoShutdown.ANY_SIGNIFICANT)
                .child(kids.spec("a"))
                .child(inner.asChild("inner").restart(TRANSIENT).significant()));
    stop(SupervisorRef.of(node(), pid(sup, "inner")), "y", NORMAL);
    t.say("got", awaitExit());
  }

  @Twin({"SV4", "SV6"})
  void significanceWithoutAutoShutdown(Trace t) {
    Kids kids = new Kids(t);
    t.say(
        attempt(() -> kids.start(Supervisor.oneForOne().child(significant(kids, "a", TRANSIENT)))));
    t.say(
        attempt(() ->
            kids.start(
                auto(AutoShutdown.ANY_SIGNIFICANT).child(significant(kids, "a", PERMANENT)))));
  }

  @Twin({"SV24", "SV26"})
  void subtreesEndInOrder(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child("inner", Supervisor.oneForOne().child(kids.spec("x")).child(kids.spec("y")))
                .child(kids.spec("b")));
    finish(sup);
    t.say("got", awaitExit());
  }

  @Twin({"SV1", "T3"})
  void killedSupervisor(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            Supervisor.oneForOne()
                .child(kids.spec("a"))
                .child(ChildSpec.of("b", SupervisorsTwins::idler)));
    t.as("ma", monitor(pid(sup, "a")));
    t.as("mb", monitor(pid(sup, "b")));
    t.as("b", pid(sup, "b"));
    exit(sup.pid().orElseThrow(), KILL);
    t.say("got", awaitExit());
    t.say("got", set(List.of(awaitDown(), awaitDown())));
  }

  @Twin("SV2")
  void informationOfAChild(Trace t) {
    ChildSpec spec = ChildSpec.of("a", () -> Child.of(t.as("a", spawnLink(() -> idle())), "more"));
    SupervisorRef sup = new Kids(t).start(Supervisor.oneForOne());
    t.say(startedChild(() -> sup.startChild(spec)));
    t.say(startedChild(() -> sup.startChild(spec)));
    sup.terminateChild("a");
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(states(sup));
    finish(sup);
  }
}
