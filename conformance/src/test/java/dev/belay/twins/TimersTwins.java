package dev.belay.twins;

import static dev.belay.Belay.cancelTimer;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.readTimer;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.startTimer;
import static dev.belay.Belay.unregister;
import static dev.belay.ExitReason.KILL;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.attempt;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.name;
import static dev.belay.twins.Steps.queueLength;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.belay.Pid;
import dev.belay.Timeout;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Timers, and the time that receive waits. Twins of `twin_timers.erl`.
final class TimersTwins {
  @Twin({"TM1", "TM2"})
  void messageComesAfterItsTime(Trace t) {
    long start = System.nanoTime();
    sendAfter(ofMillis(20), self(), "hello");
    t.say("got", await("hello"), "early", elapsed(start) < 20);
  }

  @Twin("TM1")
  void timeoutHasItsTimer(Trace t) {
    TimerRef timer = t.as("timer", startTimer(ofMillis(5), self(), tuple("my", "message")));
    t.say(
        "got",
        receive(message ->
            message instanceof Timeout timeout && timeout.timer().equals(timer)
                ? timeout
                : skip()));
  }

  @Twin({"TM3", "TM4"})
  void cancelledTimerIsSilent(Trace t) {
    TimerRef timer = cancelledInTime();
    t.say("again", cancelTimer(timer).isPresent());
    sendAfter(ofMillis(50), self(), "later");
    t.say("got", receive(), "left", drain());
  }

  /// A timer of 30 ms that was cancelled before they were over.
  private static TimerRef cancelledInTime() {
    while (true) {
      TimerRef timer = sendAfter(ofMillis(30), self(), "hello");
      if (cancelTimer(timer).isPresent()) {
        return timer;
      }
      await("hello");
    }
  }

  @Twin("TM3")
  void firedTimerCannotBeCancelled(Trace t) {
    TimerRef timer = sendAfter(ofMillis(5), self(), "hello");
    untilQueued(1);
    t.say("cancelled", cancelTimer(timer).isPresent(), "left", drain());
  }

  @Twin("TM3")
  void timerCanBeRead(Trace t) {
    TimerRef timer = sendAfter(ofMinutes(10), self(), "hello");
    Duration time = readTimer(timer).orElseThrow();
    t.say("in_range", time.isPositive(), time.compareTo(ofMinutes(10)) <= 0);
    cancelTimer(timer);
    t.say("running", readTimer(timer).isPresent());
  }

  @Twin("TM6")
  void anybodyMayCancel(Trace t) {
    Pid main = self();
    TimerRef timer = sendAfter(ofMinutes(10), self(), "hello");
    t.as(
        "b",
        spawn(() -> {
          t.say("running", readTimer(timer).isPresent());
          t.say("cancelled", cancelTimer(timer).isPresent());
          send(main, "done");
        }));
    await("done");
    t.say("running", readTimer(timer).isPresent());
  }

  @Twin("TM2")
  void earlierTimeComesFirst(Trace t) {
    boolean inTime = false;
    List<Object> all = List.of();
    while (!inTime) {
      long start = System.nanoTime();
      sendAfter(ofMillis(45), self(), "third");
      sendAfter(ofMillis(5), self(), "first");
      sendAfter(ofMillis(25), self(), "second");
      inTime = elapsed(start) < 15;
      untilQueued(3);
      all = drain();
    }
    t.say("all", all);
  }

  @Twin("TM7")
  void timerOutlivesWhoStartedIt(Trace t) {
    Pid main = self();
    Pid b = t.as("b", spawn(() -> sendAfter(ofMillis(20), main, "from_the_dead")));
    untilDead(b);
    t.say("alive", isAlive(b), "got", await("from_the_dead"));
  }

  @Twin("TM8")
  void timerDiesWithItsReceiver(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    TimerRef timer = sendAfter(ofMinutes(10), b, "hello");
    t.say("running", readTimer(timer).isPresent());
    exit(b, term("bye"));
    untilDead(b);
    t.say("running", readTimer(timer).isPresent());
    t.say("cancelled", cancelTimer(timer).isPresent());
  }

  @Twin("TM8")
  void timerForTheDead(Trace t) {
    Pid b = t.as("b", spawn(() -> {}));
    untilDead(b);
    TimerRef timer = sendAfter(ofMinutes(10), b, "hello");
    t.say("running", readTimer(timer).isPresent());
  }

  @Twin({"TM9", "R6"})
  void nameIsLookedUpWhenItIsTime(Trace t) {
    Pid main = self();
    while (true) {
      Pid a = t.as("a", spawn(() -> idle()));
      Pid b =
          t.as(
              "b",
              spawn(() -> {
                t.say("got", await("hello"));
                send(main, "got");
              }));
      register("twin_timed", a);
      TimerRef timer = sendAfter(ofMillis(30), name("twin_timed"), "hello");
      unregister("twin_timed");
      register("twin_timed", b);
      if (readTimer(timer).isPresent()) {
        await("got");
        t.say("length", queueLength(a));
        return;
      }
      unregister("twin_timed");
      for (Pid pid : List.of(a, b)) {
        exit(pid, KILL);
        untilDead(pid);
      }
      drain();
    }
  }

