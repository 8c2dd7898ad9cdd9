package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.startTimer;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.Timeout;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Selective receive: section RV, but for what a fresh reference makes cheap
/// ([ReceiveByReferenceRulesTest]).
@BothStyles
@BelayTest
class ReceiveRulesTest {
  private static final Duration NOW = Duration.ZERO;

  @Rule("RV1")
  @Test
  void theOldestThatMatchesIsTakenAndTheOthersKeepTheirOrder(Node node) {
    node.run(() -> {
      List.of("a", 1, "b", 2L, "c", 3, "d").forEach(m -> send(self(), m));
      assertThat(receive(Integer.class)).isEqualTo(1);
      assertThat((Object) receive(m -> m instanceof String s && s.compareTo("b") > 0 ? s : skip()))
          .isEqualTo("c");
      assertThat(receive(Number.class)).isEqualTo(2L);
      assertThat(receive(Number.class, NOW)).contains(3);
      assertThat(receive(Number.class, NOW)).isEmpty();
      assertThat(receive()).isEqualTo("a");
      assertThat(receive()).isEqualTo("b");
      assertThat(receive()).isEqualTo("d");
      assertThat(receive(NOW)).isEmpty();
    });
  }

  /// What a selector sees, and in which order: each message once, the oldest first, until it takes
  /// one.
  @Rule({"RV1", "RV2"})
  @Test
  void aReceiveExaminesEachMessageOnce(Node node) {
    node.run(() -> {
      Pid me = self();
      List<Object> seen = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        send(me, i);
      }
      spawn(() -> {
        // One by one, each when the receiver has looked at all before and waits again.
        for (int i = 100; i < 200; i++) {
          int known = i;
          Await.until(() -> {
            var status = info(me).orElseThrow();
            return status.messageQueueLength() == known && status.status() == ProcessStatus.WAITING;
          });
          send(me, i);
        }
      });
      int taken =
          receive(m -> {
            seen.add(m);
            return m.equals(199) ? 199 : skip();
          });
      assertThat(taken).isEqualTo(199);
      assertThat(seen).isEqualTo(IntStream.range(0, 200).boxed().toList());
      for (int i = 0; i < 199; i++) {
        assertThat(receive()).isEqualTo(i);
      }
    });
  }

  /// Random selective receives, held against the same on a list.
  @Rule({"RV1", "RV2", "RV4"})
  @Test
  void anyOrderOfTakingLeavesTheOthersInOrder(Node node) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    node.run(() -> {
      List<Integer> model = new ArrayList<>();
      Ref ref = makeRef();
      int firstAfterRef = 0;
      int next = 0;
      for (int step = 0; step < 20_000; step++) {
        String where = "seed " + seed + ", step " + step;
        int number = random.nextInt(next + 1);
        int since = firstAfterRef;
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            send(self(), next);
            model.add(next++);
          }
          case 2 ->
              assertThat(receive(m -> m.equals(number) ? m : skip(), NOW).isPresent())
                  .as(where)
                  .isEqualTo(model.removeIf(n -> n == number));
          case 3 ->
              assertThat(receive(NOW).orElse(-1))
                  .as(where)
                  .isEqualTo(model.isEmpty() ? -1 : model.removeFirst());
          case 4 -> {
            Object wanted = model.stream().filter(n -> n >= since).findFirst().orElse(-1);
            assertThat(receive(ref, m -> (Integer) m >= since ? m : skip(), NOW).orElse(-1))
                .as(where)
                .isEqualTo(wanted);
            model.remove(wanted);
          }
          default -> {
            ref = makeRef();
            firstAfterRef = next;
          }
        }
        assertThat(info(self()).orElseThrow().messageQueueLength()).isEqualTo(model.size());
      }
      for (Integer expected : model) {
        assertThat(receive(NOW)).as("seed %s", seed).contains(expected);
      }
    });
  }

  @Rule(value = "RV4", otp = "receive:receive_opt_deferred_save")
  @Test
  void anOrdinaryReceiveWhileAReferenceIsOutstanding(Node node) {
    node.run(() -> {
      Pid me = self();
      spawn(() -> {
        link(me);
        IntStream.rangeClosed(1, 200).forEach(i -> send(me, i));
        send(me, "stop");
        unlink(me);
      });
      Await.until(() -> info(me).orElseThrow().messageQueueLength() == 201);
      Ref ref = makeRef();
      send(me, ref);
      for (int i = 1; i <= 200; i++) {
        Await.message(i);
      }
      assertThat(receive(ref, m -> m.equals(ref) ? m : skip(), NOW)).isPresent();
      assertThat(receive(NOW)).contains("stop");
    });
  }

  /// A server that pours messages and ignored signals on its client between its answers, by chance
  /// but repeatably, over and over again.
  @Rule(value = "RV6", otp = "receive:erl_1199")
  @Test
  void aFloodDoesNotStallTheOneThatMatches(Node node) {
    // A fifth of OTP's time; the test below takes all of it.
    node.run(() -> flood(Duration.ofSeconds(2)));
  }

  @Rule(value = "RV6", otp = "receive:erl_1199")
  @Tag("full")
  @Test
  void aFloodDoesNotStallTheOneThatMatchesForTenSeconds(Node node) {
    node.run(() -> flood(Duration.ofSeconds(10)));
  }

  private record Request(Ref ref, Pid from) {}

  private static void flood(Duration time) {
    AtomicInteger answered = new AtomicInteger();
    Pid server = spawnLink(ReceiveRulesTest::floodServer);
    Monitored client = spawnMonitor(() -> floodClient(server, answered));
    Belay.sleep(time);
    Ref responsive = makeRef();
    send(client.pid(), new Request(responsive, self()));
    Await.message(responsive);
    assertThat(isAlive(client.pid())).isTrue();
    assertThat(answered.get()).isPositive();
    exit(client.pid(), ExitReason.KILL);
    assertThat(Await.down(client).reason()).isEqualTo(ExitReason.KILLED);
    unlink(server);
    exit(server, ExitReason.KILL);
    assertThat(isAlive(server)).isFalse();
  }

  private static void floodServer() {
    Random random = new Random(4711);
    while (true) {
      Object message = receive();
      if (message instanceof Pid client) {
        pour(client, 1_000 + random.nextInt(10_000));
      } else if (message instanceof Request request) {
        int extra = random.nextInt(10_000);
        pour(request.from(), 1_000 + extra);
        send(request.from(), request.ref());
        pour(request.from(), 1_000 + extra);
      }
    }
  }

  private static void pour(Pid client, int count) {
    for (int i = 0; i < count; i++) {
      send(client, "blipp");
      exit(client, ExitReason.NORMAL);
    }
  }

  private static void floodClient(Pid server, AtomicInteger answered) {
    while (true) {
      send(server, self());
      Belay.relinquish();
      Ref ref = Belay.monitor(server);
      send(server, new Request(ref, self()));
      Belay.relinquish();
      receive(ref, m -> m.equals(ref) ? m : skip());
      Belay.demonitor(ref, Demonitor.FLUSH);
      answered.incrementAndGet();
      while (receive(String.class, NOW).isPresent()) {
        // Blipp.
      }
      receive(Request.class, NOW).ifPresent(check -> send(check.from(), check.ref()));
    }
  }

  @Rule("RV8")
  @Test
  void systemMessagesStandInTheQueueLikeAnyOther(Node node) {
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      send(me, "first");
      Pid linked = spawnLink(() -> send(me, "second"));
      Await.until(() -> info(me).orElseThrow().messageQueueLength() == 3);
      Monitored monitored = spawnMonitor(() -> send(me, "third"));
      Await.until(() -> info(me).orElseThrow().messageQueueLength() == 5);
      startTimer(NOW, me, "fourth");
      Await.until(() -> info(me).orElseThrow().messageQueueLength() == 6);
      send(me, "last");
      assertThat(receive()).isEqualTo("first");
      assertThat(receive()).isEqualTo("second");
      assertThat(receive())
          .isInstanceOfSatisfying(Exit.class, e -> assertThat(e.pid()).isEqualTo(linked));
      assertThat(receive()).isEqualTo("third");
      assertThat(receive())
          .isInstanceOfSatisfying(Down.class, d -> assertThat(d.ref()).isEqualTo(monitored.ref()));
      assertThat(receive())
          .isInstanceOfSatisfying(Timeout.class, t -> assertThat(t.message()).isEqualTo("fourth"));
      assertThat(receive()).isEqualTo("last");
    });
  }
}
