package dev.belay.rules;

import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Timeouts of `receive`: TM13, TM14, and RV7, which is what they must not break.
@BothStyles
@BelayTest
class ReceiveTimeoutRulesTest {
  private static final Duration NOW = Duration.ZERO;

  @Rule({"TM13", "RV2"})
  @Test
  void theTimeBeginsWithTheReceiveAndOthersDoNotExtendIt(Node node) {
    node.run(() -> {
      Pid me = self();
      AtomicBoolean stop = new AtomicBoolean();
      Monitored noise =
          spawnMonitor(() -> {
            while (!stop.get()) {
              send(me, 1);
              Belay.sleep(Duration.ofMillis(1));
            }
          });
      long start = System.nanoTime();
      Optional<String> result = receive(String.class, Duration.ofMillis(200));
      long took = System.nanoTime() - start;
      stop.set(true);
      assertThat(result).isEmpty();
      assertThat(Duration.ofNanos(took)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
      assertThat(Await.down(noise).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(receive(Integer.class, NOW)).isPresent();
    });
  }

  /// The time that its selector takes is part of the time of a receive.
  @Rule("TM13")
  @Test
  void aSlowSelectorDoesNotPutTheTimeOff(Node node) {
    node.run(() -> {
      for (int i = 0; i < 5; i++) {
        send(self(), i);
      }
      AtomicLong lastLook = new AtomicLong();
      Optional<Object> result =
          receive(
              (Object m) -> {
                long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
                while (System.nanoTime() - until < 0) {
                  Thread.onSpinWait();
                }
                lastLook.set(System.nanoTime());
                return skip();
              },
              Duration.ofMillis(1_200));
      Duration after = Duration.ofNanos(System.nanoTime() - lastLook.get());
      assertThat(result).isEmpty();
      assertThat(after).isLessThan(Duration.ofMillis(900));
    });
  }

  @Rule("TM13")
  @Test
  void zeroLooksAtEveryMessageThatIsThere(Node node) {
    node.run(() -> {
      for (int i = 0; i < 10_000; i++) {
        send(self(), i);
      }
      send(self(), "last");
      assertThat(receive(String.class, NOW)).contains("last");
      assertThat(receive(String.class, NOW)).isEmpty();
      assertThat(receive((Object m) -> m.equals(9_999) ? "found" : skip(), NOW)).contains("found");
      assertThat(receive(NOW)).contains(0);
    });
  }

  @Rule("TM13")
  @Test
  void aTimeoutMayBeAsLongAsAnyDuration(Node node) {
    node.run(() -> {
      Pid me = self();
      spawnMonitor(() -> {
        Await.until(() -> Belay.info(me).orElseThrow().status() == ProcessStatus.WAITING);
        send(me, "hello");
      });
      assertThat(receive(String.class, Duration.ofSeconds(Long.MAX_VALUE))).contains("hello");
    });
  }

  /// A message that comes when the time is nearly over is taken or stays, and is never lost.
  @Rule({"TM13", "RV2"})
  @Test
  void aMessageAndTheTimeoutRace(Node node) {
    node.run(() -> {
      int inTime = 0;
      for (int round = 0; round < 1_000; round++) {
        Belay.sendAfter(Duration.ofNanos(200_000), self(), round);
        Optional<Integer> taken = receive(Integer.class, Duration.ofNanos(190_000 + round * 20L));
        inTime += taken.isPresent() ? 1 : 0;
        assertThat(taken.or(() -> receive(Integer.class, Await.LONG))).contains(round);
      }
      assertThat(receive(NOW)).isEmpty();
      // Half of the rounds wait longer than the timer needs.
      assertThat(inTime).isPositive();
    });
  }

  @Rule(
      value = {"TM14", "RV7"},
      otp = {"receive:gh_5235_missing_save_reset", "receive:gh_5235_recv_mark"})
  @Test
  void aBadTimeoutBreaksNoLaterReceive(Node node) {
    node.run(() -> {
      send(self(), "init");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> receive(m -> m.equals("blipp") ? m : skip(), Duration.ofNanos(-1)))
          .withMessageContaining("a timeout cannot be negative");
      Ref ref = makeRef();
      send(self(), ref);
      assertThat(receive(m -> m.equals("init") ? m : skip(), NOW)).isPresent();
      assertThat(receive(ref, m -> m.equals(ref) ? m : skip(), NOW)).isPresent();

      send(self(), "init2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> receive(String.class, Duration.ofSeconds(-5)));
      assertThatIllegalArgumentException().isThrownBy(() -> receive(Duration.ofSeconds(-5)));
      Ref second = makeRef();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> receive(second, m -> m, Duration.ofSeconds(-5)));
      send(self(), second);
      assertThat(receive(matching("init2"::equals), NOW)).contains("init2");
      assertThat(receive(second, m -> m.equals(second) ? m : skip(), NOW)).contains(second);
      assertThat(receive(NOW)).isEmpty();
    });
  }

  /// As above with what can fail in the middle of a receive here: its selector.
  @Rule("RV7")
  @Test
  void aSelectorThatThrowsBreaksNoLaterReceive(Node node) {
    node.run(() -> {
      for (int i = 0; i < 5; i++) {
        send(self(), i);
      }
      for (int bad = 0; bad < 5; bad++) {
        int number = bad;
        assertThatExceptionOfType(ArithmeticException.class)
            .isThrownBy(() ->
                receive(m -> {
                  if (m.equals(number)) {
                    throw new ArithmeticException("no");
                  }
                  return skip();
                }));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(receive(NOW)).contains(i);
      }
      assertThat(receive(NOW)).isEmpty();
    });
  }
}
