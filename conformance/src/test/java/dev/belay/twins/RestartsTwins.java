package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawnLink;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.otp.Restart.PERMANENT;
import static dev.belay.otp.Restart.TEMPORARY;
import static dev.belay.otp.Restart.TRANSIENT;
import static dev.belay.twins.Kids.counts;
import static dev.belay.twins.Kids.done;
import static dev.belay.twins.Kids.ids;
import static dev.belay.twins.Kids.order;
import static dev.belay.twins.Kids.pid;
import static dev.belay.twins.Kids.startedChild;
import static dev.belay.twins.Kids.states;
import static dev.belay.twins.Kids.stop;
import static dev.belay.twins.Kids.untilGone;
import static dev.belay.twins.Kids.untilRestarted;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.otp.Child;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.twins.Terms.Raised;
import java.util.List;
import java.util.Locale;

/// What supervisors restart when a child ends, and when they give up. Twins of `twin_restarts.erl`.
final class RestartsTwins {
  private static final ExitReason ODD = term("odd");
  private static final ExitReason SAD = term("sad");

  private static Supervisor often(Supervisor supervisor) {
    return upTo(9, supervisor);
  }

  private static Supervisor upTo(int intensity, Supervisor supervisor) {
    return supervisor.intensity(intensity, ofMinutes(1));
  }

  /// Has a child end, and waits until it runs again.
  private static void restart(SupervisorRef sup, String id, ExitReason reason) {
    Pid old = pid(sup, id);
    stop(sup, id, reason);
    untilRestarted(sup, id, old);
  }

  private static void finish(SupervisorRef sup) {
    Pid pid = sup.pid().orElseThrow();
    exit(pid, SHUTDOWN);
    untilDead(pid);
  }

  private static Supervisor abc(Kids kids, Supervisor supervisor) {
    return supervisor.child(kids.spec("a")).child(kids.spec("b")).child(kids.spec("c"));
  }

  @Twin({"SV8", "SV9"})
  void restartTypes(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(upTo(99, Supervisor.oneForOne()));
    for (Restart type : List.of(PERMANENT, TRANSIENT, TEMPORARY)) {
      for (ExitReason reason : List.of(NORMAL, SHUTDOWN, shutdown("why"), ODD)) {
        Pid old = sup.startChild(kids.spec("a").restart(type)).pid().orElseThrow();
        stop(sup, "a", reason);
        if (type == PERMANENT || (type == TRANSIENT && reason.equals(ODD))) {
          untilRestarted(sup, "a", old);
        } else {
          untilGone(sup, "a");
        }
        t.say(name(type), reason, states(sup));
        done(() -> sup.terminateChild("a"));
        done(() -> sup.deleteChild("a"));
      }
    }
    finish(sup);
  }

