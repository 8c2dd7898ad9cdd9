package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.rules.Machine.event;
import static dev.belay.rules.Machine.since;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.ExitReason;
import dev.belay.MailboxPolicy;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.CallException;
import dev.belay.otp.Request;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerEvent;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Servers that are suspended, above all while they are called: GE3.
@BothStyles
@BelayTest
class SysSuspendTest {
  private static final Duration SHORT = Duration.ofMillis(5);

  private static Clerk.Ask sum() {
    return Clerk.ask((c, call) -> c.answer(call, "the sum"));
  }

  @Rule("GE3")
  @Test
  void aCallWaitsUntilItIsResumed(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Sys.suspend(clerk);
      Request<Object> waits = clerk.request(sum());
      // It serves this, which is behind it in the mailbox.
      assertThat(Sys.status(clerk).mailboxLength()).isEqualTo(1);
      assertThat(waits.poll(Duration.ZERO)).isEmpty();
      Sys.resume(clerk);
      assertThat(waits.await(Await.LONG)).isEqualTo("the sum");
      clerk.stop();
    });
  }

  @Rule({"GE3", "GS12", "GS13"})
  @Test
  void nothingIsLeftOfACallThatDidNotWaitThatLong(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Sys.suspend(clerk);
      assertThat(catchThrowableOfType(CallException.class, () -> clerk.call(sum(), SHORT)))
          .matches(CallException::isTimeout);
      Sys.resume(clerk);
      assertThat(Clerk.handledBy(clerk)).singleElement().isInstanceOf(Clerk.Ask.class);
      assertThat(receive(Duration.ZERO)).isEmpty();
      clerk.stop();
    });
  }

  @Rule("GE3")
  @Test
  void aCallThatIsHandledIsAnsweredFirst(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid pid = clerk.pid().orElseThrow();
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      Request<Object> handled =
          clerk.request(
              Clerk.ask((c, call) -> {
                begun.countDown();
                go.await();
                c.answer(call, "in time");
              }));
      begun.await();
      Monitored suspending = spawnMonitor(() -> Sys.suspend(clerk));
      Await.until(() -> node.info(pid).orElseThrow().messageQueueLength() == 1);
      Request<Object> next = clerk.request(sum());
      go.countDown();
      assertThat(handled.await(Await.LONG)).isEqualTo("in time");
      Await.down(suspending);
      assertThat(Sys.status(clerk).suspended()).isTrue();
      assertThat(next.poll(Duration.ZERO)).isEmpty();
      Sys.resume(clerk);
      assertThat(next.await(Await.LONG)).isEqualTo("the sum");
      clerk.stop();
    });
  }

  /// A call that waits is told the reason, and is not handled.
  @Rule({"GE3", "GS8"})
  @Test
  void aSuspendedServerEndsWhenItIsTold(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Sys.suspend(clerk);
      Request<Object> waits = clerk.request(sum());
      clerk.stop(ExitReason.SHUTDOWN, Await.LONG);
      assertThat(waits.poll(Await.LONG))
          .isEqualTo(Optional.of(new Response.Failure<>(ExitReason.SHUTDOWN, clerk)));
    });
  }

  /// Events that come meanwhile, timeouts among them, are handled when it goes on, in their order.
  @Rule(value = "ST29", otp = "gen_statem:sys1")
  @Test
  void theTimeoutsOfAMachineWaitAsWell(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = Machine.start();
      machine.cast(event("set", m -> m.stay().timeout("name", SHORT, event("timeout"))));
      Sys.suspend(machine);
      if (!Machine.handledNow(machine).contains("first: timeout")) {
        Await.until(() -> Sys.status(machine).mailboxLength() == 1);
      }
      machine.cast(event("behind", m -> m.to("second")));
      assertThat(Sys.status(machine).state()).isEqualTo("first");
      Sys.resume(machine);
      assertThat(since(machine))
          .containsExactly("first: set", "first: timeout", "first: behind", "first > second");
      machine.stop();
    });
  }

  /// What looks at a server, wakes it or ends it does not wait for room, and is not dropped.
  @Rule("GE3")
  @Test
  void aServerWhoseMailboxIsFullIsServedAsWell(Node node) {
    node.run(() -> {
      for (MailboxPolicy policy : MailboxPolicy.values()) {
        SpawnOptions full = SpawnOptions.DEFAULT.mailbox(1, policy);
        ServerRef<Clerk.Order> clerk = Server.start(StartOptions.DEFAULT.spawn(full), Clerk::new);
        Sys.suspend(clerk);
        clerk.cast(new Clerk.Do(c -> {}));
        assertThat(Sys.status(clerk).suspended()).isTrue();
        assertThat(Sys.resume(clerk)).isTrue();
        Await.until(
            () -> Sys.<Clerk, Integer>inspect(clerk, Clerk.class, c -> c.handled.size()) == 1);
        Sys.suspend(clerk);
        clerk.cast(new Clerk.Do(c -> {}));
        clerk.stop();
      }
    });
  }

  @Rule({"GE3", "GS10"})
  @Test
  void aServerOfAnotherNodeIsOutOfReach(Node node) {
    try (Node other = Node.start(NodeOptions.DEFAULT.name("other").daemon(true))) {
      ServerRef<Clerk.Order> clerk = Server.start(other, StartOptions.DEFAULT, Clerk::new);
      node.run(() -> {
        for (Runnable call : List.<Runnable>of(() -> Sys.status(clerk), clerk::stop)) {
          assertThat(catchThrowableOfType(CallException.class, call::run).reason())
              .isEqualTo(ExitReason.NO_CONNECTION);
        }
      });
      assertThat(Sys.status(clerk).suspended()).isFalse();
      clerk.stop();
    }
  }

  @Rule("GE3")
  @Test
  void aTracerThatEndsMeanwhileIsNoneAnyMore(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Monitored tracer = spawnMonitor(() -> Await.message("end"));
      Sys.trace(clerk, tracer.pid());
      Sys.suspend(clerk);
      exit(tracer.pid(), ExitReason.SHUTDOWN);
      Await.down(tracer);
      Await.until(() -> Sys.status(clerk).tracer().isEmpty());
      assertThat(Sys.status(clerk).mailboxLength()).isZero();
      Sys.resume(clerk);
      assertThat(Clerk.handledBy(clerk)).isEmpty();
      clerk.stop();
    });
  }

  @Rule("GE3")
  @Test
  void aTracerIsToldMeanwhileWhatItHasMissed(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Sys.trace(clerk, self());
      for (int i = 0; i < 1_200; i++) {
        send(clerk.pid().orElseThrow(), i);
      }
      Sys.suspend(clerk);
      for (int i = 0; i < 1_000; i++) {
        assertThat(receive(ServerEvent.class, Await.LONG).orElseThrow().what()).isEqualTo(i);
      }
      ServerEvent gap = receive(ServerEvent.class, Await.LONG).orElseThrow();
      assertThat(gap.kind()).isEqualTo(ServerEvent.Kind.LOST);
      assertThat(gap.what()).isEqualTo(200L);
      Sys.resume(clerk);
      clerk.stop();
    });
  }
}
