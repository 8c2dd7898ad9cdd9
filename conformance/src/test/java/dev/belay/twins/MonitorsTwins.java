package dev.belay.twins;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.unregister;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.monitoredBy;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Steps.name;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;

import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.twins.Terms.Raised;
import dev.belay.twins.Terms.Thrown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Monitors: what a down message says, when it comes and when it does not. Twins of
/// `twin_monitors.erl`.
final class MonitorsTwins {
  @Twin({"M2", "M3", "X1", "X2"})
  void downTellsHowItEnded(Trace t) {
    ends(t, "normal", () -> {});
    ends(t, "term", () -> exitNow(term(tuple("boom", List.of(1, "two")))));
    ends(
        t,
        "error",
        () -> {
          throw new Raised("boom");
        });
    ends(
        t,
        "throw",
        () -> {
          throw new Thrown("ball");
        });
    ends(t, "shutdown", () -> exitNow(SHUTDOWN));
    ends(t, "detail", () -> exitNow(shutdown("tired")));
    ends(t, "kill", () -> exitNow(KILL));
  }

  private static void ends(Trace t, String role, Body body) {
    t.as(role, "m", spawnMonitor(body));
    t.say("got", awaitDown());
  }

  @Twin("M4")
  void deadIsNoproc(Trace t) {
    Pid b = t.as("b", spawn(() -> exitNow(term("bye"))));
    untilDead(b);
    t.as("m", monitor(b));
    t.say("got", awaitDown());
  }

  @Twin({"M2", "M4"})
  void freeNameIsNoproc(Trace t) {
    t.as("m1", monitor("twin_nobody"));
    t.say("got", awaitDown());
    t.as("m2", monitor(name("twin_nobody")));
    t.say("got", awaitDown());
  }

  @Twin({"M1", "M8"})
  void eachMonitorFiresOnce(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.as("m1", monitor(b));
    t.as("m2", monitor(b));
    t.as("m3", monitor(b));
    exit(b, term("bye"));
    for (int i = 0; i < 3; i++) {
      t.sayIn("~downs", "got", awaitDown());
    }
    untilDead(b);
    t.say("left", drain());
  }

  @Twin("M1")
  void everyWatcherHears(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    for (String role : List.of("w1", "w2", "w3", "w4", "w5")) {
      t.as(
          role,
          spawn(() -> {
            t.as("m", monitor(b));
            send(main, "watching");
            t.say("got", awaitDown());
            send(main, "told");
          }));
      await("watching");
    }
    exit(b, term("bye"));
    for (int i = 0; i < 5; i++) {
      await("told");
    }
  }

  @Twin({"M1", "M15", "M17"})
  void watchingIsOneWay(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    Pid w =
        t.as(
            "w",
            spawn(() -> {
              monitor(b);
              send(main, "watching");
              idle();
            }));
    await("watching");
    t.say("by", monitoredBy(b), "monitors", monitors(w));
    exit(w, term("bye"));
    untilDead(w);
    until(() -> monitoredBy(b).equals(set(List.of())));
    t.say("by", monitoredBy(b), "alive", isAlive(b));
  }

  @Twin("M9")
  void nothingComesAfterDemonitor(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    demonitor(b.ref());
    exit(b.pid(), term("bye"));
    untilDead(b.pid());
    t.say("left", drain());
  }

