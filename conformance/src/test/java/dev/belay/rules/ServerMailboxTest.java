package dev.belay.rules;

import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.DroppedMessage;
import dev.belay.ExitReason;
import dev.belay.MailboxPolicy;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Refusable;
import dev.belay.SpawnOptions;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Request;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

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
