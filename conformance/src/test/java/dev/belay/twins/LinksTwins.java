package dev.belay.twins;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.ExitReason.NO_PROC;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;

import dev.belay.Demonitor;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.twins.Terms.Raised;
import java.util.ArrayList;
import java.util.List;

/// Links: who is told of whose end. Twins of `twin_links.erl`.
final class LinksTwins {
  @Twin({"L7", "X2"})
  void reasonGoesAlongTheLink(Trace t) {
    trapExits(true);
    t.as("b", spawnLink(() -> exitNow(tuple("boom", 1))));
    t.say("got", awaitExit());
  }

  @Twin({"L7", "L8", "T1"})
  void normalGoesAlongTheLink(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Pid a = t.as("a", linkedWith(b));
    t.say("links", links(a), links(b));
    send(b, "stop");
    untilDead(b);
    until(() -> links(a).equals(set(List.of())));
    t.say("links", links(a), "alive", isAlive(a));
  }

  @Twin({"L7", "X1"})
  void normalEndIsTrapped(Trace t) {
    trapExits(true);
    t.as("b", spawnLink(() -> {}));
    t.say("got", awaitExit());
  }

  @Twin({"L7", "X2"})
  void crashGoesAlongTheLinks(Trace t) {
    trapExits(true);
    Pid main = self();
    t.as(
        "a",
        spawnLink(() -> {
          Pid b =
              t.as(
                  "b",
                  spawnLink(() -> {
                    await("fall");
                    throw new Raised("boom");
                  }));
          send(b, "fall");
          send(main, "spawned");
          idle();
        }));
    t.say("got", awaitExit());
  }

  @Twin("L7")
  void fallIsTransitive(Trace t) {
    Monitored pid5 =
        t.as(
            "pid5",
            "m5",
            spawnMonitor(() -> {
              await("fall");
              exitNow("fell");
            }));
    Monitored pid4 = t.as("pid4", "m4", linkedAndMonitored(pid5.pid()));
    Monitored pid3 = t.as("pid3", "m3", linkedAndMonitored(pid4.pid()));
    send(pid5.pid(), "fall");
    t.say("got", awaitDown(pid5.ref()));
    t.say("got", awaitDown(pid4.ref()));
    t.say("got", awaitDown(pid3.ref()));
  }

