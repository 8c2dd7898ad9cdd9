package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.CallReason;
import dev.belay.otp.Outcome;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskScope;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Tasks.
@BothStyles
@BelayTest
class TaskTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final ExitReason ODD = ExitReason.term("odd");

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
  }

  private static <T> Task<T> waiting() {
    return Task.async(() -> {
      receive();
      return null;
    });
  }

  @Test
  void aTaskGivesItsResultOnce(Node node) {
    node.run(() -> {
      Task<Integer> task = Task.async(() -> 6 * 7);
      assertThat(task.await()).isEqualTo(42);
      assertThat(task.await(NOW)).isEqualTo(42);
      assertThat(task.poll(NOW)).contains(new Outcome.Done<>(42));
      Task<Object> nothing = Task.async(() -> null);
      assertThat(nothing.await(Await.LONG)).isNull();
      Await.until(() -> node.processCount() == 1);
      assertNothingLeft();
    });
  }

  @Test
  void aLinkedTaskThatCrashesTakesItsOwnerAlong(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      Monitored owner =
          spawnMonitor(() -> {
            Task<Object> task =
                Task.async(() -> {
                  throw thrown;
                });
            task.await(Await.LONG);
          });
      assertThat(Await.down(owner).reason()).isEqualTo(ExitReason.crash(thrown));
    });
  }

  @Test
  void anOwnerThatEndsTakesItsTasksAlong(Node node) {
    node.run(() -> {
      AtomicReference<Pid> task = new AtomicReference<>();
      Monitored owner =
          spawnMonitor(() -> {
            task.set(waiting().pid());
            throw exit(ODD);
          });
      Await.down(owner);
      Await.until(() -> info(task.get()).isEmpty());
    });
  }

  @Test
  void oneThatIsNotLinkedOnlySaysWhy(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      Task<Object> task =
          Task.asyncNoLink(() -> {
            throw thrown;
          });
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> task.await(Await.LONG))
          .withCause(thrown)
          .returns(ExitReason.crash(thrown), TaskException::reason);
      assertNothingLeft();
    });
  }

  @Test
  void oneMayWaitAgain(Node node) {
    node.run(() -> {
      AtomicBoolean go = new AtomicBoolean();
      Task<String> task =
          Task.async(() -> {
            Await.until(go::get);
            return "at last";
          });
      assertThat(task.poll(SHORT)).isEmpty();
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> task.await(SHORT))
          .returns(ExitReason.term(CallReason.TIMEOUT), TaskException::reason);
      go.set(true);
      assertThat(task.await(Await.LONG)).isEqualTo("at last");
    });
  }

  @Test
  void aTaskThatIsShutDownLeavesNothing(Node node) {
    node.run(() -> {
      Task<Object> task = waiting();
      assertThat(task.shutdown(Await.LONG)).isEmpty();
      assertThat(isAlive(task.pid())).isFalse();
      assertNothingLeft();

      trapExits(true);
      Task<Object> other = waiting();
      assertThat(other.pollOrShutdown(SHORT)).isEmpty();
      assertNothingLeft();

      Task<String> done = Task.async(() -> "done");
      Await.until(() -> info(done.pid()).isEmpty());
      assertThat(done.shutdown(NOW)).contains(new Outcome.Done<>("done"));
      assertNothingLeft();
    });
  }

  @Test
  void oneThatDoesNotHearIsKilled(Node node) {
    node.run(() -> {
      AtomicBoolean traps = new AtomicBoolean();
      Task<Object> task =
          Task.async(() -> {
            trapExits(true);
            traps.set(true);
            while (true) {
              receive();
            }
          });
      Await.until(traps::get);
      assertThat(task.shutdown(SHORT)).isEmpty();
      assertThat(isAlive(task.pid())).isFalse();
      assertNothingLeft();
    });
  }

  @Test
  void shuttingDownTellsWhoHasEndedBefore(Node node) {
    node.run(() -> {
      Task<Object> killed = Task.asyncNoLink(Belay::receive);
      exit(killed.pid(), ExitReason.KILL);
      Await.until(() -> info(killed.pid()).isEmpty());
      assertThat(killed.shutdown(Await.LONG)).contains(new Outcome.Ended<>(ExitReason.KILLED));
      assertNothingLeft();
    });
  }

  @Test
  void aTaskThatIsShutDownHasEndedAlsoIfItsResultIsThere(Node node) {
    node.run(() -> {
      CountDownLatch go = new CountDownLatch(1);
      AtomicBoolean closed = new AtomicBoolean();
      AutoCloseable slow =
          () -> {
            go.await();
            closed.set(true);
          };
      Task<Object> task =
          Task.async(() -> {
            own(slow);
            return "done";
          });
      Pid me = self();
      spawn(() -> {
        Await.until(() -> info(me).orElseThrow().monitors().size() == 1);
        go.countDown();
      });
      assertThat(task.await(Await.LONG)).isEqualTo("done");
      assertThat(task.shutdown(Await.LONG)).contains(new Outcome.Done<>("done"));
      assertThat(closed).isTrue();
      assertThat(info(task.pid())).isEmpty();
      assertNothingLeft();
    });
  }

  @Test
  void outsideOfProcessesThereAreNoCallers() {
    assertThat(Task.callers()).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsRefusedAtOnce(Node node) {
    node.run(() -> {
      Task<Object> task = Task.async(Belay::receive);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> task.shutdown(Duration.ofNanos(-1)))
          .withMessageContaining("shutdown(");
      // It was not told anything, and is linked still.
      assertThat(info(self()).orElseThrow().links()).hasSize(1);
      Belay.send(task.pid(), "go on");
      assertThat(task.await(Await.LONG)).isEqualTo("go on");
      Callable<Object> nothing = nothing();
      assertThatNullPointerException().isThrownBy(() -> Task.async(nothing));
      assertThatNullPointerException().isThrownBy(() -> Task.asyncNoLink(nothing));
      try (TaskScope scope = TaskScope.open()) {
        assertThatNullPointerException().isThrownBy(() -> scope.fork(nothing));
      }
      Await.until(() -> node.processCount() == 1);
      assertNothingLeft();
    });
  }

  @SuppressWarnings("NullAway")
  private static Callable<Object> nothing() {
    return null;
  }

  @Test
  void manyAreWaitedForInTheirOrder(Node node) {
    node.run(() -> {
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int number = i;
        tasks.add(Task.async(() -> number * number));
      }
      List<Integer> results = Task.awaitAll(tasks, Await.LONG);
      assertThat(results).hasSize(50).startsWith(0, 1, 4).endsWith(49 * 49);
      tasks.add(waiting());
      assertThatExceptionOfType(TaskException.class).isThrownBy(() -> Task.awaitAll(tasks, SHORT));
      tasks.getLast().shutdown(NOW);
    });
  }

  @Test
  void theFirstResultOfSeveral(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      Callable<Integer> failing =
          () -> {
            throw new ArithmeticException("on purpose");
          };
      Task<Integer> slow =
          Task.async(() -> {
            receive();
            return 1;
          });
      Task<Integer> failed = Task.asyncNoLink(failing);
      failed.poll(Await.LONG);
      // In an order in which the first result is not that of the first reference.
      List<Task<Integer>> tasks = new ArrayList<>();
      tasks.add(Task.asyncNoLink(failing));
      tasks.add(Task.async(() -> 2));
      tasks.add(slow);
      tasks.add(failed);
      Collections.reverse(tasks);
      assertThat(Task.awaitAny(tasks, Await.LONG)).isEqualTo(2);
      assertThat(Task.awaitAny(tasks, NOW)).isEqualTo(2);
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> Task.awaitAny(List.of(slow, failed), SHORT))
          .returns(ExitReason.term(CallReason.TIMEOUT), TaskException::reason);
      Belay.send(slow.pid(), "go on");
      assertThat(Task.awaitAny(List.of(slow, failed), Await.LONG)).isEqualTo(1);
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(
              () -> Task.awaitAny(List.of(failed, Task.<Integer>asyncNoLink(failing)), Await.LONG))
          .withMessageContaining("none of 2 tasks has a result")
          .withCauseInstanceOf(ArithmeticException.class);
      assertThatIllegalArgumentException().isThrownBy(() -> Task.awaitAny(List.of(), NOW));
      tasks.forEach(task -> task.poll(Await.LONG));
      assertNothingLeft();
    });
  }

  @Test
  void whatHasComeOfSeveral(Node node) {
    node.run(() -> {
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        tasks.add(
            Task.asyncNoLink(() -> {
              if (number % 2 == 1) {
                receive();
              }
              return number;
            }));
      }
      assertThat(Task.pollAll(tasks, Await.LONG, 2))
          .containsExactly(
              Optional.of(new Outcome.Done<>(0)),
              Optional.empty(),
              Optional.of(new Outcome.Done<>(2)),
              Optional.empty());
      assertThat(Task.pollAll(tasks, SHORT)).filteredOn(Optional::isPresent).hasSize(2);
      assertThat(Task.pollAll(tasks, Await.LONG, 1)).filteredOn(Optional::isPresent).hasSize(2);
      exit(tasks.get(1).pid(), ODD);
      Belay.send(tasks.get(3).pid(), "go on");
      assertThat(Task.pollAll(tasks, Await.LONG))
          .containsExactly(
              Optional.of(new Outcome.Done<>(0)),
              Optional.of(new Outcome.Ended<>(ODD)),
              Optional.of(new Outcome.Done<>(2)),
              Optional.of(new Outcome.Done<>(3)));
      assertThatIllegalArgumentException().isThrownBy(() -> Task.pollAll(tasks, NOW, -1));
      assertNothingLeft();
    });
  }

  @Test
  void aTaskKnowsItsCallers(Node node) {
    node.run(() -> {
      Pid me = self();
      assertThat(Task.callers()).isEmpty();
      Task<List<Pid>> outer =
          Task.async(() -> {
            Pid inner = self();
            assertThat(Task.callers()).containsExactly(me);
            Task<List<Pid>> nested = Task.async(Task::callers);
            List<Pid> callers = nested.await(Await.LONG);
            assertThat(callers).containsExactly(inner, me);
            return callers;
          });
      assertThat(outer.await(Await.LONG)).hasSize(2);
    });
  }

  @Test
  void onlyItsOwnerWaitsForATask(Node node) {
    node.run(() -> {
      Task<Object> task = waiting();
      Monitored stranger =
          spawnMonitor(() ->
              assertThatIllegalStateException()
                  .isThrownBy(() -> task.poll(NOW))
                  .withMessageContaining("only that process can wait"));
      assertThat(Await.down(stranger).reason()).isEqualTo(ExitReason.NORMAL);
      task.shutdown(NOW);
      assertThat(receive(Down.class, NOW)).isEmpty();
      assertThat(Belay.receive(NOW)).isEmpty();
    });
  }
}
