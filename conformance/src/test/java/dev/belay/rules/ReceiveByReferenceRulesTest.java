package dev.belay.rules;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Receiving by a fresh reference: RV3 to RV5. The cost does not grow with the mailbox, and nothing
/// else shows.
@BothStyles
@BelayTest
class ReceiveByReferenceRulesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final int HUGE = 500_000;

  /// What the huge mailbox may cost at most, as OTP has it.
  private static final double WORST = 10;

  private record Request(Ref ref, Pid from, Object message, int answers) {}

  private record Answer(Ref ref, Object message) {}

  private static void echo() {
    while (true) {
      Request request = receive(Request.class);
      for (int i = 0; i < request.answers(); i++) {
        send(request.from(), new Answer(request.ref(), request.message()));
      }
    }
  }

  private static void expectAnswer(Ref ref, Object expected) {
    Object answer =
        receive(
            ref,
            message ->
                switch (message) {
                  case Answer its when its.ref().equals(ref) -> its.message();
                  case Down down when down.ref().equals(ref) -> throw new AssertionError(down);
                  default -> skip();
                });
    if (!answer.equals(expected)) {
      throw new AssertionError("expected " + expected + ", but the answer is " + answer);
    }
  }

  private static void call(Pid server) {
    Ref ref = monitor(server);
    send(server, new Request(ref, self(), "ultimate answer", 1));
    expectAnswer(ref, "ultimate answer");
    demonitor(ref, Demonitor.FLUSH);
  }

  @Rule(value = "RV3", otp = "receive:call_with_huge_message_queue")
  @Test
  void aCallTakesNoLongerWithAHugeMailbox(Node node) {
    node.run(() -> {
      Pid server = spawnLink(ReceiveByReferenceRulesTest::echo);
      compare(() -> {
        for (int i = 0; i < 10_000; i++) {
          call(server);
        }
      });
      end(server);
    });
  }

  @Rule(
      value = {"RV3", "RV4"},
      otp = "receive:multi_recv_opt")
  @Test
  void nestedCallsTakeNoLongerWithAHugeMailbox(Node node) {
    // A tenth of OTP's rounds; the last of these tests makes them all.
    node.run(() -> threeCallsWithinEachOther(100));
  }

  @Rule(
      value = {"RV3", "RV5"},
      otp = "receive:multi_recv_opt_clear")
  @Test
  void placesAreGivenBack(Node node) {
    node.run(() -> tenCallsWithinAnother(100));
  }

  @Rule(
      value = {"RV3", "RV4", "RV5"},
      otp = {"receive:multi_recv_opt", "receive:multi_recv_opt_clear"})
  @Tag("full")
  @Test
  void aThousandNestedCallsTakeNoLongerWithAHugeMailbox(Node node) {
    node.run(() -> threeCallsWithinEachOther(1_000));
    node.run(() -> tenCallsWithinAnother(1_000));
  }

  /// With 100 answers each.
  private static void threeCallsWithinEachOther(int rounds) {
    Pid server = spawnLink(ReceiveByReferenceRulesTest::echo);
    Runnable third = () -> calls(server, 1, "three", 100, () -> {});
    Runnable second = () -> calls(server, 1, "two", 100, third);
    compare(() -> calls(server, rounds, "one", 100, second));
    end(server);
  }

  /// More than there are places, but each gives its own back.
  private static void tenCallsWithinAnother(int rounds) {
    Pid server = spawnLink(ReceiveByReferenceRulesTest::echo);
    Runnable ten =
        () -> {
          for (int i = 0; i < 10; i++) {
            calls(server, 1, "two" + i, 2, () -> {});
          }
        };
    compare(() -> calls(server, rounds, "one", 100, ten));
    end(server);
  }

  private static void calls(Pid server, int times, Object message, int answers, Runnable within) {
    for (int i = 0; i < times; i++) {
      Ref ref = monitor(server);
      send(server, new Request(ref, self(), message, answers));
      within.run();
      for (int j = 0; j < answers; j++) {
        expectAnswer(ref, message);
      }
      demonitor(ref, Demonitor.FLUSH);
    }
  }

  /// Compares a scenario's time with an empty and with a huge mailbox, which it must leave as it
  /// is.
  private static void compare(Runnable scenario) {
    Node node = Belay.node();
    time(scenario);
    long empty = time(scenario);
    for (int i = 0; i < HUGE; i++) {
      node.send(self(), i);
    }
    double ratio = Double.MAX_VALUE;
    for (int attempt = 0; attempt < 5 && ratio >= WORST; attempt++) {
      ratio = (double) time(scenario) / empty;
    }
    AtomicInteger next = new AtomicInteger();
    receive(message -> counted(message, next), NOW);
    assertThat(next).as("how many of the messages are where they were").hasValue(HUGE);
    assertThat(ratio).isLessThan(WORST);
  }

  /// A selector that takes nothing, and counts the messages that come in order.
  private static @Nullable Object counted(Object message, AtomicInteger next) {
    next.compareAndSet(message instanceof Integer number ? number : -1, next.get() + 1);
    return skip();
  }

  private static long time(Runnable scenario) {
    long start = System.nanoTime();
    scenario.run();
    return System.nanoTime() - start;
  }

  private static void end(Pid server) {
    Belay.unlink(server);
    exit(server, ExitReason.KILL);
    assertThat(Belay.isAlive(server)).isFalse();
  }

  @Rule(value = "RV4", otp = "receive:receive_in_between")
  @Test
  void anotherReceiveInBetween(Node node) {
    // A tenth of OTP's rounds; the next test makes them all.
    node.run(() -> receiveInBetween(10_000));
  }

  @Rule(value = "RV4", otp = "receive:receive_in_between")
  @Tag("full")
  @Test
  void anotherReceiveInBetweenAHundredThousandTimes(Node node) {
    node.run(() -> receiveInBetween(100_000));
  }

  private static void receiveInBetween(int rounds) {
    Pid server = spawnLink(ReceiveByReferenceRulesTest::echo);
    for (int i = 0; i < rounds; i++) {
      send(self(), "dummy");
      Ref ref = monitor(server);
      send(server, new Request(ref, self(), i, 1));
      receive(String.class);
      expectAnswer(ref, i);
      demonitor(ref, Demonitor.FLUSH);
    }
    assertThat(receive(NOW)).isEmpty();
    end(server);
  }

  @Rule(value = "RV4", otp = "receive:receive_opt_exception")
  @Test
  void anExceptionBetweenMakingAndUsing(Node node) {
    node.run(() -> {
      expectOwn(() ->
          assertThatExceptionOfType(IllegalStateException.class)
              .isThrownBy(() ->
                  expectOwn(() -> {
                    throw new IllegalStateException("aborted");
                  })));
      assertThat(receive(Ref.class, NOW)).isPresent();
      assertThat(receive(NOW)).isEmpty();
    });
  }

  /// Sends itself a new reference, lets something happen, and takes it.
  private static void expectOwn(Runnable disturber) {
    Ref ref = makeRef();
    send(self(), ref);
    disturber.run();
    assertThat(receive(ref, m -> m.equals(ref) ? m : skip(), NOW)).isPresent();
  }

  @Rule(value = "RV4", otp = "receive:receive_opt_recursion")
  @Test
  void aReferenceWithinAnother(Node node) {
    node.run(() -> {
      expectOwn(() -> {
        Ref inner = makeRef();
        send(spawn(() -> {}), inner);
        assertThat(receive(inner, m -> m.equals(inner) ? m : skip(), NOW)).isEmpty();
      });
      assertThat(receive(NOW)).isEmpty();
    });
  }

  /// Places run out: those of the oldest references are forgotten, which only costs time.
  @Rule({"RV5", "RV4"})
  @Test
  void manyReferencesAtOnce(Node node) {
    node.run(() -> {
      send(self(), "before");
      List<Ref> refs = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Ref ref = i % 2 == 0 ? makeRef() : Belay.alias();
        refs.add(ref);
        send(self(), i % 2 == 0 ? ref : new Answer(ref, i));
        send(self(), "noise");
      }
      for (Ref ref : refs.reversed()) {
        assertThat(
                receive(
                    ref,
                    m ->
                        m.equals(ref) || (m instanceof Answer a && a.ref().equals(ref))
                            ? m
                            : skip(),
                    NOW))
            .isPresent();
      }
      assertThat(receive(NOW)).contains("before");
      for (int i = 0; i < 100; i++) {
        assertThat(receive(NOW)).contains("noise");
      }
      assertThat(receive(NOW)).isEmpty();
    });
  }

  @Rule(value = "RV5", otp = "receive:recv_marker_reserve")
  @Test
  void placesNeverRunOut(Node node) {
    node.run(() -> {
      Ref first = makeRef();
      send(self(), first);
      MonitorOptions withAlias = MonitorOptions.DEFAULT.alias(AliasMode.DEMONITOR);
      for (int i = 0; i < 1_000; i++) {
        Ref ref = monitor(self(), withAlias);
        send(self(), ref);
        assertThat(receive(ref, m -> m.equals(ref) ? m : skip(), NOW)).isPresent();
        demonitor(ref, Demonitor.FLUSH);
      }
      assertThat(receive(first, m -> m.equals(first) ? m : skip(), NOW)).isPresent();
      assertThat(receive(NOW)).isEmpty();
    });
  }

  /// A reference of somebody else, or one that is used up, says nothing about the own mailbox: all
  /// of it is searched.
  @Rule("RV4")
  @Test
  void aReferenceWithoutAPlaceSearchesEverything(Node node) {
    node.run(() -> {
      send(self(), "here");
      Pid me = self();
      Belay.spawn(() -> send(me, makeRef()));
      Ref foreign = receive(Ref.class);
      send(self(), "here too");
      assertThat(receive(foreign, m -> m, NOW)).contains("here");
      assertThat(receive(foreign, m -> m, NOW)).contains("here too");
      Ref own = monitor(spawn(() -> {}));
      demonitor(own, Demonitor.FLUSH);
      send(self(), "last");
      assertThat(receive(own, m -> m, NOW)).contains("last");
    });
  }
}