  @Twin({"TM9", "R6"})
  void freeNameIsNoError(Trace t) {
    sendAfter(ofMillis(5), name("twin_nobody"), "hello");
    TimerRef timer = sendAfter(ofMillis(20), self(), "later");
    t.say("got", await("later"), "running", readTimer(timer).isPresent());
    t.say("left", drain());
  }

  @Twin("TM9")
  void namedTimerOutlivesTheHolder(Trace t) {
    while (true) {
      Pid b = t.as("b", spawn(() -> idle()));
      register("twin_timed", b);
      TimerRef timer = sendAfter(ofMillis(30), name("twin_timed"), "hello");
      exit(b, term("bye"));
      untilDead(b);
      register("twin_timed");
      if (readTimer(timer).isPresent()) {
        t.say("got", await("hello"));
        return;
      }
      unregister("twin_timed");
      drain();
    }
  }

  @Twin("TM10")
  void pastIsRefused(Trace t) {
    t.say("past", attempt(() -> sendAfter(ofMillis(-1), self(), "hello")));
    t.say("past", attempt(() -> startTimer(ofMillis(-1), self(), "hello")));
  }

  @Twin("TM11")
  void farFutureIsAccepted(Trace t) {
    TimerRef timer = sendAfter(ofMillis(1L << 33), self(), "hello");
    t.say("running", readTimer(timer).isPresent());
    t.say("cancelled", cancelTimer(timer).isPresent(), "left", drain());
  }

  @Twin("TM1")
  void timerForAnother(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              t.say("got", await("hello"));
              send(main, "got");
            }));
    sendAfter(ofMillis(5), b, "hello");
    await("got");
  }

  @Twin("TM1")
  void timeoutForAnother(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              t.say("got", receive(Timeout.class));
              send(main, "got");
            }));
    t.as("timer", startTimer(ofMillis(5), b, "hello"));
    await("got");
  }

  @Twin("TM1")
  void zeroIsSoon(Trace t) {
    sendAfter(Duration.ZERO, self(), "hello");
    t.say("got", await("hello"));
  }

  @Twin("TM13")
  void receiveGivesUpInTime(Trace t) {
    long start = System.nanoTime();
    t.say("got", receive(ofMillis(20)).orElse("timeout"), "early", elapsed(start) < 20);
  }

  @Twin("TM13")
  void unwantedMessagesDoNotExtendTheWait(Trace t) {
    Pid main = self();
    t.as(
        "b",
        spawn(() -> {
          while (true) {
            send(main, "unwanted");
            sleep(ofMillis(5));
          }
        }));
    t.say("got", waiting("wanted", ofMillis(40)));
  }

  @Twin("TM13")
  void waitEndsWithAMessage(Trace t) {
    sendAfter(ofMillis(5), self(), "hello");
    t.say("got", receive(ofMinutes(10)).orElse("timeout"));
  }

  @Twin("TM13")
  void lookingOnceTakesWhatIsThere(Trace t) {
    send(self(), "one");
    t.say("got", waiting("one", Duration.ZERO));
    t.say("got", waiting("one", Duration.ZERO));
  }

  private static Object waiting(Object wanted, Duration time) {
    return receive(message -> message.equals(wanted) ? message : skip(), time).orElse("timeout");
  }

  @Twin("TM4")
  void cancelOrMessageNeverBoth(Trace t) {
    List<Object> outcomes = new ArrayList<>();
    for (int n = 1; n <= 12; n++) {
      TimerRef timer = sendAfter(ofMillis(n % 3), self(), "hello");
      sleep(ofMillis(n % 4));
      if (cancelTimer(timer).isPresent()) {
        outcomes.add(waiting("hello", Duration.ZERO).equals("hello") ? "both" : "one");
      } else {
        outcomes.add(waiting("hello", ofSeconds(10)).equals("hello") ? "one" : "none");
      }
    }
    t.say("outcomes", different(outcomes));
    sendAfter(ofMillis(10), self(), "later");
    t.say("got", receive());
  }

  @Twin("TM12")
  void manyTimersAllCome(Trace t) {
    for (int n = 1; n <= 1000; n++) {
      sendAfter(ofMillis(n % 20), self(), tuple("timer", n));
    }
    untilQueued(1000);
    t.say("all", Set.copyOf(drain()).size());
  }

  @Twin("TM3")
  void readingDoesNotStopIt(Trace t) {
    TimerRef timer = sendAfter(ofMillis(20), self(), "hello");
    readTimer(timer);
    readTimer(timer);
    t.say("got", await("hello"));
  }

  @Twin("RV8")
  void timerIsAnOrdinaryMessage(Trace t) {
    send(self(), "one");
    sendAfter(ofMillis(5), self(), "two");
    untilQueued(2);
    send(self(), "three");
    t.say("all", drain());
  }

  @Twin("TM13")
  void sleeperKeepsItsMessages(Trace t) {
    send(self(), "one");
    send(self(), "two");
    sleep(ofMillis(10));
    t.say("all", drain());
  }

  // helpers

  private static long elapsed(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
