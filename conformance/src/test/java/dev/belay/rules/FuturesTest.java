package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.inProcess;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Calls and tasks that complete futures, and processes that wait for futures.
@BothStyles
@BelayTest
class FuturesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final ExitReason ODD = ExitReason.term("odd");

  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private static ServerRef<Clerk.Order> clerk(Node node) {
    return Server.start(node, StartOptions.DEFAULT, Clerk::new);
  }

  private static Clerk.Ask answering(Object reply) {
    return Clerk.ask((c, call) -> c.answer(call, reply));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /// Returns what a future was completed with exceptionally, or null.
  private static @Nullable Throwable failure(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> get(future));
    return thrown instanceof ExecutionException ? thrown.getCause() : thrown;
  }

  private static ExitReason reason(CompletableFuture<?> future) {
    return ((CallException) Objects.requireNonNull(failure(future))).reason();
  }

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
  }

  /// Only one is left, and nobody monitors it.
  private static void assertOnlyOneLeft(Node node, ServerRef<?> server) {
    Pid pid = server.pid().orElseThrow();
    Await.until(() -> node.processes().equals(List.of(pid)));
    assertThat(node.info(pid).orElseThrow().monitoredBy()).isEmpty();
  }

  private Object await() {
    waiting.add(self());
    return receive();
  }

  // calls

  @Test
  void aReplyCompletesTheFuture(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    assertThat(get(clerk.callAsync(answering("reply")))).isEqualTo("reply");
    CompletableFuture<String> dependent =
        clerk.callAsync(answering("again"), Await.LONG).thenApply(reply -> reply + "!");
    assertThat(get(dependent)).isEqualTo("again!");
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void withoutAReplyItIsCompletedExceptionally(Node node, Expected expected) throws Exception {
    expected.crash(ArithmeticException.class);
    ServerRef<Clerk.Order> nobody = ServerRef.named(node, "nobody", Clerk.Order.class);
    assertThat(reason(nobody.callAsync(answering(1)))).isEqualTo(ExitReason.NO_PROC);
    ServerRef<Clerk.Order> clerk = clerk(node);
    ArithmeticException thrown = new ArithmeticException("on purpose");
    CompletableFuture<Object> crashing =
        clerk.callAsync(
            Clerk.ask((c, call) -> {
              throw thrown;
            }));
    CompletableFuture<Object> behind = clerk.callAsync(answering("never"));
    assertThat(failure(crashing)).isInstanceOf(CallException.class).hasCause(thrown);
    assertThat(failure(behind)).isInstanceOf(CallException.class);
    assertThat(reason(clerk.callAsync(answering("dead")))).isEqualTo(ExitReason.NO_PROC);
    ServerRef<Clerk.Order> other = clerk(node);
    assertThat(
            reason(
                other.callAsync(
                    Clerk.ask((c, call) -> {
                      c.take(call);
                      c.end(ExitReason.SHUTDOWN);
                    }))))
        .isEqualTo(ExitReason.SHUTDOWN);
    Await.until(() -> node.processes().isEmpty());
  }

  @Test
  void aServerThatIsKilledFailsAllCalls(Node node) {
    for (int round = 0; round < 50; round++) {
      ServerRef<Clerk.Order> clerk = clerk(node);
      List<CompletableFuture<Object>> calls = new ArrayList<>();
      int some = round;
      for (int i = 0; i < 60; i++) {
        calls.add(clerk.callAsync(answering("reply"), Await.LONG));
        if (i == some) {
          node.exit(clerk.pid().orElseThrow(), ExitReason.KILL);
        }
      }
      for (CompletableFuture<Object> call : calls) {
        Throwable failure = failure(call);
        if (failure != null) {
          assertThat(((CallException) failure).reason())
              .isIn(ExitReason.KILLED, ExitReason.NO_PROC);
        }
      }
      assertThat(reason(calls.getLast())).isIn(ExitReason.KILLED, ExitReason.NO_PROC);
    }
    Await.until(() -> node.processes().isEmpty());
  }

  @Test
  void aReplyThatIsLateNeverComes(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    AtomicReference<From<Object>> from = new AtomicReference<>();
    CompletableFuture<Object> late =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), SHORT);
    assertThat(failure(late))
        .isInstanceOfSatisfying(CallException.class, e -> assertThat(e.isTimeout()).isTrue());
    Await.until(() -> from.get() != null);
    assertOnlyOneLeft(node, clerk);
    from.get().reply("too late");
    assertThat(get(clerk.callAsync(answering("next")))).isEqualTo("next");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clerk.callAsync(answering("no"), Duration.ofNanos(-1)));
    clerk.stop();
  }

  @Test
  void aFutureThatIsCancelledLeavesNothing(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    AtomicReference<From<Object>> from = new AtomicReference<>();
    CompletableFuture<Object> cancelled =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), Await.LONG);
    Await.until(() -> from.get() != null);
    assertThat(cancelled.cancel(true)).isTrue();
    assertOnlyOneLeft(node, clerk);
    from.get().reply("nobody hears it");
    assertThat(failure(cancelled)).isInstanceOf(CancellationException.class);
    CompletableFuture<Object> completed =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), Await.LONG);
    completed.complete("by somebody else");
    assertThat(get(completed)).isEqualTo("by somebody else");
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  /// Whether the reply, the time limit, or whoever cancels comes first: nothing is left.
  @Test
  void repliesRaceWithTimeAndCancelling(Node node) {
    ServerRef<Clerk.Order> clerk = clerk(node);
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      CompletableFuture<Object> call =
          clerk.callAsync(answering("reply"), Duration.ofNanos(i * 300L));
      calls.add(call);
      if (i % 3 == 0) {
        call.cancel(true);
      }
      if (i % 7 == 0) {
        Thread.onSpinWait();
        call.cancel(true);
      }
    }
    for (CompletableFuture<Object> call : calls) {
      Throwable failure = failure(call);
      assertThat(
              failure == null
                  || failure instanceof CancellationException
                  || (failure instanceof CallException e && e.isTimeout()))
          .isTrue();
    }
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void requestsOfOneThreadStayInOrder(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    List<Integer> handled = new ArrayList<>();
    List<CompletableFuture<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int number = i;
      calls.add(
          clerk.callAsync(
              Clerk.ask((c, call) -> {
                handled.add(number);
                c.answer(call, number);
              }),
              Await.LONG));
    }
    for (int i = 0; i < calls.size(); i++) {
      assertThat(get(calls.get(i))).isEqualTo(i);
    }
    assertThat(handled).isEqualTo(IntStream.range(0, 5_000).boxed().toList());
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void thousandsAtOnceFromManyThreads(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    Queue<From<Object>> open = new ConcurrentLinkedQueue<>();
    Queue<CompletableFuture<Object>> calls = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int j = 0; j < 2_000; j++) {
                  calls.add(
                      clerk.callAsync(Clerk.ask((c, call) -> open.add(c.take(call))), Await.LONG));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Await.until(() -> open.size() == 8_000);
    // All wait, and no process does but one for all, and one that sends to this server.
    assertThat(node.processes().size()).isEqualTo(3);
    open.forEach(from -> from.reply("reply"));
    for (CompletableFuture<Object> call : calls) {
      assertThat(get(call)).isEqualTo("reply");
    }
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void whatDependsOnAFutureDoesNotHoldUpOthers(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<From<Object>> from = new AtomicReference<>();
    CompletableFuture<Object> first =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), Await.LONG);
    CompletableFuture<Boolean> dependent =
        first.thenApply(reply -> {
          blocked.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return inProcess();
        });
    Await.until(() -> from.get() != null);
    from.get().reply("reply");
    blocked.await();
    assertThat(get(clerk.callAsync(answering("other")))).isEqualTo("other");
    go.countDown();
    assertThat(get(dependent)).isTrue();
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void aServerCallsItself(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    AtomicReference<CompletableFuture<Object>> inner = new AtomicReference<>();
    get(
        clerk.callAsync(
            Clerk.ask((c, call) -> {
              inner.set(clerk.callAsync(answering("from itself")));
              c.answer(call, "at once");
            })));
    assertThat(get(inner.get())).isEqualTo("from itself");
    clerk.stop();
  }

  @Test
  void aNodeThatClosesFailsWhatIsOpen(Nodes nodes) {
    Node node = nodes.start();
    ServerRef<Clerk.Order> clerk = clerk(node);
    AtomicReference<From<Object>> from = new AtomicReference<>();
    CompletableFuture<Object> open =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), Await.LONG);
    CompletableFuture<Object> task = Task.future(node, this::await);
    Await.until(() -> from.get() != null && waiting.size() == 1);
    node.close();
    assertThat(reason(open)).isIn(ExitReason.NO_CONNECTION, ExitReason.SHUTDOWN);
    assertThat(failure(task)).isInstanceOf(TaskException.class);
    assertThat(failure(clerk.callAsync(answering("no")))).isInstanceOf(CallException.class);
    assertThat(failure(Task.future(node, () -> 1))).isInstanceOf(TaskException.class);
  }

  @Test
  void whatWaitsForAllMayBeKilled(Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = clerk(node);
    AtomicReference<From<Object>> from = new AtomicReference<>();
    CompletableFuture<Object> open =
        clerk.callAsync(Clerk.ask((c, call) -> from.set(c.take(call))), Await.LONG);
    CompletableFuture<Object> task = Task.future(node, this::await);
    Await.until(() -> from.get() != null && waiting.size() == 1);
    node.exit(from.get().caller(), ExitReason.KILL);
    assertThat(reason(open)).isEqualTo(ExitReason.NO_CONNECTION);
    assertThat(failure(task)).isInstanceOf(TaskException.class);
    assertThat(get(clerk.callAsync(answering("next")))).isEqualTo("next");
    assertOnlyOneLeft(node, clerk);
    clerk.stop();
  }

  @Test
  void aRequestThatMayNotBeSentFailsItsOwnCallOnly(Nodes nodes) throws Exception {
    Node node = nodes.start(NodeOptions.DEFAULT.developmentMode(true));
    ServerRef<Changing.Order> server = Server.start(node, StartOptions.DEFAULT, Changing::new);
    assertThat(failure(server.callAsync(new Changing.Add(Optional.of(new int[1])))))
        .isInstanceOf(dev.belay.MutableMessageException.class);
    assertThat(get(server.callAsync(new Changing.Add(Optional.empty())))).isEqualTo("added");
    server.stop();
  }

  /// Its requests may hold what cannot be sent.
  static final class Changing extends Server<Changing.Order> {
    sealed interface Order {}

    record Add(Optional<int[]> what) implements Order, dev.belay.otp.Call<Order, String> {}

    @Override
    protected void handleMessage(Order order) {
      switch (order) {
        case Add add -> reply(add, "added");
      }
    }
  }

  // tasks

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

  // waiting for futures

  @Test
  void aProcessWaitsForAFuture(Node node) {
    CompletableFuture<String> future = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread completer =
        Thread.ofVirtual()
            .start(() -> {
              Await.until(() -> future.getNumberOfDependents() == 1);
              future.complete("value");
            });
    node.run(() -> {
      assertThat(Task.await(future, Await.LONG)).isEqualTo("value");
      assertThat(Task.await(future, NOW)).isEqualTo("value");
      CompletionStage<@Nullable String> nothing = CompletableFuture.completedStage(null);
      assertThat(Task.await(nothing, NOW)).isNull();
      assertNothingLeft();
      done.complete(null);
    });
    assertThat(done).isDone();
    assertThat(completer.isInterrupted()).isFalse();
  }

  @Test
  void aFutureMayFailOrBeLate(Node node) {
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      CompletableFuture<Object> failed = CompletableFuture.failedFuture(thrown);
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> Task.await(failed, NOW))
          .withCause(thrown);
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> Task.await(failed.thenApply(v -> v), NOW))
          .withCause(thrown)
          .returns(ExitReason.crash(thrown), TaskException::reason);
      CompletableFuture<Object> late = new CompletableFuture<>();
      assertThatExceptionOfType(TaskException.class)
          .isThrownBy(() -> Task.await(late, SHORT))
          .returns(ExitReason.term(CallReason.TIMEOUT), TaskException::reason);
      assertThat(late).isNotDone();
      late.complete("too late");
      assertNothingLeft();
    });
    assertThat(node.dropCounters().noReceiver()).isZero();
  }

  @Test
  void aProcessThatWaitsHearsItsExitSignals(Node node) {
    node.run(() -> {
      CompletableFuture<Object> never = new CompletableFuture<>();
      Monitored process =
          spawnMonitor(() -> {
            waiting.add(self());
            Task.await(never, Await.LONG);
          });
      Await.until(() -> waiting.size() == 1 && never.getNumberOfDependents() == 1);
      exit(process.pid(), ODD);
      assertThat(Await.down(process).reason()).isEqualTo(ODD);
      assertThat(isAlive(process.pid())).isFalse();
      never.complete("nobody waits");
      // A trapped one waits for its turn.
      trapExits(true);
      CompletableFuture<Object> future = new CompletableFuture<>();
      Pid me = self();
      Belay.spawnLink(() -> {
        send(me, "before");
        future.complete("value");
        throw exit(ExitReason.shutdown("done"));
      });
      assertThat(Task.await(future, Await.LONG)).isEqualTo("value");
      assertThat(receive()).isEqualTo("before");
      assertThat(receive(dev.belay.Exit.class).reason()).isEqualTo(ExitReason.shutdown("done"));
      assertNothingLeft();
    });
  }

  @Test
  void completionRacesWithTheTimeLimit(Node node) {
    node.run(() -> {
      for (int i = 0; i < 500; i++) {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        int number = i;
        Monitored other = spawnMonitor(() -> future.complete(number));
        try {
          assertThat(Task.await(future, Duration.ofNanos(i * 200L))).isEqualTo(number);
        } catch (TaskException e) {
          assertThat(e.reason()).isEqualTo(ExitReason.term(CallReason.TIMEOUT));
        }
        Await.down(other);
        assertNothingLeft();
      }
    });
  }

  @Test
  void allOfThemTogether(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      CompletableFuture<Integer> task = Task.future(node, () -> 40);
      CompletableFuture<Object> call = clerk.callAsync(answering(2));
      CompletableFuture<Integer> sum = task.thenCombine(call, (a, b) -> a + (Integer) b);
      assertThat(Task.await(sum, Await.LONG)).isEqualTo(42);
      clerk.stop();
      assertNothingLeft();
    });
  }
}
