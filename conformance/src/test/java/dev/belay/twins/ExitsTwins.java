package dev.belay.twins;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.KILLED;
import static dev.belay.ExitReason.NORMAL;
import static dev.belay.ExitReason.NO_CONNECTION;
import static dev.belay.ExitReason.NO_PROC;
import static dev.belay.ExitReason.SHUTDOWN;
import static dev.belay.ExitReason.shutdown;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.queueLength;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static java.time.Duration.ofMinutes;

import dev.belay.ExitException;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.twins.Terms.Raised;
import dev.belay.twins.Terms.Thrown;
import java.util.ArrayList;
import java.util.List;

/// How a process ends, and what it and others see of that. Twins of `twin_exits.erl`.
final class ExitsTwins {
  @Twin("X1")
  void returnIsNormal(Trace t) {
    t.as("b", "m", spawnMonitor(() -> {}));
    t.say("got", awaitDown());
  }

  @Twin({"X1", "X2", "X4"})
  void ownReasonIsKept(Trace t) {
    for (ExitReason reason :
        List.of(
            term("bye"),
            term(42),
            term(tuple("boom", 1)),
            term(List.of("a", List.of("b", 3), tuple())),
            NORMAL,
            SHUTDOWN,
            shutdown(tuple("why", 1)),
            KILL,
            KILLED,
            NO_PROC,
            NO_CONNECTION)) {
      t.as("b", "m", spawnMonitor(() -> exitNow(reason)));
      t.say("got", awaitDown());
    }
  }

  @Twin("X2")
  void crashesTellWhatWasRaised(Trace t) {
    t.as(
        "b1",
        "m1",
        spawnMonitor(() -> {
          throw new Raised("boom");
        }));
    t.say("got", awaitDown());
    t.as(
        "b2",
        "m2",
        spawnMonitor(() -> {
          throw new Raised(tuple("boom", List.of(1, 2)));
        }));
    t.say("got", awaitDown());
    t.as(
        "b3",
        "m3",
        spawnMonitor(() -> {
          throw new Thrown(tuple("ball", 3));
        }));
    t.say("got", awaitDown());
    t.as("b4", "m4", spawnMonitor(() -> t.say(1 / queueLength(self()))));
    t.say("got", awaitDown());
  }

