package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.otp.CallException;
import dev.belay.otp.Deadlock;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers and their callers when something else goes wrong meanwhile.
@BothStyles
@BelayTest
class ServerFaultsTest {
  private static Clerk.Ask answering(Object reply) {
    return Clerk.ask((c, call) -> c.answer(call, reply));
  }

  /// The node closes while a thread calls: its mailbox ends under its hands.
  @Rule("GS10")
  @Test
  void aThreadWhoseMailboxEndsIsToldAsOthersAre(Node node) throws Exception {
    AtomicReference<@Nullable Pid> waiting = new AtomicReference<>();
    ServerRef<Clerk.Order> clerk = Server.start(node, StartOptions.DEFAULT, Clerk::new);
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 3; i++) {
                Await.until(() -> waiting.get() != null);
                node.exit(Objects.requireNonNull(waiting.getAndSet(null)), ExitReason.KILL);
              }
            });
    assertThat(
            catchThrowable(() ->
                clerk.callForever(Clerk.ask((c, call) -> waiting.set(c.take(call).caller())))))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_CONNECTION));
    AtomicBoolean go = new AtomicBoolean();
    Await.until(() -> node.info(clerk.pid().orElseThrow()).orElseThrow().monitoredBy().isEmpty());
    clerk.cast(
        new Clerk.Do(c -> {
          Await.until(() -> !info(self()).orElseThrow().monitoredBy().isEmpty());
          waiting.set(info(self()).orElseThrow().monitoredBy().getFirst());
          Await.until(go::get);
        }));
    assertThat(catchThrowable(clerk::stop))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_CONNECTION));
    go.set(true);
    Await.until(() -> node.processes().isEmpty());
    assertThat(
            catchThrowable(() ->
                Server.start(
                    node,
                    StartOptions.DEFAULT,
                    () ->
                        Clerk.with(c -> {
                          waiting.set(info(self()).orElseThrow().monitoredBy().getFirst());
                          receive(Void.class);
                        }))))
        .isInstanceOfSatisfying(
            StartException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_CONNECTION));
    killer.join();
    Await.until(() -> node.processes().isEmpty());
  }

  /// It is no call: nobody waits, and it cannot be answered.
  @Rule("GS21")
  @Test
  void aRequestThatWasSentAsAMessageIsAnother(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.Ask sent = answering("to whom?");
      send(clerk.pid().orElseThrow(), sent);
      assertThat(Clerk.handledBy(clerk)).containsExactly(sent);
      clerk.stop();
    });
  }

  @Rule("GS8")
  @Test
  void aStopWithoutAReasonHarmsNobody(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      assertThatNullPointerException().isThrownBy(() -> stopFor(clerk, new ExitReason[1]));
      assertThat(Clerk.tell(clerk, c -> {})).isEqualTo("done");
      clerk.stop();
    });
  }

  private static void stopFor(ServerRef<?> clerk, ExitReason[] reason) {
    clerk.stop(reason[0], Await.LONG);
  }

  /// What completes a future, sends its request, and waits for its reply are processes like others.
  @ParameterizedTest
  @ValueSource(strings = {"future", "courier of futures", "attendant of futures"})
  void allThatServesAFutureMayBeKilled(String label, Node node) throws Exception {
    ServerRef<Clerk.Order> clerk = Server.start(node, StartOptions.DEFAULT, Clerk::new);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger killed = new AtomicInteger();
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                for (Pid pid : node.processes()) {
                  if (node.info(pid).filter(i -> i.label().equals(label)).isPresent()) {
                    node.exit(pid, ExitReason.KILL);
                    killed.incrementAndGet();
                  }
                }
              }
            });
    try {
      for (int round = 0; round < 20 || killed.get() < 20; round++) {
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          futures.add(clerk.callAsync(answering(i), Await.LONG));
        }
        for (int i = 0; i < futures.size(); i++) {
          try {
            assertThat(futures.get(i).get(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(i);
          } catch (ExecutionException e) {
            assertThat(e.getCause())
                .isInstanceOfSatisfying(
                    CallException.class,
                    f -> assertThat(f.reason()).isEqualTo(ExitReason.NO_CONNECTION));
            assertThat(label).isNotEqualTo("future");
          }
        }
      }
    } finally {
      over.set(true);
      killer.join();
    }
    Await.until(() -> node.processes().size() == 1);
    clerk.stop();
  }

  /// Also while other calls are open, for which the process that waits lives on.
  @Test
  void aFutureThatIsGivenUpLeavesNeitherMonitorNorAlias(Node node) throws Exception {
    ServerRef<Clerk.Order> other = Server.start(node, StartOptions.DEFAULT, Clerk::new);
    AtomicReference<From<Object>> last = new AtomicReference<>();
    CompletableFuture<Object> open =
        other.callAsync(Clerk.ask((c, call) -> last.set(c.take(call))), Await.LONG);
    ServerRef<Clerk.Order> clerk = Server.start(node, StartOptions.DEFAULT, Clerk::new);
    Queue<From<Object>> taken = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Object>> futures = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      // Some are cancelled, and the time of others is over.
      Duration timeout = i % 2 == 0 ? Await.LONG : Duration.ofMillis(20);
      futures.add(clerk.callAsync(Clerk.ask((c, call) -> taken.add(c.take(call))), timeout));
    }
    Await.until(() -> taken.size() == 50 && last.get() != null);
    for (int i = 0; i < 50; i++) {
      if (i % 2 == 0) {
        futures.get(i).cancel(true);
      } else {
        assertThat(catchThrowable(futures.get(i)::join)).hasCauseInstanceOf(CallException.class);
      }
    }
    Pid server = clerk.pid().orElseThrow();
    Await.until(() -> node.info(server).orElseThrow().monitoredBy().isEmpty());
    // It may still monitor a courier that has just ended.
    Await.until(() -> node.info(last.get().caller()).orElseThrow().monitors().size() == 1);
    long before = node.dropCounters().noReceiver();
    taken.forEach(from -> from.reply("nobody hears it"));
    assertThat(node.dropCounters().noReceiver() - before).isEqualTo(50);
    last.get().reply("last");
    assertThat(open.get(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("last");
    clerk.stop();
    other.stop();
  }

  /// One that is about to end waits for nobody.
  @Test
  void aServerThatIsExitingIsInNoCircle(Nodes nodes) {
    NodeOptions failing = NodeOptions.DEFAULT.set(Deadlock.POLICY, Deadlock.Policy.FAIL);
    nodes
        .start(failing)
        .run(() -> {
          for (int round = 0; round < 100; round++) {
            ServerRef<Clerk.Order> first = Clerk.start();
            ServerRef<Clerk.Order> second = Clerk.start();
            AtomicReference<Object> end = new AtomicReference<>();
            Clerk.Ask killing =
                Clerk.ask((c, call) -> {
                  exit(first.pid().orElseThrow(), ExitReason.KILL);
                  try {
                    end.set(first.call(answering("alive?"), Await.LONG));
                  } catch (CallException e) {
                    end.set(e.reason());
                  }
                  c.answer(call, "killed");
                });
            first.cast(new Clerk.Do(c -> second.call(killing, Await.LONG)));
            Await.until(() -> end.get() != null);
            assertThat(end.get()).isIn(ExitReason.KILLED, ExitReason.NO_PROC);
            second.stop();
          }
        });
  }

  /// The text of a request is for whoever reads of a failure.
  @Test
  void aCallThatGetsItsReplyNeedsNoText(Node node) {
    node.run(() -> {
      AtomicBoolean asked = new AtomicBoolean();
      ServerRef<Talker.Order> talker = Server.start(Talker::new);
      assertThat(talker.call(new Talker.Say(asked))).isEqualTo("said");
      assertThat(asked).isFalse();
      talker.stop();
    });
  }

  static final class Talker extends Server<Talker.Order> {
    sealed interface Order {}

    record Say(AtomicBoolean asked) implements Order, dev.belay.otp.Call<Order, String> {
      @Override
      public String toString() {
        asked.set(true);
        return "Say";
      }
    }

    @Override
    protected void handleMessage(Order order) {
      switch (order) {
        case Say say -> reply(say, "said");
      }
    }
  }
}
