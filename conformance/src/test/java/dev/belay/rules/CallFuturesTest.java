package dev.belay.rules;

import static dev.belay.Belay.inProcess;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.rules.Futures.answering;
import static dev.belay.rules.Futures.assertOnlyOneLeft;
import static dev.belay.rules.Futures.clerk;
import static dev.belay.rules.Futures.failure;
import static dev.belay.rules.Futures.get;
import static dev.belay.rules.Futures.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.otp.CallException;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Calls that complete futures.
@BothStyles
@BelayTest
class CallFuturesTest {
  private static final Duration SHORT = Duration.ofMillis(10);

  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private Object await() {
    waiting.add(self());
    return receive();
  }

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

  /// Whether a reply is on its way, has come, or is about to complete its future: all are
  /// completed.
  @Test
  void aNodeThatClosesLeavesNoFutureOpen(Nodes nodes) {
    for (int round = 0; round < 100; round++) {
      Node node = nodes.start();
      ServerRef<Clerk.Order> clerk = clerk(node);
      List<CompletableFuture<Object>> futures = new ArrayList<>();
      for (int i = 0; i < round + 10; i++) {
        futures.add(clerk.callAsync(answering("reply"), Await.LONG));
        futures.add(Task.future(node, () -> "result"));
      }
      node.close();
      for (CompletableFuture<Object> future : futures) {
        failure(future);
        assertThat(future).isDone();
      }
    }
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
}
