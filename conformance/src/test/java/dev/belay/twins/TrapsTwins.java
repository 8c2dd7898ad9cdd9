package dev.belay.twins;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.KILLED;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.NO_CONNECTION;
import static dev.belay.ExitReason.NO_PROC;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.awaitExit;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.links;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.until;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static dev.belay.twins.Terms.Unordered.set;

import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.twins.Terms.Raised;
import java.util.List;

/// Exit signals and those who trap them: the decision table, kill and killed. Twins of
/// `twin_traps.erl`.
final class TrapsTwins {
  @Twin("T1")
  void signalBecomesAMessage(Trace t) {
    Pid b = t.as("b", trapping(t));
    exit(b, term("hello"));
    exit(b, term(tuple("boom", 1)));
    exit(b, SHUTDOWN);
    finish(b);
    t.say("alive", isAlive(b));
  }

  @Twin("T1")
  void signalEndsWhoDoesNotTrap(Trace t) {
    for (ExitReason reason :
        List.of(term("bye"), term(tuple("boom", 1)), SHUTDOWN, KILLED, NO_PROC, NO_CONNECTION)) {
      Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
      exit(b.pid(), reason);
      t.say("got", awaitDown(b.ref()));
    }
  }

  @Twin({"T1", "T7"})
  void normalIsIgnored(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              await("ping");
              t.say("left", drain());
              send(main, "pong");
              idle();
            }));
    exit(b, NORMAL);
    send(b, "ping");
    await("pong");
    t.say("alive", isAlive(b));
    send(b, "stop");
    untilDead(b);
  }

  @Twin({"T1", "T7"})
  void normalIsTrapped(Trace t) {
    Pid b = t.as("b", trapping(t));
    exit(b, NORMAL);
    finish(b);
    t.say("alive", isAlive(b));
  }

  @Twin({"T1", "T3"})
  void killCannotBeTrapped(Trace t) {
    Pid b = t.as("b", trapping(t));
    t.as("m", monitor(b));
    exit(b, KILL);
    t.say("got", awaitDown());
  }

  @Twin("T3")
  void killedGoesAlongTheLinks(Trace t) {
    trapExits(true);
    Pid b = t.as("b", spawnLink(() -> idle()));
    exit(b, KILL);
    t.say("got", awaitExit());
  }

  @Twin("T3")
  void killedGoesDownTheChain(Trace t) {
    Monitored a = t.as("a", "ma", spawnMonitor(() -> idle()));
    Monitored b = t.as("b", "mb", linkedAndMonitored(a.pid()));
    Monitored c = t.as("c", "mc", linkedAndMonitored(b.pid()));
    Monitored d = t.as("d", "md", linkedAndMonitored(c.pid()));
    exit(a.pid(), KILL);
    for (Monitored each : List.of(a, b, c, d)) {
      t.say("got", awaitDown(each.ref()));
    }
  }

  @Twin("T4")
  void ownKillIsTrapped(Trace t) {
    trapExits(true);
    t.as("b", spawnLink(() -> exitNow(KILL)));
    t.say("got", awaitExit());
  }

  @Twin({"T1", "T4"})
  void ownKillEndsTheLinked(Trace t) {
    Monitored b = t.as("b", "mb", spawnMonitor(() -> fallOnDemand(KILL)));
    Monitored c = t.as("c", "mc", linkedAndMonitored(b.pid()));
    send(b.pid(), "fall");
    t.say("got", awaitDown(c.ref()));
  }

  @Twin("T5")
  void killToOneself(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          trapExits(true);
          exit(self(), KILL);
          t.say("went", "on");
        }));
    t.say("got", awaitDown());
  }

  @Twin("T6")
  void signalToOneselfIsThereAtOnce(Trace t) {
    trapExits(true);
    exit(self(), term("hello"));
    t.say("next", next());
    t.say("next", next());
  }

  @Twin("T6")
  void signalToOneselfEndsAtOnce(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          exit(self(), term("bye"));
          t.say("went", "on");
        }));
    t.say("got", awaitDown());
  }

  @Twin({"T1", "T6"})
  void normalToOneself(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          exit(self(), NORMAL);
          t.say("went", "on");
        }));
    t.say("got", awaitDown());
  }

  @Twin({"T1", "T6"})
  void normalToOneselfIsTrapped(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          trapExits(true);
          exit(self(), NORMAL);
          t.say("next", next());
        }));
    t.say("got", awaitDown());
  }

  @Twin("T10")
  void flagReturnsWhatItWas(Trace t) {
    t.say("was", trapExits(true));
    t.say("was", trapExits(true));
    t.say("was", trapExits(false));
    t.say("was", trapExits(false));
  }

  @Twin("T2")
  void flagCountsAtReception(Trace t) {
    Pid main = self();
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(() -> {
              trapExits(true);
              send(main, "trapping");
              await("untrap");
              trapExits(false);
              send(main, "untrapped");
              idle();
            }));
    await("trapping");
    exit(b.pid(), term("trapped"));
    send(b.pid(), "untrap");
    await("untrapped");
    t.say("alive", isAlive(b.pid()));
    exit(b.pid(), term("untrapped"));
    t.say("got", awaitDown(b.ref()));
  }

  @Twin("T2")
  void flagDoesNotTouchTheQueue(Trace t) {
    trapExits(true);
    exit(self(), term("one"));
    untilQueued(1);
    trapExits(false);
    t.say("next", next());
    trapExits(true);
    exit(self(), term("two"));
    t.say("next", next());
  }

  @Twin({"T1", "T9"})
  void senderIsNamed(Trace t) {
    Pid main = self();
    Pid b = t.as("b", trapping(t));
    t.as(
        "sender",
        spawn(() -> {
          exit(b, term("from_sender"));
          send(main, "sent");
        }));
    await("sent");
    finish(b);
  }

  @Twin({"L7", "T1", "T3"})
  void everyChildIsHeard(Trace t) {
    trapExits(true);
    t.as("one", spawnLink(() -> exitNow(term("bye"))));
    t.as(
        "two",
        spawnLink(() -> {
          throw new Raised("boom");
        }));
    t.as("three", spawnLink(() -> {}));
    Pid four = t.as("four", spawnLink(() -> idle()));
    exit(four, KILL);
    for (int i = 0; i < 4; i++) {
      t.sayIn("~exits", "got", awaitExit());
    }
    t.say("links", links(self()), "left", drain());
  }

  @Twin("T9")
  void signalFromAStranger(Trace t) {
    trapExits(true);
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              exit(main, term("looks_like_a_link"));
              idle();
            }));
    t.say("got", awaitExit());
    t.say("links", links(main), "alive", isAlive(b));
  }

  @Twin({"T1", "T4"})
  void killAsALinksReasonStaysKill(Trace t) {
    Pid main = self();
    Monitored b = t.as("b", "mb", spawnMonitor(() -> fallOnDemand(KILL)));
    Pid c =
        t.as(
            "c",
            spawn(() -> {
              trapExits(true);
              link(b.pid());
              send(main, "ready");
              t.say("got", awaitExit());
              send(main, "told");
              idle();
            }));
    await("ready");
    send(b.pid(), "fall");
    await("told");
    t.say("alive", isAlive(c));
  }

  @Twin("T1")
  void killedCanBeSent(Trace t) {
    Pid b = t.as("b", trapping(t));
    exit(b, KILLED);
    finish(b);
    t.say("alive", isAlive(b));
  }

  @Twin("SP1")
  void trappingIsNotInherited(Trace t) {
    trapExits(true);
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    exit(b.pid(), term("bye"));
    t.say("got", awaitDown(b.ref()));
  }

  @Twin({"L7", "L8", "T1"})
  void linkedNormalIsTrappedOrPassedOver(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> idle()));
    Pid c =
        t.as(
            "c",
            spawn(() -> {
              trapExits(true);
              link(b);
              send(main, "ready");
              t.say("got", awaitExit());
              send(main, "told");
              idle();
            }));
    await("ready");
    Monitored d = t.as("d", "md", linkedAndMonitored(b));
    send(b, "stop");
    untilDead(b);
    await("told");
    until(() -> links(d.pid()).equals(set(List.of())));
    t.say("alive", isAlive(c), isAlive(d.pid()));
    exit(d.pid(), term("bye"));
    t.say("got", awaitDown(d.ref()));
  }

  @Twin({"T1", "X2"})
  void trappedThenResent(Trace t) {
    trapExits(true);
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          trapExits(true);
          t.as("c", spawnLink(() -> exitNow(term(tuple("boom", 1)))));
          exitNow(term(tuple("child", awaitExit().reason())));
        }));
    t.say("got", awaitDown());
  }

  @Twin("T1")
  void noprocCanBeSent(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    exit(b.pid(), NO_PROC);
    t.say("got", awaitDown(b.ref()));
  }

  // helpers

  private static void exitNow(ExitReason reason) {
    throw exit(reason);
  }

  private static void fallOnDemand(ExitReason reason) {
    await("fall");
    exitNow(reason);
  }

  /// A process that traps, and says what it has got when it is finished.
  private static Pid trapping(Trace t) {
    Pid main = self();
    Pid b =
        spawn(() -> {
          trapExits(true);
          send(main, "trapping");
          await("finish");
          drain().forEach(message -> t.say("got", message));
          send(main, "finished");
          idle();
        });
    await("trapping");
    return b;
  }

  private static void finish(Pid b) {
    send(b, "finish");
    await("finished");
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
}
