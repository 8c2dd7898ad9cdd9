package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.DroppedMessage;
import dev.belay.ExitReason;
import dev.belay.MailboxPolicy;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Refusable;
import dev.belay.SpawnOptions;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.From;
import dev.belay.otp.Request;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Sys;
import dev.belay.otp.TaskSupervisor;
import dev.belay.otp.TaskSupervisorRef;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers whose mailbox has a bound: a request that is dropped fails its caller at once.
@BothStyles
@BelayTest
class ServerMailboxTest {
  private static final ExitReason OVERLOADED = ExitReason.term(CallReason.OVERLOADED);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private final CountDownLatch last = new CountDownLatch(1);

  /// A server that is busy until it is freed, with room for one message.
  private ServerRef<Clerk.Order> busy(MailboxPolicy policy) throws InterruptedException {
    StartOptions options = StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.mailbox(1, policy));
    ServerRef<Clerk.Order> clerk = Server.start(options, Clerk::new);
    clerk.cast(
        new Clerk.Do(c -> {
          begun.countDown();
          free.await();
        }));
    begun.await();
    return clerk;
  }

  private static Clerk.Ask question() {
    return Clerk.ask((c, call) -> c.answer(call, "reply"));
  }

  @Test
  void aCallThatFindsNoRoomFailsAtOnce(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = busy(MailboxPolicy.DROP_NEWEST);
      clerk.cast(new Clerk.Do(c -> last.countDown()));
      CallException e =
          catchThrowableOfType(CallException.class, () -> clerk.callForever(question()));
      assertThat(e.reason()).isEqualTo(OVERLOADED);
      assertThat(e).hasMessageContaining("full");
      free.countDown();
      last.await();
      assertThat(clerk.callForever(question())).isEqualTo("reply");
      clerk.stop();
    });
  }

  @Test
  void aCallThatGivesWayToNewerMessagesFails(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = busy(MailboxPolicy.DROP_OLDEST);
      Request<Object> request = clerk.request(question());
      clerk.cast(new Clerk.Do(c -> last.countDown()));
      Response<Object> response = request.poll(Await.LONG).orElseThrow();
      assertThat(response).isInstanceOf(Response.Failure.class);
      assertThat(((Response.Failure<Object>) response).reason()).isEqualTo(OVERLOADED);
      free.countDown();
      last.await();
      assertThat(clerk.callForever(question())).isEqualTo("reply");
      clerk.stop();
    });
  }

  /// It would wait for the end of a server that was never told.
  @ParameterizedTest
  @EnumSource(names = {"DROP_NEWEST", "DROP_OLDEST"})
  void aStopNeedsNoRoom(MailboxPolicy policy, Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = busy(policy);
      Clerk.Do nothing = new Clerk.Do(c -> {});
      clerk.cast(nothing);
      Belay.spawn(() -> {
        Await.until(() -> length(clerk) == 2);
        // What came by stop does not give way to this.
        clerk.cast(nothing);
        free.countDown();
      });
      clerk.stop(ExitReason.NORMAL, Await.LONG);
      assertThat(Belay.receive(Duration.ZERO)).isEmpty();
      assertThat(info(Belay.self()).orElseThrow().monitors()).isEmpty();
    });
  }

  private static int length(ServerRef<?> server) {
    return info(server.pid().orElseThrow()).orElseThrow().messageQueueLength();
  }

  private static @Nullable ExitReason failure(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.get(Await.LONG.toSeconds(), TimeUnit.SECONDS));
    return thrown instanceof ExecutionException e && e.getCause() instanceof CallException failed
        ? failed.reason()
        : null;
  }

  @Test
  void aFutureOfACallThatFindsNoRoomSaysSo(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = busy(MailboxPolicy.DROP_NEWEST);
      clerk.cast(new Clerk.Do(c -> last.countDown()));
      assertThat(failure(clerk.callAsync(question(), Await.LONG))).isEqualTo(OVERLOADED);
      free.countDown();
      last.await();
      clerk.stop();
    });
  }

  /// Who waits for room on behalf of one future holds up neither its time nor other futures.
  @Test
  void aFullMailboxHoldsUpNoOtherFuture(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> full = busy(MailboxPolicy.SENDER_WAITS);
      full.cast(new Clerk.Do(c -> {}));
      CompletableFuture<Object> waiting = full.callAsync(question(), Await.LONG);
      CompletableFuture<Object> late = full.callAsync(question(), Duration.ofMillis(20));
      ServerRef<Clerk.Order> other = Clerk.start();
      assertThat(other.callAsync(question(), Await.LONG).get(20, TimeUnit.SECONDS))
          .isEqualTo("reply");
      assertThat(failure(late)).isEqualTo(ExitReason.term(CallReason.TIMEOUT));
      assertThat(waiting).isNotDone();
      free.countDown();
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("reply");
      full.stop();
      other.stop();
      Await.until(() -> node.processes().equals(List.of(Belay.self())));
    });
  }

  /// Nor does a supervisor of tasks that has no room.
  @Test
  void aFullSupervisorHoldsUpNoOtherFuture(Node node) {
    node.run(() -> {
      SpawnOptions one = SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.SENDER_WAITS);
      TaskSupervisorRef tasks = TaskSupervisor.DEFAULT.startLink(StartOptions.DEFAULT.spawn(one));
      Pid supervisor = tasks.pid().orElseThrow();
      Sys.suspend(Sys.at(node, supervisor));
      CompletableFuture<Integer> first = tasks.future(() -> 0);
      CompletableFuture<Integer> waiting = tasks.future(() -> 1);
      // This one has taken the room.
      Await.until(() -> info(supervisor).orElseThrow().messageQueueLength() == 1);
      ServerRef<Clerk.Order> other = Clerk.start();
      assertThat(other.callAsync(question(), Await.LONG).get(20, TimeUnit.SECONDS))
          .isEqualTo("reply");
      assertThat(waiting).isNotDone();
      Sys.resume(Sys.at(node, supervisor));
      assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(0);
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(1);
      tasks.stop();
      other.stop();
      Await.until(() -> node.processes().equals(List.of(Belay.self())));
    });
  }

  /// What was given up while it waited for room is not sent when there is some.
  @Test
  void whatWasGivenUpIsNotSentLater(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> full = busy(MailboxPolicy.SENDER_WAITS);
      full.cast(new Clerk.Do(c -> {}));
      List<CompletableFuture<Object>> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        calls.add(full.callAsync(question(), Await.LONG));
      }
      // The first is being sent, the others wait behind it.
      calls.subList(1, 9).forEach(call -> call.cancel(true));
      Await.until(() -> info(full.pid().orElseThrow()).orElseThrow().monitoredBy().size() == 2);
      free.countDown();
      assertThat(calls.getFirst().get(20, TimeUnit.SECONDS)).isEqualTo("reply");
      assertThat(calls.getLast().get(20, TimeUnit.SECONDS)).isEqualTo("reply");
      assertThat(Clerk.handledBy(full)).hasSize(4);
      full.stop();
    });
  }

  /// Nobody waits for room any more when all have given up.
  @Test
  void whoGivesUpWaitsForNoRoom(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> full = busy(MailboxPolicy.SENDER_WAITS);
      full.cast(new Clerk.Do(c -> {}));
      CompletableFuture<Object> waiting = full.callAsync(question(), Await.LONG);
      Pid server = full.pid().orElseThrow();
      Await.until(() -> !info(server).orElseThrow().monitoredBy().isEmpty());
      waiting.cancel(true);
      Await.until(() -> node.processes().equals(List.of(Belay.self(), server)));
      free.countDown();
      assertThat(Clerk.handledBy(full)).hasSize(2);
      full.stop();
    });
  }

  /// Only the server to which it was sent refuses a call: its From may be tried elsewhere.
  @Test
  void aFromThatFindsNoRoomIsNoRefusal(Node node) {
    node.run(() -> {
      SpawnOptions one = SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST);
      Monitored idle = spawnMonitor(one, () -> Belay.receive(Void.class));
      send(idle.pid(), "in the way");
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Object reply =
          clerk.call(
              Clerk.ask((c, call) -> {
                From<Object> from = c.take(call);
                send(idle.pid(), from);
                from.reply("by the server");
              }));
      assertThat(reply).isEqualTo("by the server");
      Belay.exit(idle.pid(), ExitReason.SHUTDOWN);
      Await.down(idle);
      clerk.stop();
    });
  }

  private record Fragile(List<DroppedMessage.Why> told) implements Refusable {
    @Override
    public void refused(DroppedMessage.Why why) {
      // Verbs work here.
      Belay.self();
      told.add(why);
    }
  }

  @Test
  void aMessageIsToldOnceAndNotWhenThereIsNoReceiver(Node node) {
    node.run(() -> {
      SpawnOptions full = SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST);
      Monitored idle = spawnMonitor(full, () -> Belay.receive(String.class));
      List<DroppedMessage.Why> told = new ArrayList<>();
      send(idle.pid(), new Fragile(told));
      assertThat(told).isEmpty();
      send(idle.pid(), new Fragile(told));
      assertThat(told).containsExactly(DroppedMessage.Why.NEWEST);
      Belay.exit(idle.pid(), ExitReason.SHUTDOWN);
      assertThat(Belay.receive(Down.class).reason()).isEqualTo(ExitReason.SHUTDOWN);
      send(idle.pid(), new Fragile(told));
      assertThat(told).hasSize(1);
    });
  }
}