  @Twin({"L7", "T1"})
  void trappingLinkStopsTheFall(Trace t) {
    Pid main = self();
    Monitored c =
        t.as(
            "c",
            "m",
            spawnMonitor(() -> {
              await("fall");
              exitNow("fell");
            }));
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              trapExits(true);
              link(c.pid());
              send(main, "ready");
              t.say("got", awaitExit());
              send(main, "told");
              idle();
            }));
    await("ready");
    Pid a = t.as("a", linkedWith(b));
    send(c.pid(), "fall");
    await("told");
    t.say("alive", isAlive(a), isAlive(b), isAlive(c.pid()));
  }

  @Twin({"L7", "L8", "T1"})
  void normalEndLeavesTheChainStanding(Trace t) {
    Pid c = t.as("c", spawn(() -> idle()));
    Pid b = t.as("b", linkedWith(c));
    Pid a = t.as("a", linkedWith(b));
    send(c, "stop");
    untilDead(c);
    until(() -> links(b).equals(set(List.of(a))));
    t.say("alive", isAlive(a), isAlive(b), "links", links(a), links(b));
  }

  @Twin({"L7", "L1"})
  void hubTakesItsLeavesAlong(Trace t) {
    Pid hub =
        t.as(
            "hub",
            spawn(() -> {
              await("fall");
              exitNow(tuple("down", "hub"));
            }));
    List<Monitored> leaves = leaves(t, hub);
    t.say("links", links(hub));
    send(hub, "fall");
    leaves.forEach(_ -> t.sayIn("~downs", "got", awaitDown()));
  }

  @Twin("L7")
  void leafTakesTheStarAlong(Trace t) {
    Monitored hub = t.as("hub", "m", spawnMonitor(() -> idle()));
    List<Monitored> leaves = leaves(t, hub.pid());
    exit(leaves.get(2).pid(), term("pruned"));
    t.say("got", awaitDown(hub.ref()));
    leaves.forEach(_ -> t.sayIn("~downs", "got", awaitDown()));
  }

  @Twin({"L7", "L8", "T1"})
  void eachEndDecidesForItself(Trace t) {
    trapExits(true);
    Monitored b =
        t.as(
            "b",
            "mb",
            spawnMonitor(() -> {
              await("fall");
              exitNow("fell");
            }));
    link(b.pid());
    Monitored c = t.as("c", "mc", linkedAndMonitored(b.pid()));
    send(b.pid(), "fall");
    t.say("got", awaitExit());
    t.say("got", awaitDown(b.ref()));
    t.say("got", awaitDown(c.ref()));
  }

  @Twin({"L1", "I10"})
  void linkShowsAtBothEnds(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("before", links(self()), links(b));
    link(b);
    t.say("linked", links(self()), links(b));
    unlink(b);
    t.say("unlinked", links(self()), links(b));
  }

  @Twin({"L1", "L12", "L13"})
  void linkingTwiceIsOneLink(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawn(() -> idle()));
    link(b);
    link(b);
    t.say("links", links(self()), links(b));
    send(b, "stop");
    t.say("got", awaitExit());
    untilDead(b);
    t.say("left", drain());
  }

  @Twin("L2")
  void linkWithOneself(Trace t) {
    link(self());
    t.say("links", links(self()));
    unlink(self());
    t.say("left", drain());
  }

  @Twin("L3")
  void linkWithTheDeadIsTrapped(Trace t) {
    trapExits(true);
    Pid b = t.as("b", dead());
    t.say("link", attempt(() -> link(b)));
    t.say("got", awaitExit());
    t.say("links", links(self()), "left", drain());
  }

  @Twin("L3")
  void linkWithTheDeadIsRefused(Trace t) {
    Pid b = t.as("b", dead());
    t.say("link", attempt(() -> link(b)));
    t.say("links", links(self()), "left", drain());
  }

  @Twin({"L3", "X2"})
  void refusedLinkCrashesTheCareless(Trace t) {
    Pid b = t.as("b", dead());
    Monitored c = t.as("c", "m", spawnMonitor(() -> link(b)));
    t.say("got", awaitDown(c.ref()));
  }

  @Twin("L8")
  void linkIsGoneAfterTheExit(Trace t) {
    trapExits(true);
    t.as("b", spawnLink(() -> exitNow("bye")));
    untilQueued(1);
    t.say("links", links(self()));
    t.say("got", next());
  }

  @Twin("L23")
  void spawnLinkHearsTheTrueReason(Trace t) {
    trapExits(true);
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Pid b = spawnLink(() -> exitNow("bye"));
      reasons.add(
          receive(message ->
              message instanceof Exit exit && exit.pid().equals(b) ? exit.reason() : skip()));
    }
    t.say("reasons", different(reasons));
  }

  @Twin("L23")
  void childHearsOfItsParent(Trace t) {
    Pid main = self();
    t.as(
        "parent",
        spawn(() -> {
          Pid parent = self();
          t.as(
              "child",
              spawnLink(() -> {
                trapExits(true);
                send(parent, "ready");
                t.say("got", awaitExit());
                send(main, "told");
              }));
          await("ready");
          exitNow("gone");
        }));
    await("told");
  }

  @Twin({"L23", "X12"})
  void orphansNeverHearSilence(Trace t) {
    Pid main = self();
    List<Boolean> told = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      spawn(() -> {
        send(main, spawnLink(() -> idle()));
        exitNow("gone");
      });
      Ref child = monitor(receive(Pid.class));
      told.add(List.of(term("gone"), NO_PROC).contains(awaitDown(child).reason()));
    }
    t.say("told", different(told));
  }

  @Twin({"M20", "L7"})
  void linkedAndMonitoringHearsBoth(Trace t) {
    trapExits(true);
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              await("fall");
              exitNow("fell");
            }));
    link(b);
    Ref m = t.as("m", monitor(b));
    send(b, "fall");
    t.say("got", awaitExit());
    t.say("got", awaitDown(m));
    t.say("left", drain());
  }

  // helpers

  private static void exitNow(Object reason) {
    throw exit(term(reason));
  }

  /// A process that has linked itself with another and waits.
  private static Pid linkedWith(Pid other) {
    Monitored linked = linkedAndMonitored(other);
    demonitor(linked.ref(), Demonitor.FLUSH);
    return linked.pid();
  }

  private static Monitored linkedAndMonitored(Pid other) {
    Pid main = self();
    Monitored linked =
        spawnMonitor(() -> {
          link(other);
          send(main, "linked");
          idle();
        });
    await("linked");
    return linked;
  }

  private static List<Monitored> leaves(Trace t, Pid hub) {
    List<Monitored> leaves = new ArrayList<>();
    for (int n = 1; n <= 10; n++) {
      leaves.add(t.as("leaf" + n, "m" + n, linkedAndMonitored(hub)));
    }
    return leaves;
  }

  private static Pid dead() {
    Pid pid = spawn(() -> {});
    untilDead(pid);
    return pid;
  }
}
