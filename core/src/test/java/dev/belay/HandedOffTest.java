package dev.belay;

import static dev.belay.Belay.handOff;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is handed off comes to exactly one.
class HandedOffTest {
  private static final int ROUNDS = 20_000;

  record Chunk(String file, HandedOff<byte[]> bytes) {}

  @Test
  void isTakenOnce() {
    byte[] bytes = {1};
    HandedOff<byte[]> handed = handOff(bytes);
    assertThat(handed).hasToString("HandedOff[byte[]]");
    assertThat(handed.holds(byte[].class)).isTrue();
    assertThat(handed.holds(int[].class)).isFalse();
    assertThat(handed.take()).isSameAs(bytes);
    assertThat(handed.holds(byte[].class)).isFalse();
    assertThat(handed.holds(Object.class)).isFalse();
    assertThat(handed).hasToString("HandedOff[taken by " + Thread.currentThread() + "]");
    assertThatExceptionOfType(VerbException.class)
        .isThrownBy(handed::take)
        .withMessageContaining("taken before, by " + Thread.currentThread())
        .withMessageContaining("send each receiver a handOff(…) of its own");
  }

  @Test
  void staysIfItIsOfAnotherClass() {
    HandedOff<byte[]> handed = handOff(new byte[] {1});
    assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> handed.take(int[].class));
    assertThat(handed.take(byte[].class)).containsExactly(1);
    assertThatExceptionOfType(VerbException.class)
        .isThrownBy(() -> handed.take(byte[].class))
        .withMessageStartingWith("take(byte[].class): ");
  }

  /// Two threads that meet at each one, so closely that both are on their way at once.
  @Test
  void isTakenOnceByTwoAtATime() throws Exception {
    List<HandedOff<Integer>> handed =
        IntStream.range(0, ROUNDS).mapToObj(round -> handOff(round)).toList();
    AtomicInteger arrived = new AtomicInteger();
    AtomicInteger had = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Runnable taker =
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            arrived.incrementAndGet();
            for (int spins = 0; arrived.get() < 2 * (round + 1); spins++) {
              if (spins > 1_000) {
                LockSupport.parkNanos(1_000);
              } else {
                Thread.onSpinWait();
              }
            }
            try {
              if (handed.get(round).take() == round) {
                had.incrementAndGet();
              }
            } catch (VerbException e) {
              refused.incrementAndGet();
            }
          }
        };
    Thread one = Thread.ofPlatform().start(taker);
    Thread two = Thread.ofPlatform().start(taker);
    one.join();
    two.join();
    assertThat(had).hasValue(ROUNDS);
    assertThat(refused).hasValue(ROUNDS);
  }

  /// The same with development mode and without: one gets it, the others hear who did.
  @Test
  void comesToOneOfSeveralReceivers() {
    for (boolean on : List.of(true, false)) {
      Belay.run(
          NodeOptions.DEFAULT.developmentMode(on),
          () -> {
            Pid me = self();
            Body taker =
                () -> {
                  Chunk chunk = receive(Chunk.class);
                  try {
                    send(me, chunk.bytes().take().length);
                  } catch (VerbException e) {
                    send(me, String.valueOf(e.getMessage()));
                  }
                };
            Pid first = spawn(taker);
            Pid second = spawn(taker);
            Chunk chunk = new Chunk("file", handOff(new byte[3]));
            send(first, chunk);
            assertThat(receive(Integer.class)).isEqualTo(3);
            send(second, chunk);
            assertThat(receive(String.class)).contains("taken before, by " + first);
          });
    }
  }

  @Test
  void isReceivedSelectivelyByWhatIsInIt() {
    Belay.run(
        NodeOptions.DEFAULT.developmentMode(true),
        () -> {
          send(self(), handOff(new int[] {1}));
          send(self(), handOff(new byte[] {2}));
          HandedOff<?> bytes =
              receive(message ->
                  message instanceof HandedOff<?> each && each.holds(byte[].class) ? each : skip());
          assertThat(bytes.take(byte[].class)).containsExactly(2);
          assertThat(receive(HandedOff.class).take()).isEqualTo(new int[] {1});
        });
  }

  /// A selector may skip after all.
  @Test
  void isNotTakenInASelector() {
    Belay.run(() -> {
      send(self(), handOff("thing"));
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(
              () -> receive(message -> message instanceof HandedOff<?> each ? each.take() : skip()))
          .withMessageContaining("inside a selector");
      assertThat(receive(HandedOff.class).take()).isEqualTo("thing");
    });
  }
}
