package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.ExitReason;
import dev.belay.MailboxOverflow;
import dev.belay.MailboxPolicy;
import dev.belay.Name;
import dev.belay.SpawnOptions;
import dev.belay.otp.CallException;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers whose mailbox has a bound, as callers on another node hear of it.
@Timeout(60)
class FullMailboxesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Atom FILLER = Atom.of("filler");

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private TwoBelays nodes;
  private ServerRef<Object> far;

  @BeforeEach
  void start() throws IOException {
    nodes = new TwoBelays(UnaryOperator.identity());
    far = ServerRef.named(nodes.a.node, new Name("busy", TwoBelays.B), Object.class);
  }

  @AfterEach
  void stop() throws IOException {
    free.countDown();
    nodes.close();
  }

  /// A server on B that is busy until it is freed, and has room for one message, which is taken.
  private void busy(MailboxPolicy policy) throws InterruptedException {
    Server.start(
        nodes.b.node,
        StartOptions.DEFAULT.name("busy").spawn(SpawnOptions.DEFAULT.mailbox(1, policy)),
        () ->
            new Server<Object>(Object.class) {
              @Override
              protected void handleMessage(Object message) throws InterruptedException {
                if (message instanceof GenCall call) {
                  reply(call, Atom.OK);
                } else if (!message.equals(FILLER)) {
                  begun.countDown();
                  free.await();
                }
              }
            });
    far.cast(Atom.of("wait"));
    begun.await();
    far.cast(FILLER);
  }

  private static @Nullable Object get(CompletableFuture<?> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static GenCall question() {
    return new GenCall(Atom.of("question"));
  }

  @Test
  void aCallThatFindsNoRoomIsRefused() throws InterruptedException {
    busy(MailboxPolicy.DROP_NEWEST);
    assertThat(String.valueOf(far.call(question()))).startsWith("{error,{overloaded,");
    assertThat(nodes.b.node.dropCounters().newest()).isEqualTo(1);
    free.countDown();
    Waiting.until("there is room", () -> Atom.OK.equals(far.call(question())));
  }

  @Test
  void aCallThatHasToGiveWayIsRefused() throws InterruptedException {
    busy(MailboxPolicy.DROP_OLDEST);
    CompletableFuture<?> older = far.callAsync(question(), LONG);
    Waiting.until("it has its place", () -> nodes.b.node.dropCounters().oldest() == 1);
    CompletableFuture<?> newer = far.callAsync(question(), LONG);
    assertThat(String.valueOf(get(older))).startsWith("{error,{overloaded,");
    assertThat(newer).isNotDone();
    free.countDown();
    assertThat(get(newer)).isEqualTo(Atom.OK);
  }

  /// There is no sender that could be held.
  @Test
  void aCallThatWouldWaitIsLetIn() throws InterruptedException {
    busy(MailboxPolicy.SENDER_WAITS);
    CompletableFuture<?> one = far.callAsync(question(), LONG);
    CompletableFuture<?> other = far.callAsync(question(), LONG);
    free.countDown();
    assertThat(get(one)).isEqualTo(Atom.OK);
    assertThat(get(other)).isEqualTo(Atom.OK);
  }

  @Test
  void aServerThatExitsOfItIsDown() throws InterruptedException {
    busy(MailboxPolicy.EXIT);
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(() -> far.call(question(), LONG))
        .satisfies(
            e -> assertThat(e.reason().toString()).contains(MailboxOverflow.class.getSimpleName()));
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP_NEWEST", "DROP_OLDEST"})
  void aStopNeedsNoRoom(MailboxPolicy policy) throws InterruptedException {
    busy(policy);
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(() -> far.stop(ExitReason.SHUTDOWN, LONG));
    Waiting.until(
        "the order is there",
        () ->
            nodes
                    .b
                    .node
                    .whereis("busy")
                    .flatMap(nodes.b.node::info)
                    .orElseThrow()
                    .messageQueueLength()
                == 2);
    free.countDown();
    get(stopped);
    assertThat(nodes.b.node.whereis("busy")).isEmpty();
    assertThat(nodes.b.node.dropCounters().newest()).isZero();
    assertThat(nodes.b.node.dropCounters().oldest()).isZero();
  }
}
