package dev.belay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.testkit.Outcomes.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/// What an interleaved test finds, what it says, and what it does not say.
class InterleavedTest {
  private static final Pattern SEED = Pattern.compile("-Dbelay\\.seed=(\\d+)");

  /// A process that keeps a number: `Get` is answered with it, `Set` sets it.
  private static Pid cell(Node node) {
    return node.spawn(() -> {
      int value = 0;
      while (true) {
        switch (Belay.receive()) {
          case Get(Pid from) -> Belay.send(from, new Value(value));
          case Put(int next, Pid from) -> {
            value = next;
            Belay.send(from, new Done());
          }
          default -> {}
        }
      }
    });
  }

  private record Get(Pid from) {}

  private record Put(int value, Pid from) {}

  private record Value(int value) {}

  private record Done() {}

  /// Adds one, in two calls.
  private static void increment(Pid cell) {
    Belay.send(cell, new Get(Belay.self()));
    int value = Belay.receive(Value.class).value();
    Belay.send(cell, new Put(value + 1, Belay.self()));
    Belay.receive(Done.class);
  }

  @BelayTest
  @Tag("subject")
  static class LostUpdate {
    @Interleaved
    void twoIncrementsMakeTwo(Node node, Probe probe, Expected expected) {
      Pid cell = cell(node);
      expected.running(cell);
      for (int i = 0; i < 2; i++) {
        probe.spawn(() -> {
          increment(cell);
          Belay.send(probe.pid(), "done");
        });
      }
      probe.expectMessage("done");
      probe.expectMessage("done");
      probe.send(cell, new Get(probe.pid()));
      assertThat(probe.expect(Value.class).value()).isEqualTo(2);
    }
  }

  @Test
  void aLostUpdateIsFoundAndItsSeedFindsItAgain() {
    List<Outcome> outcomes = Outcomes.of(LostUpdate.class);
    Outcome last = outcomes.getLast();
    assertThat(last.status()).isEqualTo(Status.FAILED);
    assertThat(outcomes.subList(0, outcomes.size() - 1))
        .allMatch(outcome -> outcome.status() == Status.SUCCESSFUL);
    assertThat(last.message())
        .startsWith("run " + outcomes.size() + " of 100 failed: ")
        .contains(
            "@Interleaved(seed = " + outcomes.size() + ")",
            "The last events",
            " sends message (Get");
    assertFoundAgain(last);
  }

  /// A seed that is not the first one, which would be tried anyway.
  @Test
  void aSeedThatNobodyHasTriedFindsItAgainToo() {
    System.setProperty("belay.seed", "random");
    try {
      assertFoundAgain(Outcomes.of(LostUpdate.class).getLast());
    } finally {
      System.clearProperty("belay.seed");
    }
  }

  private static void assertFoundAgain(Outcome failed) {
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    Matcher seed = SEED.matcher(failed.message());
    assertThat(seed.find()).isTrue();
    System.setProperty("belay.seed", seed.group(1));
    try {
      assertThat(Outcomes.of(LostUpdate.class))
          .singleElement()
          .satisfies(outcome -> {
            assertThat(outcome.name()).isEqualTo("seed " + seed.group(1));
            assertThat(outcome.status()).isEqualTo(Status.FAILED);
            assertThat(events(outcome)).isEqualTo(events(failed));
          });
    } finally {
      System.clearProperty("belay.seed");
    }
  }

  private static String events(Outcome outcome) {
    String message = outcome.message();
    return message.substring(message.indexOf("The last events"));
  }

  @BelayTest
  @Tag("subject")
  static class Times {
    @Interleaved(runs = 20)
    void anHourPasses(Node node, Probe probe) {
      long before = node.nanoTime();
      Pid sleeper =
          probe.spawn(() -> {
            assertThat(Belay.receive(Duration.ofHours(1))).isEmpty();
            Belay.sleep(Duration.ofMinutes(1));
            Belay.sendAfter(Duration.ofDays(1), probe.pid(), "tomorrow");
          });
      probe.expectNothing(Duration.ofMinutes(60));
      probe.expectDown(sleeper, Duration.ofMinutes(2));
      probe.expectMessage("tomorrow", Duration.ofDays(2));
      assertThat(Duration.ofNanos(node.nanoTime() - before))
          .isBetween(Duration.ofHours(25), Duration.ofHours(25).plusSeconds(62));
    }
  }

