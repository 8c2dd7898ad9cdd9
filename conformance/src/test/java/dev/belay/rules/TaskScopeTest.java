package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.otp.CallReason;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskScope;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Tasks that end with a block.
@BothStyles
@BelayTest
class TaskScopeTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final ExitReason ODD = ExitReason.term("odd");

  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
    assertThat(info(self()).orElseThrow().owned()).isEmpty();
  }

  private Object await() {
    waiting.add(self());
    return receive();
  }

  private Object awaitDeaf() {
    trapExits(true);
    waiting.add(self());
    while (true) {
      receive();
    }
  }

  private void assertAllHaveEnded(int count) {
    assertThat(waiting).hasSize(count).noneMatch(Belay::isAlive);
  }

  @Test
  void aBlockGivesWhatItsTasksGive(Node node) {
    node.run(() -> {
      int sum;
      try (TaskScope scope = TaskScope.open()) {
        Task<Integer> a = scope.fork(() -> 6);
        Task<Integer> b = scope.fork(() -> 7);
        sum = a.await(Await.LONG) * b.await(Await.LONG);
      }
      assertThat(sum).isEqualTo(42);
      assertThat(node.processes()).hasSize(1);
      assertNothingLeft();
    });
  }

  @Test
  void whatStillRunsEndsWithTheBlock(Node node) {
    node.run(() -> {
      for (boolean traps : new boolean[] {false, true}) {
        trapExits(traps);
        waiting.clear();
        try (TaskScope scope = TaskScope.open()) {
          for (int i = 0; i < 10; i++) {
            scope.fork(this::await);
          }
          scope.fork(() -> "not waited for");
          Await.until(() -> waiting.size() == 10);
        }
        assertAllHaveEnded(10);
        assertThat(node.processes()).hasSize(1);
        assertNothingLeft();
      }
      waiting.clear();
      IllegalArgumentException thrown = new IllegalArgumentException("on purpose");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> {
            try (TaskScope scope = TaskScope.open()) {
              scope.fork(this::await);
              Await.until(() -> waiting.size() == 1);
              throw thrown;
            }
          })
          .isSameAs(thrown);
      assertAllHaveEnded(1);
      assertNothingLeft();
    });
  }

  /// A task may be told to end at any moment of its life: before its first instruction, in its
  /// work, while it replies, afterwards.
  @Test
  void closingAtAnyMomentLeavesNothing(Node node) {
    node.run(() -> {
      for (int i = 0; i < 300; i++) {
        int turns = i % 20;
        try (TaskScope scope = TaskScope.open()) {
          for (int j = 0; j < 3; j++) {
            scope.fork(() -> {
              for (int k = 0; k < turns; k++) {
                Belay.relinquish();
              }
              return turns;
            });
          }
          for (int k = 0; k < 20 - turns; k++) {
            Belay.relinquish();
          }
        }
        assertThat(node.processes()).hasSize(1);
        assertNothingLeft();
      }
    });
  }

  @Test
  void thoseThatDoNotHearAreKilled(Node node) {
    node.run(() -> {
      try (TaskScope scope = TaskScope.open(SHORT)) {
        scope.fork(this::awaitDeaf);
        scope.fork(this::awaitDeaf);
        Await.until(() -> waiting.size() == 2);
      }
      assertAllHaveEnded(2);
      assertNothingLeft();
    });
  }

  @Test
  void anOwnerThatEndsInTheBlockTakesItsTasksAlong(Node node) {
    node.run(() -> {
      for (ExitReason reason : List.of(ODD, ExitReason.KILL, ExitReason.SHUTDOWN)) {
        waiting.clear();
        Monitored owner =
            spawnMonitor(() -> {
              try (TaskScope scope = TaskScope.open()) {
                scope.fork(this::await);
                scope.fork(this::awaitDeaf);
                receive();
              }
            });
        Await.until(() -> waiting.size() == 2);
        exit(owner.pid(), reason);
        Await.down(owner);
        Await.until(() -> waiting.stream().allMatch(pid -> info(pid).isEmpty()));
      }
    });
  }

  @Test
  void anOwnerThatEndsWhileItForksLeavesNothing(Node node) {
    node.run(() -> {
      for (int i = 0; i < 100; i++) {
        AtomicInteger forks = new AtomicInteger();
        Monitored owner =
            spawnMonitor(() -> {
              try (TaskScope scope = TaskScope.open()) {
                while (true) {
                  scope.fork(Belay::receive);
                  forks.incrementAndGet();
                }
              }
            });
        int some = i % 10;
        Await.until(() -> forks.get() > some);
        exit(owner.pid(), ExitReason.KILL);
        Await.down(owner);
        Await.until(() -> node.processCount() == 1);
      }
      assertThat(receive(NOW)).isEmpty();
    });
  }

  @Test
  void joinWaitsForAll(Node node) {
    node.run(() -> {
      AtomicInteger done = new AtomicInteger();
      try (TaskScope scope = TaskScope.open()) {
        for (int i = 0; i < 2_000; i++) {
          scope.fork(done::incrementAndGet);
        }
        scope.join(Await.LONG);
        assertThat(done).hasValue(2_000);
        Task<Object> more = scope.fork(this::await);
        Await.until(() -> waiting.size() == 1);
        assertThatExceptionOfType(TaskException.class)
            .isThrownBy(() -> scope.join(SHORT))
            .withMessageContaining("1 tasks of the scope have not ended")
            .returns(ExitReason.term(CallReason.TIMEOUT), TaskException::reason);
        send(more.pid(), "go on");
        scope.join(Await.LONG);
        assertThat(more.await(NOW)).isEqualTo("go on");
      }
      assertNothingLeft();
    });
  }

  @Test
  void joinFailsWithTheFirstThatFails(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> {
            try (TaskScope scope = TaskScope.open()) {
              scope.fork(this::await);
              Await.until(() -> waiting.size() == 1);
              scope.fork(() -> {
                throw thrown;
              });
              scope.join(Await.LONG);
            }
          })
          .withCause(thrown);
      assertAllHaveEnded(1);
      assertNothingLeft();
    });
  }

  @Test
  void aScopeIsUsedByItsOwnerUntilItIsClosed(Node node) {
    node.run(() -> {
      TaskScope scope = TaskScope.open();
      Monitored stranger =
          spawnMonitor(() -> {
            assertThatIllegalStateException()
                .isThrownBy(() -> scope.fork(() -> 1))
                .withMessageContaining("only that process can use it");
            assertThatIllegalStateException().isThrownBy(scope::join);
            assertThatIllegalStateException().isThrownBy(scope::close);
          });
      assertThat(Await.down(stranger).reason()).isEqualTo(ExitReason.NORMAL);
      scope.close();
      assertThatIllegalStateException()
          .isThrownBy(scope::close)
          .withMessageContaining("closed already");
      assertThatIllegalStateException().isThrownBy(scope::join);
      assertThatIllegalStateException().isThrownBy(() -> scope.fork(() -> 1));
      assertThat(node.processes()).hasSize(1);
      assertThatIllegalArgumentException().isThrownBy(() -> TaskScope.open(Duration.ofNanos(-1)));
      assertNothingLeft();
    });
  }

  @Test
  void scopesWithinScopes(Node node) {
    node.run(() -> {
      try (TaskScope scope = TaskScope.open()) {
        scope.fork(() -> {
          try (TaskScope inner = TaskScope.open()) {
            inner.fork(this::await);
            return receive();
          }
        });
        Await.until(() -> waiting.size() == 1);
      }
      Await.until(() -> waiting.stream().allMatch(pid -> info(pid).isEmpty()));
      assertNothingLeft();
    });
  }

  @Test
  void aTaskMayBeOverBeforeItsScope(Node node) {
    node.run(() -> {
      try (TaskScope scope = TaskScope.open()) {
        Task<Object> task = scope.fork(this::await);
        assertThat(task.shutdown(Await.LONG)).isEmpty();
        for (int i = 0; i < 1_000; i++) {
          int number = i;
          assertThat(scope.fork(() -> number).await(Await.LONG)).isEqualTo(number);
        }
        scope.join();
      }
      assertThat(node.processes()).hasSize(1);
      assertNothingLeft();
    });
  }

  @Test
  void anInterruptWhileItIsClosedLeavesNothing(Node node) {
    node.run(() -> {
      AtomicReference<Thread> thread = new AtomicReference<>();
      AtomicReference<String> heard = new AtomicReference<>();
      Monitored owner =
          spawnMonitor(() -> {
            TaskScope scope = TaskScope.open(Await.LONG);
            scope.fork(this::awaitDeaf);
            Await.until(() -> waiting.size() == 1);
            thread.set(Thread.currentThread());
            try {
              scope.close();
            } catch (ProcessInterruptedException e) {
              heard.set("interrupted");
            }
            assertAllHaveEnded(1);
            assertNothingLeft();
          });
      Await.until(() -> thread.get() != null);
      thread.get().interrupt();
      assertThat(Await.down(owner).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(heard).hasValue("interrupted");
    });
  }

  @Test
  void aScopeUnderASupervisor(Node node, Expected expected) {
    expected.maybeReport("supervisor <");
    node.run(() -> {
      TaskSupervisorRef tasks = TaskSupervisor.DEFAULT.start(node, StartOptions.DEFAULT);
      try (TaskScope scope = TaskScope.open()) {
        Task<Pid> task = scope.fork(tasks, () -> info(self()).orElseThrow().parent().orElseThrow());
        assertThat(task.await(Await.LONG)).isEqualTo(tasks.pid().orElseThrow());
        scope.fork(tasks, this::await);
        Await.until(() -> waiting.size() == 1);
      }
      assertAllHaveEnded(1);
      Await.until(() -> tasks.children().isEmpty());
      assertNothingLeft();
      tasks.stop();
    });
  }
}
