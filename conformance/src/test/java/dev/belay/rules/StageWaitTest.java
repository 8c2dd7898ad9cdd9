package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.rules.Futures.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.CallReason;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Task;
import dev.belay.otp.TaskException;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Processes that wait for futures.
@BothStyles
@BelayTest
class StageWaitTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final ExitReason ODD = ExitReason.term("odd");

  private final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();

  private static void assertNothingLeft() {
    assertThat(receive(NOW)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    assertThat(info(self()).orElseThrow().links()).isEmpty();
  }

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
