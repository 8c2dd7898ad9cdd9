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

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.VerbException;
import dev.belay.otp.CallException;
import dev.belay.otp.Outcome;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tasks under a supervisor.
@BothStyles
@BelayTest
class TaskSupervisorTest {
  private static final Duration NOW = Duration.ZERO;
  private static final ExitReason ODD = ExitReason.term("odd");

  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static TaskSupervisorRef start(Node node) {
    return TaskSupervisor.DEFAULT.start(node, StartOptions.DEFAULT);
  }

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
  }

  private Object await() {
    waiting.add(self());
    return receive();
  }

  @Test
  void aTaskGivesItsResult(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      for (int i = 0; i < 50; i++) {
        int number = i;
        assertThat(tasks.async(() -> number).await(Await.LONG)).isEqualTo(number);
        assertThat(tasks.asyncNoLink(() -> number).await(Await.LONG)).isEqualTo(number);
      }
      Task<Object> nothing = tasks.async(() -> null);
      assertThat(nothing.await(Await.LONG)).isNull();
      Await.until(() -> tasks.children().isEmpty());
      assertNothingLeft();
      tasks.stop();
    });
  }

  @Test
  void itsParentIsTheSupervisorAndItsCallerWhoAskedForIt(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      Pid me = self();
      Task<List<Pid>> outer =
          tasks.async(() -> {
            Pid inner = self();
            assertThat(Task.callers()).containsExactly(me);
            assertThat(info(inner).orElseThrow().parent()).isEqualTo(tasks.pid());
            Task<List<Pid>> nested = tasks.async(Task::callers);
            assertThat(nested.await(Await.LONG)).containsExactly(inner, me);
            return Task.callers();
          });
      assertThat(outer.await(Await.LONG)).containsExactly(me);
      tasks.startChild(() -> send(me, Task.callers()));
      Await.message(List.of(me));
      tasks.stop();
    });
  }

  @Test
  void aLinkedTaskThatCrashesTakesItsOwnerAlong(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      ArithmeticException thrown = new ArithmeticException("on purpose");
      Monitored owner =
          spawnMonitor(() ->
              tasks
                  .async(() -> {
                    throw thrown;
                  })
                  .await(Await.LONG));
      assertThat(Await.down(owner).reason()).isEqualTo(ExitReason.crash(thrown));
      Task<Object> task =
          tasks.asyncNoLink(() -> {
            throw thrown;
          });
      // However quickly it ends, the true reason is known.
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> task.await(Await.LONG))
          .withCause(thrown);
      assertNothingLeft();
      tasks.stop();
    });
  }

  @Test
  void theEndOfItsOwnerEndsOnlyALinkedTask(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      AtomicReference<Pid> linked = new AtomicReference<>();
      AtomicReference<Pid> unlinked = new AtomicReference<>();
      Monitored owner =
          spawnMonitor(() -> {
            linked.set(tasks.async(this::await).pid());
            unlinked.set(tasks.asyncNoLink(this::await).pid());
            Await.until(() -> waiting.size() == 2);
            throw exit(ODD);
          });
      Await.down(owner);
      Await.until(() -> info(linked.get()).isEmpty());
      assertThat(tasks.children()).containsExactly(unlinked.get());
      assertThat(isAlive(unlinked.get())).isTrue();
      tasks.stop();
      assertThat(isAlive(unlinked.get())).isFalse();
    });
  }

  @Test
  void anOwnerThatIsKilledWhileItAsksLeavesNothing(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      for (int i = 0; i < 200; i++) {
        AtomicBoolean ready = new AtomicBoolean();
        Monitored owner =
            spawnMonitor(() -> {
              ready.set(true);
              while (true) {
                // Sometimes killed while it asks, while it links, before it lets it go on …
                tasks.asyncNoLink(() -> 1);
              }
            });
        Await.until(ready::get);
        exit(owner.pid(), ExitReason.KILL);
        Await.down(owner);
      }
      Await.until(() -> tasks.children().isEmpty());
      tasks.stop();
    });
  }

  @Test
  void whatNobodyWaitsForIsRestartedIfThatWasSaid(Node node, Expected expected) {
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      AtomicInteger runs = new AtomicInteger();
      Pid me = self();
      tasks.startChild(
          Restart.TRANSIENT,
          () -> {
            if (runs.incrementAndGet() < 3) {
              throw new ArithmeticException("on purpose");
            }
            send(me, "third time");
          });
      Await.message("third time");
      Await.until(() -> tasks.children().isEmpty());
      assertThat(runs).hasValue(3);
      tasks.startChild(() -> {
        runs.incrementAndGet();
        throw new ArithmeticException("on purpose");
      });
      Await.until(() -> tasks.children().isEmpty());
      assertThat(runs).hasValue(4);
      tasks.stop();
    });
  }

  @Test
  void itIsAChildOfASupervisor(Node node) {
    node.run(() -> {
      SupervisorRef outer =
          Supervisor.oneForOne()
              .child(TaskSupervisor.DEFAULT.asChild("tasks", StartOptions.DEFAULT.name("tasks")))
              .startLink();
      TaskSupervisorRef tasks = TaskSupervisorRef.named(node, "tasks");
      Task<Object> task = tasks.asyncNoLink(this::await);
      Pid before = tasks.pid().orElseThrow();
      Ref down = Belay.monitor(before);
      exit(before, ExitReason.KILL);
      Await.down(down);
      assertThatExceptionOfType(TaskException.class).isThrownBy(() -> task.await(Await.LONG));
      Await.until(() -> tasks.pid().isPresent());
      outer.child("tasks");
      assertThat(tasks.async(() -> "again").await(Await.LONG)).isEqualTo("again");
      outer.stop();
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> tasks.async(() -> "no"))
          .returns(ExitReason.NO_PROC, CallException::reason);
    });
  }

  @Test
  void itsTasksHaveTimeToShutDown(Node node, Expected expected) {
    expected.report("was told to shut down and ended otherwise: killed");
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      AtomicBoolean traps = new AtomicBoolean();
      AtomicBoolean tidy = new AtomicBoolean();
      tasks
          .withShutdown(Shutdown.within(Await.LONG))
          .startChild(() -> {
            trapExits(true);
            traps.set(true);
            receive();
            tidy.set(true);
          });
      AtomicBoolean deaf = new AtomicBoolean();
      Task<Object> stubborn =
          tasks
              .withShutdown(Shutdown.within(NOW))
              .asyncNoLink(() -> {
                trapExits(true);
                deaf.set(true);
                while (true) {
                  receive();
                }
              });
      Await.until(() -> traps.get() && deaf.get());
      tasks.stop();
      assertThat(tidy).isTrue();
      assertThat(stubborn.poll(Await.LONG)).contains(new Outcome.Ended<>(ExitReason.KILLED));
      assertNothingLeft();
    });
  }

  @Test
  void aTaskIsEndedByItsPidOrItsOwner(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      Pid child = tasks.startChild(this::await);
      Await.until(() -> waiting.size() == 1);
      tasks.terminateChild(child);
      assertThat(isAlive(child)).isFalse();
      Task<Object> task = tasks.async(this::await);
      assertThat(task.shutdown(Await.LONG)).isEmpty();
      assertThat(isAlive(task.pid())).isFalse();
      trapExits(true);
      Task<Object> other = tasks.async(this::await);
      assertThat(other.shutdown(Await.LONG)).isEmpty();
      assertNothingLeft();
      Await.until(() -> tasks.children().isEmpty());
      tasks.stop();
    });
  }

  @Test
  void itMayHaveNoMoreThanSome(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks =
          TaskSupervisor.DEFAULT.maxChildren(2).start(node, StartOptions.DEFAULT);
      List<Task<Object>> some = new ArrayList<>();
      some.add(tasks.async(this::await));
      some.add(tasks.async(this::await));
      assertThatExceptionOfType(SupervisorException.class)
          .isThrownBy(() -> tasks.async(this::await))
          .returns(SupervisorException.Why.TOO_MANY, SupervisorException::why);
      some.forEach(task -> task.shutdown(Await.LONG));
      assertNothingLeft();
      tasks.stop();
    });
  }

  @Test
  void plainThreadsStartWhatNobodyWaitsFor(Node node) {
    TaskSupervisorRef tasks = start(node);
    AtomicReference<List<Pid>> callers = new AtomicReference<>();
    Pid task =
        tasks.startChild(() -> {
          callers.set(Task.callers());
          receive();
        });
    Await.until(() -> callers.get() != null);
    assertThat(callers.get()).isEmpty();
    assertThat(tasks.children()).containsExactly(task);
    assertThatExceptionOfType(VerbException.class).isThrownBy(() -> tasks.async(() -> 1));
    assertThat(tasks.children()).containsExactly(task);
    tasks.stop();
    assertThat(node.isAlive(task)).isFalse();
  }

  @Test
  void manyAskAtOnce(Node node) {
    node.run(() -> {
      TaskSupervisorRef tasks = start(node);
      Pid me = self();
      for (int i = 0; i < 100; i++) {
        int number = i;
        spawn(() -> {
          List<Task<Integer>> mine = new ArrayList<>();
          for (int j = 0; j < 20; j++) {
            mine.add(tasks.async(() -> number));
          }
          send(me, Task.awaitAll(mine, Await.LONG).stream().mapToInt(n -> n).sum());
        });
      }
      int sum = 0;
      for (int i = 0; i < 100; i++) {
        sum += receive(Integer.class);
      }
      assertThat(sum).isEqualTo(20 * 99 * 50);
      Await.until(() -> tasks.children().isEmpty());
      tasks.stop();
    });
  }
}
