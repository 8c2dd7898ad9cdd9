package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.VerbException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Outcome;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskStream;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Streams over tasks.
@BothStyles
@BelayTest
class TaskStreamTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final ExitReason ODD = ExitReason.term("odd");

  /// Where tasks put themselves before they wait.
  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
    assertThat(info(self()).orElseThrow().owned()).isEmpty();
  }

  private static Stream<Integer> numbers() {
    return Stream.iterate(0, n -> n + 1);
  }

  /// Reads the first element.
  private static <T> T first(Stream<T> stream) {
    return stream.findFirst().orElseThrow();
  }

  private int await(int number) {
    waiting.add(self());
    receive();
    return number;
  }

  private int awaitDeaf(int number) {
    trapExits(true);
    waiting.add(self());
    while (receive() instanceof Exit) {}
    return number;
  }

  private Integer oddOnesWait(int number) {
    return number % 2 == 0 ? number : await(number);
  }

  private void assertAllHaveEnded(int count) {
    assertThat(waiting).hasSize(count).noneMatch(Belay::isAlive);
  }

  @Test
  void resultsComeInTheOrderOfTheElements(Node node) {
    node.run(() -> {
      List<Integer> squares =
          Task.stream(IntStream.range(0, 3_000).boxed().toList(), n -> n * n)
              .maxConcurrency(20)
              .timeout(Await.LONG)
              .results()
              .toList();
      assertThat(squares).isEqualTo(IntStream.range(0, 3_000).map(n -> n * n).boxed().toList());
      assertThat(node.processes()).hasSize(1);
      assertNothingLeft();
    });
  }

  @Test
  void outOfOrderTheFirstComesFirst(Node node) {
    node.run(() -> {
      try (Stream<Integer> results =
          Task.stream(List.of(1, 2, 3, 4, 5), this::oddOnesWait)
              .maxConcurrency(4)
              .unordered()
              .noTimeout()
              .results()) {
        Iterator<Integer> next = results.iterator();
        assertThat(List.of(next.next(), next.next())).containsExactlyInAnyOrder(2, 4);
        Await.until(() -> waiting.size() == 3);
        waiting.forEach(pid -> send(pid, "go on"));
        List<Integer> rest = new ArrayList<>();
        next.forEachRemaining(rest::add);
        assertThat(rest).containsExactlyInAnyOrder(1, 3, 5);
      }
      assertAllHaveEnded(3);
      assertNothingLeft();
    });
  }

  @Test
  void neverMoreThanSomeAreOnTheirWay(Node node) {
    node.run(() -> {
      AtomicInteger pulled = new AtomicInteger();
      AtomicInteger running = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      int read = 0;
      try (Stream<Integer> results =
          Task.stream(
                  numbers().peek(n -> pulled.incrementAndGet()),
                  n -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Belay.relinquish();
                    running.decrementAndGet();
                    return n;
                  })
              .maxConcurrency(3)
              .timeout(Await.LONG)
              .results()) {
        Iterator<Integer> next = results.iterator();
        assertThat(pulled).hasValue(0);
        while (read < 200) {
          assertThat(next.next()).isEqualTo(read);
          read++;
          assertThat(pulled.get()).isBetween(read, read + 2);
        }
      }
      assertThat(most.get()).isBetween(1, 3);
      assertThat(pulled.get()).isLessThanOrEqualTo(read + 2);
      assertNothingLeft();
    });
  }

  @Test
  void asManyAsMayRunAtOnce(Node node) {
    node.run(() -> {
      try (Stream<Integer> results =
          Task.stream(numbers(), this::await)
              .maxConcurrency(4)
              .timeout(SHORT)
              .outcomes()
              .map(outcome -> waiting.size())) {
        // The first is late only when the others have been started, too.
        assertThat(first(results)).isNotNegative();
        Await.until(() -> waiting.size() >= 3);
      }
      assertThat(waiting.size()).isBetween(3, 4);
      assertThat(waiting).noneMatch(Belay::isAlive);
      assertNothingLeft();
    });
  }

  @Test
  void aStreamThatIsClosedEarlyLeavesNothing(Node node) {
    node.run(() -> {
      for (boolean traps : new boolean[] {false, true}) {
        trapExits(traps);
        for (boolean linked : new boolean[] {false, true}) {
          waiting.clear();
          AtomicBoolean sourceClosed = new AtomicBoolean();
          TaskStream<Integer> stream =
              Task.stream(numbers().onClose(() -> sourceClosed.set(true)), this::oddOnesWait)
                  .maxConcurrency(5)
                  .timeout(Await.LONG);
          try (Stream<Integer> results = (linked ? stream.linked() : stream.noLink()).results()) {
            assertThat(results.findFirst()).contains(0);
            Await.until(() -> waiting.size() == 2);
          }
          assertThat(sourceClosed).isTrue();
          assertAllHaveEnded(2);
          assertThat(node.processes()).hasSize(1);
          assertNothingLeft();
        }
      }
    });
  }

  @Test
  void thoseThatDoNotHearAreKilledWhenItIsClosed(Node node) {
    node.run(() -> {
      try (Stream<Integer> results =
          Task.stream(List.of(0, 1), n -> n == 0 ? n : awaitDeaf(n))
              .maxConcurrency(2)
              .shutdown(SHORT)
              .results()) {
        assertThat(first(results)).isZero();
        Await.until(() -> waiting.size() == 1);
      }
      assertAllHaveEnded(1);
      assertNothingLeft();
    });
  }

  @Test
  void aCallerThatEndsTakesItsElementsAlong(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      for (boolean linked : new boolean[] {false, true}) {
        for (ExitReason reason : List.of(ODD, ExitReason.NORMAL, ExitReason.KILL)) {
          waiting.clear();
          Monitored caller =
              spawnMonitor(() -> {
                TaskStream<Integer> stream =
                    Task.stream(numbers(), n -> n == 1 ? awaitDeaf(n) : await(n))
                        .maxConcurrency(4)
                        .noTimeout();
                first((linked ? stream.linked() : stream.noLink()).results());
              });
          Await.until(() -> waiting.size() == 4);
          Belay.terminate(caller.pid(), reason);
          Await.down(caller);
          Await.until(() -> waiting.stream().allMatch(pid -> info(pid).isEmpty()));
        }
      }
      waiting.clear();
      Monitored crashing =
          spawnMonitor(() -> {
            first(Task.stream(numbers(), this::oddOnesWait).maxConcurrency(3).results());
            Await.until(() -> waiting.size() == 1);
            throw new ArithmeticException("on purpose");
          });
      Await.down(crashing);
      Await.until(() -> waiting.stream().allMatch(pid -> info(pid).isEmpty()));
    });
  }

  @Test
  void aCrashTakesTheCallerAlongIfTheyAreLinked(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      Monitored caller =
          spawnMonitor(() ->
              first(
                  Task.stream(
                          numbers(),
                          n -> {
                            if (n == 2) {
                              throw thrown;
                            }
                            return await(n);
                          })
                      .maxConcurrency(3)
                      .results()));
      assertThat(Await.down(caller).reason()).isEqualTo(ExitReason.crash(thrown));
      Await.until(() -> waiting.stream().allMatch(pid -> info(pid).isEmpty()));
    });
  }

  @Test
  void aCrashIsAnExceptionIfTheyAreNot(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      Stream<Integer> results =
          Task.stream(
                  numbers(),
                  n -> {
                    if (n == 2) {
                      Await.until(() -> waiting.size() == 1);
                      throw thrown;
                    }
                    return n == 3 ? await(n) : n;
                  })
              .maxConcurrency(4)
              .timeout(Await.LONG)
              .noLink()
              .results();
      List<Integer> seen = new ArrayList<>();
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> results.forEach(seen::add))
          .withCause(thrown);
      assertThat(seen).containsExactly(0, 1);
      // Without being closed.
      assertAllHaveEnded(1);
      assertNothingLeft();
    });
  }

  @Test
  void outcomesSayWhatCameOfEach(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      for (boolean linked : new boolean[] {false, true}) {
        trapExits(linked);
        ArithmeticException thrown = new ArithmeticException("on purpose");
        TaskStream<Integer> stream =
            Task.<Integer, Integer>stream(
                    List.of(0, 1, 2, 3, 4),
                    n ->
                        switch (n) {
                          case 1 -> throw thrown;
                          case 2 -> throw exit(ODD);
                          case 3 -> throw exit(ExitReason.NORMAL);
                          default -> n;
                        })
                .maxConcurrency(3)
                .timeout(Await.LONG);
        expected.report("odd");
        assertThat((linked ? stream.linked() : stream).outcomes())
            .containsExactly(
                new Outcome.Done<>(0),
                new Outcome.Ended<>(ExitReason.crash(thrown)),
                new Outcome.Ended<>(ODD),
                new Outcome.Ended<>(ExitReason.NORMAL),
                new Outcome.Done<>(4));
        assertNothingLeft();
      }
    });
  }

  @Test
  void anElementThatTakesTooLongIsKilled(Node node) {
    node.run(() -> {
      for (boolean linked : new boolean[] {false, true}) {
        for (boolean ordered : new boolean[] {false, true}) {
          waiting.clear();
          TaskStream<Integer> stream =
              Task.stream(List.of(0, 1, 2), n -> n == 1 ? awaitDeaf(n) : n)
                  .maxConcurrency(3)
                  .timeout(Duration.ofMillis(100));
          stream = linked ? stream.linked() : stream;
          stream = ordered ? stream : stream.unordered();
          List<Outcome<Integer>> outcomes = stream.outcomes().toList();
          assertThat(outcomes)
              .hasSize(3)
              .contains(new Outcome.Ended<>(ExitReason.term(CallReason.TIMEOUT)));
          if (ordered) {
            assertThat(outcomes.get(1))
                .isEqualTo(new Outcome.Ended<>(ExitReason.term(CallReason.TIMEOUT)));
          }
          assertThat(waiting).noneMatch(Belay::isAlive);
          assertNothingLeft();
        }
      }
    });
  }

  @Test
  void withResultsItIsAnException(Node node) {
    node.run(() -> {
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() ->
              Task.stream(numbers(), this::await)
                  .maxConcurrency(3)
                  .timeout(SHORT)
                  .results()
                  .findFirst())
          .returns(ExitReason.term(CallReason.TIMEOUT), TaskException::reason);
      assertThat(waiting).noneMatch(Belay::isAlive);
      assertThat(node.processes()).hasSize(1);
      assertNothingLeft();
    });
  }

  @Test
  void whatTheReaderOrTheSourceThrowsEndsIt(Node node) {
    node.run(() -> {
      IllegalArgumentException thrown = new IllegalArgumentException("on purpose");
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              Task.stream(numbers(), this::oddOnesWait)
                  .maxConcurrency(3)
                  .results()
                  .forEach(n -> {
                    Await.until(() -> waiting.size() == 1);
                    throw thrown;
                  }))
          .isSameAs(thrown);
      assertAllHaveEnded(1);
      assertNothingLeft();
      waiting.clear();
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              Task.stream(
                      numbers()
                          .peek(n -> {
                            if (n == 2) {
                              Await.until(() -> waiting.size() == 2);
                              throw thrown;
                            }
                          }),
                      this::await)
                  .maxConcurrency(3)
                  .results()
                  .findFirst())
          .isSameAs(thrown);
      assertAllHaveEnded(2);
      assertNothingLeft();
    });
  }

  @Test
  void aStreamBelongsToOneProcess(Node node) {
    TaskStream<Integer> description = Task.stream(List.of(1, 2), n -> n);
    assertThatExceptionOfType(VerbException.class).isThrownBy(description::results);
    node.run(() -> {
      Stream<Integer> mine = description.results();
      Stream<Integer> alsoMine = description.results();
      Monitored stranger =
          spawnMonitor(() -> {
            assertThatIllegalStateException()
                .isThrownBy(mine::close)
                .withMessageContaining("only that process can read or close it");
            assertThatIllegalStateException().isThrownBy(alsoMine::findFirst);
          });
      assertThat(Await.down(stranger).reason()).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Test
  void aDescriptionIsCheckedAndMayBeUsedAgain(Node node) {
    TaskStream<Integer> description = Task.stream(List.of(1, 2, 3), n -> n + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> description.maxConcurrency(0))
        .withMessageContaining("maxConcurrency(0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> description.timeout(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> description.shutdown(Duration.ofNanos(-1)));
    node.run(() -> {
      assertThat(description.results()).containsExactly(2, 3, 4);
      assertThat(description.maxConcurrency(1).results()).containsExactly(2, 3, 4);
      assertThat(Task.stream(List.<Integer>of(), n -> n).results()).isEmpty();
      assertNothingLeft();
    });
  }

  @Test
  void parallelReadingHasNoEffect(Node node) {
    node.run(() -> {
      assertThat(
              Task.stream(IntStream.range(0, 50).boxed().toList(), n -> n)
                  .results()
                  .parallel()
                  .toList())
          .isEqualTo(IntStream.range(0, 50).boxed().toList());
      assertNothingLeft();
    });
  }

  @Test
  void otherMessagesAreLeftAlone(Node node) {
    node.run(() -> {
      send(self(), "before");
      List<Integer> results =
          Task.stream(
                  List.of(1, 2, 3),
                  n -> {
                    send(Task.callers().getFirst(), "meanwhile");
                    return n;
                  })
              .results()
              .toList();
      assertThat(results).containsExactly(1, 2, 3);
      assertThat(receive(NOW)).contains("before");
      for (int i = 0; i < 3; i++) {
        assertThat(receive(NOW)).contains("meanwhile");
      }
      assertNothingLeft();
    });
  }

  @Test
  void elementsUnderASupervisor(Node node, Expected expected) {
    expected.maybeReport("supervisor <");
    node.run(() -> {
      TaskSupervisorRef supervisor = TaskSupervisor.DEFAULT.start(node, StartOptions.DEFAULT);
      Pid me = self();
      List<Pid> callers = Collections.synchronizedList(new ArrayList<>());
      List<Pid> parents =
          supervisor.stream(
                  IntStream.range(0, 100).boxed().toList(),
                  n -> {
                    callers.addAll(Task.callers());
                    return info(self()).orElseThrow().parent().orElseThrow();
                  })
              .timeout(Await.LONG)
              .results()
              .toList();
      assertThat(parents).hasSize(100).containsOnly(supervisor.pid().orElseThrow());
      assertThat(callers).hasSize(100).containsOnly(me);
      try (Stream<Outcome<Integer>> outcomes =
          supervisor.stream(numbers(), this::oddOnesWait).maxConcurrency(3).outcomes()) {
        assertThat(outcomes.findFirst()).contains(new Outcome.Done<>(0));
        Await.until(() -> waiting.size() == 1);
      }
      assertAllHaveEnded(1);
      Await.until(() -> supervisor.children().isEmpty());
      assertNothingLeft();
      waiting.clear();
      Pid caller =
          spawn(
              () -> first(supervisor.stream(numbers(), this::await).maxConcurrency(3).outcomes()));
      Await.until(() -> waiting.size() == 3);
      exit(caller, ExitReason.KILL);
      Await.until(() -> supervisor.children().isEmpty());
      assertThat(isAlive(caller)).isFalse();
      supervisor.stop();
    });
  }

  @Test
  void aSupervisorThatEndsEndsTheStream(Node node, Expected expected) {
    expected.maybeReport("supervisor <");
    node.run(() -> {
      TaskSupervisorRef supervisor = TaskSupervisor.DEFAULT.start(node, StartOptions.DEFAULT);
      try (Stream<Integer> results =
          supervisor.stream(numbers(), this::await).maxConcurrency(2).noLink().results()) {
        Pid me = self();
        spawn(() -> {
          Await.until(() -> waiting.size() == 2);
          supervisor.stop();
          send(me, "stopped");
        });
        assertThatExceptionOfType(TaskException.class)
            .isThrownBy(results::findFirst)
            .returns(ExitReason.SHUTDOWN, TaskException::reason);
        Await.message("stopped");
      }
      assertNothingLeft();
    });
  }
}
