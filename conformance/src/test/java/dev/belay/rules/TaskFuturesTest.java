package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.inProcess;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.rules.Futures.failure;
import static dev.belay.rules.Futures.get;
import static dev.belay.rules.Futures.reason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.StartOptions;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Tasks that complete futures.
@BothStyles
@BelayTest
class TaskFuturesTest {
  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private Object await() {
    waiting.add(self());
    return receive();
  }

  @Test
  void aTaskCompletesAFuture(Node node) throws Exception {
    AtomicBoolean within = new AtomicBoolean();
    CompletableFuture<Integer> future =
        Task.future(
            node,
            () -> {
              within.set(inProcess() && Task.callers().isEmpty());
              return 42;
            });
    assertThat(get(future)).isEqualTo(42);
    assertThat(within).isTrue();
    CompletableFuture<Object> nothing = Task.future(node, () -> null);
    assertThat(get(nothing)).isNull();
    List<CompletableFuture<Integer>> many = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int number = i;
      many.add(Task.future(node, () -> number));
    }
    for (int i = 0; i < many.size(); i++) {
      assertThat(get(many.get(i))).isEqualTo(i);
    }
    Await.until(() -> node.processes().isEmpty());
  }

  @Test
  void aTaskWithoutAResultFailsItsFuture(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    ArithmeticException thrown = new ArithmeticException("on purpose");
    CompletableFuture<Object> crashed =
        Task.future(
            node,
            () -> {
              throw thrown;
            });
    assertThat(failure(crashed)).isInstanceOf(TaskException.class).hasCause(thrown);
    CompletableFuture<Object> killed = Task.future(node, this::await);
    Await.until(() -> waiting.size() == 1);
    node.exit(waiting.remove(), ExitReason.KILL);
    assertThat(failure(killed))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
    CompletableFuture<Object> left =
        Task.future(
            node,
            () -> {
              throw exit(ExitReason.NORMAL);
            });
    assertThat(failure(left))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.NORMAL));
    Await.until(() -> node.processes().isEmpty());
  }

  @Test
  void cancellingAFutureEndsItsTask(Node node, Expected expected) {
    CompletableFuture<Object> future = Task.future(node, this::await);
    Await.until(() -> waiting.size() == 1);
    future.cancel(true);
    Await.until(() -> node.processes().isEmpty());
    for (int i = 0; i < 500; i++) {
      // At any moment: before it is known, before it has begun, while it runs, when it is over.
      CompletableFuture<Integer> early = Task.future(node, () -> 1);
      for (int j = 0; j < i % 10 * 100; j++) {
        Thread.onSpinWait();
      }
      early.cancel(true);
      assertThat(early).isDone();
    }
    Await.until(() -> node.processes().isEmpty());
  }

  @Test
  void aFutureUnderASupervisor(Node node, Expected expected) throws Exception {
    expected.maybeReport("supervisor <");
    expected.crash(ArithmeticException.class);
    TaskSupervisorRef tasks =
        TaskSupervisor.DEFAULT.maxChildren(1).start(node, StartOptions.DEFAULT);
    Pid supervisor = tasks.pid().orElseThrow();
    assertThat(get(tasks.future(() -> info(self()).orElseThrow().parent().orElseThrow())))
        .isEqualTo(supervisor);
    ArithmeticException thrown = new ArithmeticException("on purpose");
    Await.until(() -> tasks.children().isEmpty());
    CompletableFuture<Object> crashed =
        tasks.future(() -> {
          throw thrown;
        });
    assertThat(failure(crashed)).isInstanceOf(TaskException.class).hasCause(thrown);
    Await.until(() -> tasks.children().isEmpty());
    CompletableFuture<Object> one = tasks.future(this::await);
    Await.until(() -> waiting.size() == 1);
    assertThat(failure(tasks.future(() -> "one too many"))).isInstanceOf(SupervisorException.class);
    one.cancel(true);
    Await.until(() -> tasks.children().isEmpty());
    for (int i = 0; i < 300; i++) {
      CompletableFuture<Object> early = tasks.future(this::await);
      for (int j = 0; j < i % 10 * 100; j++) {
        Thread.onSpinWait();
      }
      early.cancel(true);
    }
    Await.until(() -> node.processes().equals(List.of(supervisor)));
    // It may still have been told to start one that was given up.
    Await.until(() -> tasks.children().isEmpty());
    waiting.clear();
    CompletableFuture<Object> last = tasks.future(this::await);
    Await.until(() -> waiting.size() == 1);
    tasks.stop();
    assertThat(failure(last))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.SHUTDOWN));
    assertThat(reason(tasks.future(() -> 1))).isEqualTo(ExitReason.NO_PROC);
    Await.until(() -> node.processes().isEmpty());
  }
}