  @Test
  void longTimesTakeNone() {
    long before = System.nanoTime();
    assertThat(Outcomes.of(Times.class))
        .hasSize(20)
        .allMatch(outcome -> outcome.status() == Status.SUCCESSFUL);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(10));
  }

  @BelayTest
  @Tag("subject")
  static class Orders {
    static final Set<String> SEEN = new HashSet<>();

    @Interleaved(runs = 200)
    void twoSenders(Node node, Probe probe) {
      probe.spawn(() -> {
        Belay.send(probe.pid(), "a");
        Belay.send(probe.pid(), "b");
      });
      probe.spawn(() -> {
        Belay.send(probe.pid(), "c");
        Belay.send(probe.pid(), "d");
      });
      StringBuilder order = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        order.append(probe.expect(String.class));
      }
      SEEN.add(order.toString());
    }
  }

  @Test
  void allOrdersAreSeenThatCanBe() {
    Orders.SEEN.clear();
    assertThat(Outcomes.of(Orders.class))
        .hasSize(200)
        .allMatch(outcome -> outcome.status() == Status.SUCCESSFUL);
    assertThat(Orders.SEEN)
        .containsExactlyInAnyOrder("abcd", "acbd", "acdb", "cabd", "cadb", "cdab");
  }

  @BelayTest
  @Tag("subject")
  static class OutOfControl {
    static final ReentrantLock LOCK = new ReentrantLock();

    @Interleaved
    void aLock(Node node, Probe probe) {
      node.spawn(() -> {
        LOCK.lock();
        try {
          Belay.send(probe.pid(), "locked");
          Belay.receive(String.class);
        } finally {
          LOCK.unlock();
        }
      });
      probe.expectMessage("locked");
      probe.expectDown(
          probe.spawn(() -> {
            LOCK.lock();
            try {
              assertThat(LOCK.isHeldByCurrentThread()).isTrue();
            } finally {
              LOCK.unlock();
            }
          }));
    }

    @Interleaved
    void aSocket(Node node, Probe probe) throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        probe.expectDown(
            probe.spawn(() -> {
              try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                assertThat(socket.getInputStream().read()).isNegative();
              }
            }));
      }
    }

    @Interleaved
    void aLatchOfTheTest(Node node) throws InterruptedException {
      CountDownLatch latch = new CountDownLatch(1);
      node.spawn(latch::countDown);
      latch.await();
    }

    @Interleaved
    void aThreadOfItsOwn(Node node, Probe probe) throws InterruptedException {
      Thread.ofPlatform().start(() -> node.send(probe.pid(), "hello")).join();
      probe.expectMessage("hello");
    }
  }

  @Test
  void whatCannotBeControlledIsSaid() {
    assertThat(aborted("aLock", Node.class, Probe.class))
        .contains(
            "waits for something else than Belay's verbs",
            "ReentrantLock.lock",
            "without @Interleaved");
    assertThat(aborted("aSocket", Node.class, Probe.class)).contains("Socket", "read");
    assertThat(aborted("aLatchOfTheTest", Node.class))
        .contains("the test's thread waits", "CountDownLatch.await");
    assertThat(aborted("aThreadOfItsOwn", Node.class, Probe.class))
        .contains("which belongs neither to the test nor to its nodes", "Node.send");
    assertThat(OutOfControl.LOCK.isLocked()).isFalse();
  }

  private static String aborted(String method, Class<?>... parameters) {
    List<Outcome> outcomes = Outcomes.of(OutOfControl.class, method, parameters);
    assertThat(outcomes).last().extracting(Outcome::status).isEqualTo(Status.ABORTED);
    return outcomes.getLast().message();
  }

  @BelayTest
  @Tag("subject")
  static class Stuck {
    static volatile boolean released;

    @Interleaved
    void deadlock(Node node, Probe probe) {
      Pid[] pids = new Pid[2];
      for (int i = 0; i < 2; i++) {
        int me = i;
        pids[i] =
            probe.spawn(() -> {
              Pid other = Belay.receive(Pid.class);
              String word = Belay.receive(String.class);
              Belay.send(other, word + me);
            });
      }
      probe.send(pids[0], pids[1]);
      probe.send(pids[1], pids[0]);
      probe.inbox().receive(String.class);
    }

    @Interleaved
    void loop(Node node, Probe probe) {
      probe.expectDown(
          probe.spawn(() -> {
            while (!released) {
              Thread.onSpinWait();
            }
          }));
    }

    @Interleaved
    void pingPong(Node node, Probe probe) {
      Pid echo =
          probe.spawn(() -> {
            while (true) {
              Belay.send(Belay.receive(Pid.class), Belay.self());
            }
          });
      probe.spawn(() -> {
        while (true) {
          Belay.send(echo, Belay.self());
          Belay.receive(Pid.class);
        }
      });
      probe.expectNothing(Duration.ofSeconds(1));
    }
  }

  @Test
  void aDeadlockSaysWhatEachWaitsFor() {
    Outcome outcome = Outcomes.of(Stuck.class, "deadlock", Node.class, Probe.class).getLast();
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.message())
        .contains(
            "run 1 of 100 failed: deadlock",
            "2 wait for a message",
            "process <0.2.0>",
            "process <0.3.0>",
            "InterleavedTest.java");
  }

  @Tag("full")
  @Test
  void aLoopWithoutEndIsFound() {
    try {
      Outcome outcome = Outcomes.of(Stuck.class, "loop", Node.class, Probe.class).getLast();
      assertThat(outcome.status()).isEqualTo(Status.FAILED);
      assertThat(outcome.message())
          .contains("has been running for 10", "loop without end", "Stuck.lambda$loop");
    } finally {
      Stuck.released = true;
    }
  }

  @Test
  void aRunWithoutEndIsFound() {
    Outcome outcome = Outcomes.of(Stuck.class, "pingPong", Node.class, Probe.class).getLast();
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.message()).contains("did not end within 500000 steps, in which 0.000 s");
  }

  /// Without the annotation of the class, with what comes before and after the test.
  @Tag("subject")
  static class Around {
    private final List<Object> seen = new ArrayList<>();

    @BeforeEach
    void before(Node node, Probe probe) {
      node.run(() -> Belay.sleep(Duration.ofHours(2)));
      node.send(probe.pid(), "before");
    }

    @AfterEach
    void after(Node node) {
      assertThat(seen).containsExactly("before");
      node.run(() -> Belay.sleep(Duration.ofHours(2)));
      // The node of the program itself, too, is in the time of the run.
      Belay.run(() -> Belay.sleep(Duration.ofHours(2)));
    }

    @Interleaved(runs = 3)
    void test(Probe probe) {
      seen.add(probe.expect(String.class));
    }
  }

  @Test
  void whatIsAroundTheTestIsInterleavedToo() {
    assertThat(Outcomes.of(Around.class))
        .hasSize(3)
        .allMatch(outcome -> outcome.status() == Status.SUCCESSFUL);
  }

  @BelayTest
  @Tag("subject")
  static class Leaves {
    @Interleaved
    void aProcess(Node node) {
      node.spawn(Belay::receive);
    }

    @Interleaved(seed = 7)
    void nothing(Node node, Probe probe) {
      Pid pid = probe.spawn(Belay::receive);
      node.exit(pid, ExitReason.SHUTDOWN);
      probe.expectDown(pid, ExitReason.SHUTDOWN);
    }
  }

  @Test
  void invariantsAreCheckedAfterARun() {
    Outcome outcome = Outcomes.of(Leaves.class, "aProcess", Node.class).getLast();
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.message())
        .contains("run 1 of 100 failed", "a process is left over", "-Dbelay.seed=1");
  }

  @Test
  void propertiesSayHowManyRunsAndWhichSeeds() {
    System.setProperty("belay.runs", "2");
    System.setProperty("belay.seed", "random");
    try {
      assertThat(Outcomes.of(Times.class))
          .hasSize(2)
          .allMatch(outcome -> outcome.status() == Status.SUCCESSFUL)
          .allMatch(outcome -> outcome.name().matches("run [12] of 2, seed \\d+"));
      for (String no : List.of("seven", "0", "")) {
        System.setProperty("belay.seed", no);
        assertThat(Outcomes.of(Times.class).getLast().message())
            .contains("-Dbelay.seed=" + no + ": must be a number other than 0, or random");
      }
      System.clearProperty("belay.seed");
      for (String no : List.of("99999999999", "many")) {
        System.setProperty("belay.runs", no);
        assertThat(Outcomes.of(Times.class).getLast().message())
            .contains("-Dbelay.runs=" + no + ": must be a number");
      }
      System.setProperty("belay.runs", "0");
      assertThat(Outcomes.of(Times.class).getLast().message())
          .contains("0 runs: there must be at least 1");
    } finally {
      System.clearProperty("belay.runs");
      System.clearProperty("belay.seed");
    }
  }

  @Test
  void aSeedOfItsOwnMakesOneRun() {
    assertThat(Outcomes.of(Leaves.class, "nothing", Node.class, Probe.class))
        .singleElement()
        .satisfies(outcome -> {
          assertThat(outcome.name()).isEqualTo("seed 7");
          assertThat(outcome.status()).isEqualTo(Status.SUCCESSFUL);
        });
  }
}