  private static String name(Restart type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @Twin("SV8")
  void crashesAndKills(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(often(Supervisor.oneForOne()).child(kids.spec("a").restart(TRANSIENT)));
    Pid old = pid(sup, "a");
    order(
        old,
        clerk -> {
          throw new Raised("boom");
        });
    untilRestarted(sup, "a", old);
    Pid next = pid(sup, "a");
    exit(next, KILL);
    untilRestarted(sup, "a", next);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV10")
  void oneForOne(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, often(Supervisor.oneForOne())));
    restart(sup, "b", ODD);
    restart(sup, "a", NORMAL);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV11")
  void oneForAll(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, often(Supervisor.oneForAll())));
    restart(sup, "b", ODD);
    restart(sup, "a", ODD);
    restart(sup, "c", ODD);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV12")
  void restForOne(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, often(Supervisor.restForOne())));
    restart(sup, "b", ODD);
    restart(sup, "c", ODD);
    restart(sup, "a", ODD);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV13")
  void temporarySiblingsGo(Trace t) {
    Kids kids = new Kids(t);
    for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
      SupervisorRef sup =
          kids.start(
              often(strategy)
                  .child(kids.spec("a"))
                  .child(kids.spec("b").restart(TEMPORARY))
                  .child(kids.spec("c")));
      restart(sup, "a", ODD);
      t.say(ids(sup));
      finish(sup);
    }
  }

  @Twin("SV14")
  void transientSiblingsComeBack(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            often(Supervisor.oneForAll())
                .child(kids.spec("a"))
                .child(kids.spec("b").restart(TRANSIENT))
                .child(kids.spec("c")));
    restart(sup, "c", ODD);
    t.say(states(sup));
    // Also one that has ended before.
    stop(sup, "b", NORMAL);
    untilGone(sup, "b");
    restart(sup, "a", ODD);
    t.say(states(sup));
    finish(sup);
  }

  /// A child that does not start the second time and the third.
  private static ChildSpec failing(Kids kids, String id) {
    return kids.spec(
        id,
        (clerk, role) -> {
          int start = kids.count("starts " + id);
          if (start == 2 || start == 3) {
            clerk.end(SAD);
          }
        });
  }

  @Twin("SV15")
  void siblingThatDoesNotStartOneForAll(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            often(Supervisor.oneForAll())
                .child(kids.spec("a"))
                .child(failing(kids, "b"))
                .child(kids.spec("c")));
    restart(sup, "c", ODD);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV15")
  void siblingThatDoesNotStartRestForOne(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            often(Supervisor.restForOne())
                .child(kids.spec("a"))
                .child(kids.spec("b"))
                .child(failing(kids, "c"))
                .child(kids.spec("d")));
    Pid old = pid(sup, "d");
    stop(sup, "b", ODD);
    untilRestarted(sup, "d", old);
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV16")
  void failedRestartIsTriedAgain(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(often(Supervisor.oneForOne()).child(failing(kids, "a")).child(kids.spec("b")));
    restart(sup, "a", ODD);
    t.say(states(sup));
    finish(sup);
  }

  /// A child that starts once only.
  private static ChildSpec once(Kids kids, String id) {
    return kids.spec(
        id,
        (clerk, role) -> {
          if (kids.count("starts " + id) > 1) {
            clerk.end(SAD);
          }
        });
  }

  private static void untilRestarting(SupervisorRef sup, String id) {
    until(() ->
        sup.children().stream()
            .filter(child -> child.id().equals(id))
            .anyMatch(ChildInfo::restarting));
  }

  /// A child that cannot be started again, and does not say so.
  private static ChildSpec stubborn(Kids kids) {
    return ChildSpec.of(
        "a",
        () -> {
          if (kids.count("starts") == 1) {
            return Child.of(spawnLink(() -> idle()));
          }
          sleep(ofMillis(1));
          throw new ExitException(SAD);
        });
  }

  @Twin({"SV16", "SV27", "SV29", "SV30", "SV31", "SV32"})
  void restartingChildIsSeen(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            upTo(100_000, Supervisor.oneForOne()).child(stubborn(kids)).child(kids.spec("b")));
    exit(pid(sup, "a"), ODD);
    untilRestarting(sup, "a");
    t.say(states(sup), counts(sup.count()));
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(done(() -> sup.deleteChild("a")));
    t.say(startedChild(() -> sup.startChild(kids.spec("a"))));
    t.say(states(sup));
    finish(sup);
  }

  @Twin({"SV16", "SV28"})
  void restartingChildIsTerminated(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            upTo(100_000, Supervisor.oneForOne()).child(stubborn(kids)).child(kids.spec("b")));
    exit(pid(sup, "a"), ODD);
    untilRestarting(sup, "a");
    t.say(done(() -> sup.terminateChild("a")));
    t.say(states(sup));
    t.say(startedChild(() -> sup.restartChild("a")));
    t.say(done(() -> sup.deleteChild("a")), states(sup));
    finish(sup);
  }

  @Twin("SV17")
  void tooManyRestarts(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, upTo(2, Supervisor.oneForOne())));
    restart(sup, "b", ODD);
    restart(sup, "a", ODD);
    stop(sup, "b", ODD);
    t.say("got", awaitExit());
  }

  @Twin("SV17")
  void noRestartAtAll(Trace t) {
    Kids kids = new Kids(t);
    for (Supervisor strategy :
        List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
      SupervisorRef sup = kids.start(abc(kids, upTo(0, strategy)));
      stop(sup, "b", NORMAL);
      t.say("got", awaitExit());
    }
  }

  @Twin({"SV16", "SV17"})
  void failedRestartsCount(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(upTo(3, Supervisor.oneForOne()).child(once(kids, "a")).child(kids.spec("b")));
    stop(sup, "a", ODD);
    t.say("got", awaitExit());
  }

  @Twin({"SV11", "SV17"})
  void groupCountsOnce(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, upTo(2, Supervisor.oneForAll())));
    restart(sup, "a", ODD);
    restart(sup, "b", ODD);
    stop(sup, "c", ODD);
    t.say("got", awaitExit());
  }

  private static ChildSpec inner(Kids kids) {
    return upTo(0, Supervisor.oneForOne())
        .child(kids.spec("x"))
        .child(kids.spec("y"))
        .asChild("inner");
  }

  private static SupervisorRef innerOf(SupervisorRef sup) {
    return SupervisorRef.of(node(), pid(sup, "inner"));
  }

  @Twin({"SV18", "SV24"})
  void permanentSupervisorIsRestarted(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            often(Supervisor.oneForAll())
                .child(kids.spec("a"))
                .child(inner(kids))
                .child(kids.spec("c")));
    Pid c = pid(sup, "c");
    stop(innerOf(sup), "x", ODD);
    untilRestarted(sup, "c", c);
    t.say(ids(sup), ids(innerOf(sup)));
    finish(sup);
  }

  @Twin("SV18")
  void transientSupervisorIsNot(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(
            often(Supervisor.oneForAll())
                .child(kids.spec("a"))
                .child(inner(kids).restart(TRANSIENT)));
    stop(innerOf(sup), "x", ODD);
    untilGone(sup, "inner");
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV18")
  void firstChildrenComeBack(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(often(Supervisor.oneForOne()).child(inner(kids)));
    SupervisorRef old = innerOf(sup);
    old.startChild(kids.spec("z"));
    t.say(ids(old));
    stop(old, "z", ODD);
    untilRestarted(sup, "inner", old.pid().orElseThrow());
    t.say(ids(innerOf(sup)));
    finish(sup);
  }

  @Twin("SV28")
  void terminatedChildDoesNotCount(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup = kids.start(abc(kids, upTo(0, Supervisor.oneForAll())));
    t.say(done(() -> sup.terminateChild("b")));
    t.say(states(sup));
    t.say(startedChild(() -> sup.restartChild("b")));
    t.say(states(sup));
    finish(sup);
  }

  @Twin("SV7")
  void restartThatIsNotWanted(Trace t) {
    Kids kids = new Kids(t);
    for (Restart type : List.of(PERMANENT, TRANSIENT)) {
      ChildSpec once =
          kids.spec(
                  "a",
                  (clerk, role) -> {
                    if (kids.count("starts " + type) > 1) {
                      throw Clerk.unneeded();
                    }
                  })
              .restart(type);
      SupervisorRef sup = kids.start(often(Supervisor.oneForOne()).child(once));
      stop(sup, "a", ODD);
      untilGone(sup, "a");
      t.say(states(sup));
      finish(sup);
    }
  }

  @Twin({"SV18", "SV37"})
  void killedSupervisorComesBack(Trace t) {
    Kids kids = new Kids(t);
    SupervisorRef sup =
        kids.start(often(Supervisor.oneForOne()).child("inner", often(Supervisor.oneForOne())));
    SupervisorRef old = innerOf(sup);
    Pid x =
        old.startChild(ChildSpec.of("x", () -> Child.of(spawnLink(() -> idle()))))
            .pid()
            .orElseThrow();
    t.as("x", x);
    t.as("m", monitor(x));
    exit(old.pid().orElseThrow(), KILL);
    t.say("got", awaitDown());
    untilRestarted(sup, "inner", old.pid().orElseThrow());
    t.say(ids(sup), ids(innerOf(sup)));
    finish(sup);
  }
}
