package dev.belay.rules;

import static dev.belay.Belay.cancelTimer;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.startTimer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Timeout;
import dev.belay.TimerRef;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Timers that are cancelled at the very moment at which they fire: TM4 and TM8.
@BothStyles
@BelayTest
class TimerRaceRulesTest {
  private static final int AT_ONCE = 602;
  private static final int RACES = 2_000;

  /// Cancelling begins 100 µs before 602 timers fire, by their owner or by another process.
  @Rule(
      value = {"TM4", "TM3", "TM6"},
      otp = {
        "timer_bif:same_time_yielding_with_cancel",
        "timer_bif:same_time_yielding_with_cancel_other"
      })
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTimerFiresOrIsCancelled(boolean byAnother, Node node) {
    node.run(() -> {
      Pid me = self();
      long instant = System.nanoTime() + 300_000_000;
      List<TimerRef> timers = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        long left = Math.max(0, instant - System.nanoTime());
        timers.add(startTimer(Duration.ofNanos(left), me, "hej"));
      }
      Set<Object> cancelled = new HashSet<>();
      if (byAnother) {
        spawn(() -> send(me, cancelAll(timers, instant)));
        cancelled.addAll((Set<?>) receive(Set.class));
      } else {
        cancelled.addAll(cancelAll(timers, instant));
      }
      Set<Object> fired = new HashSet<>();
      while (fired.size() + cancelled.size() < AT_ONCE) {
        assertThat(fired.add(receive(Timeout.class, Await.LONG).orElseThrow().timer())).isTrue();
      }
      assertThat(Collections.disjoint(fired, cancelled)).isTrue();
      assertNothingMore();
    });
  }

  private static Set<TimerRef> cancelAll(List<TimerRef> timers, long instant) {
    while (System.nanoTime() - (instant - 100_000) < 0) {
      Thread.onSpinWait();
    }
    Set<TimerRef> cancelled = new HashSet<>();
    for (TimerRef timer : timers) {
      if (cancelTimer(timer).isPresent()) {
        cancelled.add(timer);
      }
    }
    return cancelled;
  }

  /// Timers of one node fire one after the other: what was due before this one has arrived.
  private static void assertNothingMore() {
    sendAfter(Duration.ofMillis(1), self(), "nothing more");
    assertThat(receive()).isEqualTo("nothing more");
  }

  /// Three processes cancel each timer about when it fires: one of four gets it. Goes on until a
  /// timer has been first and a canceller has.
  @Rule({"TM4", "TM6"})
  @Test
  void oneOfManyCancellersOrTheMessage(Node node) {
    AtomicInteger successes = new AtomicInteger();
    AtomicInteger messages = new AtomicInteger();
    long deadline = System.nanoTime() + Await.LONG.toNanos();
    while (successes.get() == 0 || messages.get() == 0) {
      assertThat(System.nanoTime() - deadline).as("%s and %s", successes, messages).isNegative();
      successes.set(0);
      messages.set(0);
      node.run(() -> raceCancellers(successes, messages));
      assertThat(successes.get() + messages.get()).isEqualTo(RACES);
    }
  }

  private static void raceCancellers(AtomicInteger successes, AtomicInteger messages) {
    List<Monitored> cancellers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      cancellers.add(
          spawnMonitor(() -> {
            for (int race = 0; race < RACES; race++) {
              if (cancelTimer(receive(TimerRef.class)).isPresent()) {
                successes.incrementAndGet();
              }
            }
          }));
    }
    for (int race = 0; race < RACES; race++) {
      TimerRef timer = sendAfter(Duration.ofNanos(race % 50 * 2_000L), self(), race);
      cancellers.forEach(canceller -> send(canceller.pid(), timer));
    }
    cancellers.forEach(
        canceller -> assertThat(Await.down(canceller).reason()).isEqualTo(ExitReason.NORMAL));
    sendAfter(Duration.ofMillis(1), self(), "last");
    while (!receive().equals("last")) {
      messages.incrementAndGet();
    }
  }

  /// A destination dies when its timers are about to fire or are being started: none is left.
  @Rule({"TM8", "TM4"})
  @Test
  void timersOfADyingDestination(Node node) {
    node.run(() -> {
      for (int round = 0; round < 500; round++) {
        Pid pid = spawn(Belay::receive);
        Pid me = self();
        spawn(() -> {
          List<TimerRef> timers = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            timers.add(
                sendAfter(i % 2 == 0 ? Duration.ofNanos(1_000L * i) : Await.LONG, pid, "hej"));
          }
          send(me, timers);
        });
        if (round % 2 == 0) {
          Belay.relinquish();
        }
        Belay.exit(pid, ExitReason.KILL);
        assertThat(Belay.isAlive(pid)).isFalse();
        for (Object timer : receive(List.class)) {
          Await.until(() -> node.readTimer((TimerRef) timer).isEmpty());
        }
      }
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }
}