  @Twin("X7")
  void ownExitCanBeCaught(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          try {
            exitNow(term("bye"));
          } catch (ExitException e) {
            t.say("caught", e.reason());
          }
          t.say("alive", isAlive(self()));
        }));
    t.say("got", awaitDown());
  }

  @Twin({"X6", "T6"})
  void exitSignalCannotBeCaught(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          try {
            exit(self(), term("die"));
          } catch (Exception _) {
            t.say("caught");
          }
          t.say("went", "on");
        }));
    t.say("got", awaitDown());
  }

  @Twin("X7")
  void cleanupRunsAtOnesOwnExit(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          try {
            exitNow(term("bye"));
          } finally {
            t.say("cleaned", "up");
          }
        }));
    t.say("got", awaitDown());
  }

  @Twin({"X2", "X7"})
  void caughtErrorThenAnotherReason(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          try {
            throw new Raised("first");
          } catch (Raised e) {
            exitNow(term(tuple("because", e.value())));
          }
        }));
    t.say("got", awaitDown());
  }

  @Twin("X5")
  void firstSignalDecides(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    exit(b.pid(), term("first"));
    exit(b.pid(), term("second"));
    t.say("got", awaitDown());
  }

  @Twin("X5")
  void killComesTooLate(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    exit(b.pid(), term("first"));
    exit(b.pid(), KILL);
    t.say("got", awaitDown());
  }

  @Twin({"X10", "T1"})
  void killIsDoneWhenAsked(Trace t) {
    List<Boolean> alive = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Pid b =
          spawn(() -> {
            trapExits(true);
            idle();
          });
      exit(b, KILL);
      alive.add(isAlive(b));
    }
    t.say("alive", different(alive));
  }

  @Twin({"X10", "T7"})
  void aliveOrNot(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    t.say("alive", isAlive(self()), isAlive(b));
    exit(b, NORMAL);
    t.say("alive", isAlive(b));
    exit(b, term("bye"));
    t.say("alive", isAlive(b), isAlive(b));
  }

  @Twin("S4")
  void nothingIsSeenAfterTheExit(Trace t) {
    Pid main = self();
    Monitored b = t.as("b", "m", spawnMonitor(() -> echo(t, main)));
    send(b.pid(), "before");
    await("said");
    exit(b.pid(), term("bye"));
    send(b.pid(), "later");
    t.say("got", awaitDown(), "left", drain());
  }

  private static void echo(Trace t, Pid main) {
    while (true) {
      t.say("heard", receive(String.class));
      send(main, "said");
    }
  }

  @Twin({"S6", "S9", "T8", "L9", "M9"})
  void deadTakeSignalsSilently(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> exitNow(term("bye"))));
    t.say("got", awaitDown());
    t.say("send", attempt(() -> send(b.pid(), "hello")));
    t.say("exit", attempt(() -> exit(b.pid(), term("again"))));
    t.say("kill", attempt(() -> exit(b.pid(), KILL)));
    t.say("unlink", attempt(() -> unlink(b.pid())));
    t.say("demonitor", attempt(() -> demonitor(b.ref())));
    t.say("alive", isAlive(b.pid()), "left", drain());
  }

  @Twin("X4")
  void bigReasonsStayEqual(Trace t) {
    List<Object> parts = new ArrayList<>();
    for (int n = 1; n <= 2000; n++) {
      parts.add(tuple(n, List.of(n, tuple("deep", List.of(n)))));
    }
    ExitReason big = term(tuple("reason", parts));
    Monitored b = t.as("b", "m1", spawnMonitor(() -> exitNow(big)));
    ExitReason r1 = awaitDown(b.ref()).reason();
    Monitored c = t.as("c", "m2", spawnMonitor(() -> idle()));
    exit(c.pid(), big);
    ExitReason r2 = awaitDown(c.ref()).reason();
    t.say("equal", r1.equals(big), r2.equals(big));
  }

  @Twin({"X5", "T3"})
  void killedBeforeTheFirstInstruction(Trace t) {
    List<ExitReason> reasons = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      Monitored b = spawnMonitor(() -> idle());
      exit(b.pid(), KILL);
      reasons.add(awaitDown(b.ref()).reason());
    }
    t.say("reasons", different(reasons));
  }

  @Twin("S7")
  void sleeperIsWokenToDie(Trace t) {
    Pid main = self();
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(() -> {
              send(main, "sleeping");
              sleep(ofMinutes(10));
              t.say("slept");
            }));
    await("sleeping");
    exit(b.pid(), term("wake"));
    t.say("got", awaitDown());
  }

  @Twin("S7")
  void workerThatNeverReceivesDies(Trace t) {
    Pid main = self();
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(() -> {
              send(main, "working");
              while (true) {
                relinquish();
              }
            }));
    await("working");
    exit(b.pid(), term("enough"));
    t.say("got", awaitDown());
  }

  @Twin("X2")
  void exitFromDeepWithin(Trace t) {
    t.as("b", "m", spawnMonitor(() -> dive(100, () -> exitNow(term(tuple("deep", 100))))));
    t.say("got", awaitDown());
  }

  @Twin({"T6", "X6"})
  void exitOfOneselfFromDeepWithin(Trace t) {
    t.as(
        "b",
        "m",
        spawnMonitor(() -> {
          dive(100, () -> exit(self(), term(tuple("deep", "self"))));
          t.say("went", "on");
        }));
    t.say("got", awaitDown());
  }

  private static void dive(int depth, Runnable bottom) {
    if (depth == 0) {
      bottom.run();
    } else {
      dive(depth - 1, bottom);
    }
  }

  @Twin("X5")
  void exitingTwiceIsOnce(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    exit(b.pid(), term("bye"));
    exit(b.pid(), term("bye"));
    t.say("got", awaitDown());
    untilDead(b.pid());
    t.say("left", drain());
  }

  @Twin({"X5", "M1"})
  void exitsFromManyAreOneEnd(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    List<Monitored> senders = new ArrayList<>();
    List<ExitReason> possible = new ArrayList<>();
    for (int n = 1; n <= 20; n++) {
      ExitReason reason = term(tuple("from", n));
      possible.add(reason);
      senders.add(spawnMonitor(() -> exit(b.pid(), reason)));
    }
    ExitReason reason = awaitDown(b.ref()).reason();
    senders.forEach(sender -> awaitDown(sender.ref()));
    t.say("one", possible.contains(reason), "left", drain());
  }

  @Twin({"I1", "X11"})
  void infoOfTheDead(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    t.say("listed", processes().contains(b.pid()));
    exit(b.pid(), term("bye"));
    awaitDown(b.ref());
    t.say(
        "info",
        info(b.pid()).<Object>map(_ -> "present").orElse("undefined"),
        "listed",
        processes().contains(b.pid()));
  }

  @Twin({"S4", "I2"})
  void messagesDieWithTheirReceiver(Trace t) {
    Monitored b = t.as("b", "m", spawnMonitor(() -> idle()));
    for (int n = 1; n <= 10; n++) {
      send(b.pid(), tuple("message", n));
    }
    t.say("queued", queueLength(b.pid()));
    exit(b.pid(), term("bye"));
    t.say("got", awaitDown(b.ref()));
  }

  @Twin("S5")
  void lastWill(Trace t) {
    trapExits(true);
    Pid main = self();
    t.as(
        "b",
        spawnLink(() -> {
          send(main, tuple("will", self()));
          exitNow(term("bye"));
        }));
    untilQueued(2);
    t.say("got", next());
    t.say("got", next());
  }

  // helpers

  private static void exitNow(ExitReason reason) {
    throw exit(reason);
  }
}