  @Twin("M9")
  void queuedDownStaysWithoutFlush(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> exitNow(term("bye"))));
    untilQueued(1);
    demonitor(b.ref());
    t.say("left", drain());
  }

  @Twin("M10")
  void flushTakesOneDown(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.as("m1", monitor(b));
    Ref m2 = t.as("m2", monitor(b));
    t.as("m3", monitor(b));
    t.as("m4", monitor(b));
    exit(b, term("bye"));
    untilQueued(4);
    demonitor(m2, Demonitor.FLUSH);
    t.say("left", set(drain()));
  }

  @Twin("M11")
  void infoTellsThatItWasOn(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    t.say("was", demonitor(b.ref(), Demonitor.INFO));
    exit(b.pid(), term("bye"));
    untilDead(b.pid());
    t.say("left", drain());
  }

  @Twin("M11")
  void infoTellsThatItHadFired(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> exitNow(term("bye"))));
    untilQueued(1);
    t.say("was", demonitor(b.ref(), Demonitor.INFO));
    t.say("left", drain());
  }

  @Twin({"M10", "M11"})
  void flushAndInfo(Trace t) {
    Monitored b1 = t.as("b1", "m1", spawnMonitor(() -> idle()));
    t.say("on", demonitor(b1.ref(), Demonitor.FLUSH, Demonitor.INFO));
    t.say("off", demonitor(b1.ref(), Demonitor.FLUSH, Demonitor.INFO));
    exit(b1.pid(), term("bye"));
    untilDead(b1.pid());
    Monitored b2 = t.as("b2", "m2", spawnMonitor(() -> exitNow(term("bye"))));
    untilQueued(1);
    t.say("fired", demonitor(b2.ref(), Demonitor.FLUSH, Demonitor.INFO));
    t.say("left", drain());
    t.say("again", demonitor(b2.ref(), Demonitor.FLUSH, Demonitor.INFO));
  }

  @Twin({"M9", "M11", "M12"})
  void demonitorOfWhatIsNone(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    t.say("plain", demonitor(makeRef(), Demonitor.INFO), demonitor(makeRef(), Demonitor.FLUSH));
    t.say("once", demonitor(b.ref(), Demonitor.INFO), "twice", demonitor(b.ref(), Demonitor.INFO));
    t.say("flushed", demonitor(b.ref(), Demonitor.FLUSH), "alive", isAlive(b.pid()));
  }

  @Twin("M12")
  void demonitorOfAnothers(Trace t) {
    Pid main = self();
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    t.as(
        "other",
        spawn(() -> {
          t.say("was", demonitor(b.ref(), Demonitor.INFO));
          t.say("flushed", demonitor(b.ref(), Demonitor.FLUSH));
          send(main, "tried");
        }));
    await("tried");
    t.say("monitors", monitors(self()));
    exit(b.pid(), term("bye"));
    t.say("got", awaitDown());
  }

  @Twin("M6")
  void watchingOneself(Trace t) {
    register("twin_self");
    Ref m1 = monitor(self());
    Ref m2 = monitor("twin_self");
    t.say("monitors", monitors(self()));
    t.say("was", demonitor(m1, Demonitor.INFO), demonitor(m2, Demonitor.INFO), "left", drain());
  }

  @Twin("M2")
  void downByNameHasTheName(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    register("twin_b", b);
    t.as("m1", monitor("twin_b"));
    t.as("m2", monitor(name("twin_b")));
    t.as("m3", monitor(b));
    exit(b, term("bye"));
    for (int i = 0; i < 3; i++) {
      t.sayIn("~downs", "got", awaitDown());
    }
  }

  @Twin("M5")
  void nameIsResolvedOnce(Trace t) {
    Pid a = t.as("a", spawn(() -> idle()));
    Pid b = t.as("b", spawn(() -> idle()));
    register("twin_moving", a);
    t.as("m", monitor("twin_moving"));
    unregister("twin_moving");
    register("twin_moving", b);
    exit(b, term("second"));
    untilDead(b);
    t.say("left", drain());
    exit(a, term("first"));
    t.say("got", awaitDown());
  }

  @Twin({"M14", "X9", "R3"})
  void nameIsFreeWhenTheDownComes(Trace t) {
    List<ExitReason> taken = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Monitored b = spawnMonitor(() -> register("twin_contested"));
      taken.add(awaitDown(b.ref()).reason());
    }
    t.say("registered", different(taken));
  }

  @Twin("M18")
  void tagStandsInTheDown(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.as("m1", monitor(b, tagged(tuple("my", "tag"))));
    exit(b, term("bye"));
    t.say("got", nextSoon());
    t.as("m2", monitor(b, tagged("late")));
    t.say("got", nextSoon());
    t.as("c", "m3", spawnMonitor(SpawnOptions.DEFAULT, tagged("born"), () -> exitNow(term("bye"))));
    t.say("got", nextSoon());
  }

  @Twin({"M10", "M18"})
  void flushFindsATaggedDown(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref m = t.as("m", monitor(b, tagged("custom")));
    exit(b, term("bye"));
    untilQueued(1);
    t.say("was", demonitor(m, Demonitor.FLUSH, Demonitor.INFO), "left", drain());
  }

  @Twin("M19")
  void spawnMonitorHearsTheTrueReason(Trace t) {
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Monitored b = spawnMonitor(() -> exitNow(term("bye")));
      reasons.add(awaitDown(b.ref()).reason());
    }
    t.say("reasons", different(reasons));
  }

  @Twin({"M8", "M17"})
  void bondsAreListedWhileOn(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    register("twin_listed", b);
    Ref m1 = monitor(b);
    monitor(b);
    monitor("twin_listed");
    t.say("monitors", monitors(self()), "by", monitoredBy(b));
    demonitor(m1);
    t.say("monitors", monitors(self()), "by", monitoredBy(b));
    exit(b, term("bye"));
    untilQueued(2);
    t.say("monitors", monitors(self()));
  }

  @Twin({"M11", "M13"})
  void infoAgreesWithTheQueue(Trace t) {
    int wrong = 0;
    for (int round = 0; round < 300; round++) {
      wrong += agrees() ? 0 : 1;
    }
    t.say("wrong", wrong);
  }

  private static boolean agrees() {
    Monitored b = spawnMonitor(() -> await("go"));
    send(b.pid(), "go");
    boolean was = demonitor(b.ref(), Demonitor.INFO);
    if (was) {
      untilDead(b.pid());
    }
    Optional<Down> down =
        receive(
            message -> message instanceof Down d && d.ref().equals(b.ref()) ? d : skip(),
            Duration.ZERO);
    return was ? down.isEmpty() : down.map(Down::reason).equals(Optional.of(NORMAL));
  }

  @Twin({"S5", "M14"})
  void lastWordsComeBeforeTheDown(Trace t) {
    Pid main = self();
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          for (int n = 1; n <= 5; n++) {
            send(main, tuple("word", n));
          }
          exitNow(term("bye"));
        }));
    untilQueued(6);
    t.say("all", drain());
  }

  @Twin({"M1", "M3", "T3"})
  void watcherLivesOn(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    Pid w =
        t.as(
            "w",
            spawn(() -> {
              t.as("m", monitor(b));
              send(main, "watching");
              t.say("got", awaitDown());
              send(main, "told");
              idle();
            }));
    await("watching");
    exit(b, KILL);
    await("told");
    t.say("alive", isAlive(w));
  }

  @Twin({"M1", "M9"})
  void demonitoredAmongOthers(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.as("m1", monitor(b));
    Ref m2 = t.as("m2", monitor(b));
    t.as("m3", monitor(b));
    demonitor(m2);
    exit(b, term("bye"));
    untilQueued(2);
    untilDead(b);
    t.say("left", set(drain()));
  }

  // helpers

  private static void exitNow(ExitReason reason) {
    throw exit(reason);
  }

  private static MonitorOptions tagged(Object tag) {
    return MonitorOptions.DEFAULT.tag(tag);
  }

  /// The next message, for which the caller waits.
  private static Object nextSoon() {
    untilQueued(1);
    return next();
  }
}
