package dev.belay.distribution.internal.wire;

import static dev.belay.distribution.internal.wire.OutgoingQueue.Offer.CLOSED;
import static dev.belay.distribution.internal.wire.OutgoingQueue.Offer.REFUSED;
import static dev.belay.distribution.internal.wire.OutgoingQueue.Offer.TAKEN;
import static dev.belay.distribution.internal.wire.OutgoingQueue.Offer.WAITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// In what order frames are written, who has to wait, and who is told of what how often.
class OutgoingQueueTest {
  private static final int KIB = 1 << 10;
  private static final int LIMIT = 10 * KIB;

  private final List<String> told = new ArrayList<>();
  private int wakes;
  private final OutgoingQueue queue = new OutgoingQueue(LIMIT, () -> wakes++);
  private final Writing writing = new Writing();

  private void owe(String sender, long number, int bytes) {
    assertThat(queue.owe(sender, Writing.message(sender, number, bytes))).isTrue();
  }

  private OutgoingQueue.Offer offer(String sender, long number, int bytes) {
    return queue.offer(sender, Writing.message(sender, number, bytes), waiter(sender + number));
  }

  private OutgoingQueue.Waiter waiter(String name) {
    return isTaken -> told.add(name + (isTaken ? "" : " dropped"));
  }

  private List<String> next(int count) {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(writing.next(queue));
    }
    return frames;
  }

  /// Fills the line up to the limit, with signals that the runtime owes.
  private void fill() {
    owe("full", 0, LIMIT);
  }

  @Test
  void wholeFramesComeInTheOrderInWhichTheyCame() {
    owe("a", 1, 10);
    owe("b", 1, 10);
    assertThat(offer("a", 2, 10)).isEqualTo(TAKEN);
    owe("c", 1, 10);
    assertThat(writing.all(queue)).containsExactly("S a1", "S b1", "S a2", "S c1");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aGreatSignalComesInFragments() {
    owe("a", 1, 200 * KIB);
    assertThat(writing.all(queue)).containsExactly("F1", "F1", "F1", "F1 a1");
  }

  @Test
  void greatSignalsTakeTurns() {
    owe("a", 1, 200 * KIB);
    owe("b", 1, 150 * KIB);
    owe("c", 1, 100 * KIB);
    List<String> frames = writing.all(queue);
    // The first one has been alone for the time of a fragment.
    assertThat(frames)
        .containsExactly("F1", "F1", "F2", "F3", "F1", "F2", "F3 c1", "F1 a1", "F2 b1");
  }

  @Test
  void aGreatSignalThatComesLaterTakesItsTurn() {
    owe("a", 1, 1_000 * KIB);
    next(3);
    owe("b", 1, 70 * KIB);
    assertThat(next(4)).containsExactly("F1", "F2", "F1", "F2 b1");
  }

  @Test
  void smallSignalsOfOthersPassBetweenFragments() {
    owe("a", 1, 300 * KIB);
    next(1);
    owe("b", 1, 10);
    owe("c", 1, 10);
    assertThat(next(4)).containsExactly("S b1", "S c1", "F1", "F1");
    owe("b", 2, 10);
    assertThat(writing.all(queue)).containsExactly("S b2", "F1", "F1 a1");
  }

  @Test
  void aSmallSignalWaitsForOneFragmentAtMostHoweverManyGreatOnesThereAre() {
    for (int i = 0; i < 20; i++) {
      owe("great" + i, 1, 500 * KIB);
    }
    next(30);
    for (int i = 0; i < 50; i++) {
      owe("small", i, 10);
      assertThat(next(2)).contains("S small" + i);
    }
  }

  @Test
  void manySmallSignalsDoNotStopAGreatOne() {
    owe("a", 1, 300 * KIB);
    int frames = 0;
    int sinceFragment = 0;
    for (int i = 0; writing.come.isEmpty() || !writing.come.getLast().sender().equals("a"); i++) {
      owe("b", 2L * i, KIB);
      owe("b", 2L * i + 1, KIB);
      String next = writing.next(queue);
      frames++;
      sinceFragment = next.startsWith("F") ? 0 : sinceFragment + 1;
      assertThat(sinceFragment).isLessThanOrEqualTo(64);
    }
    assertThat(frames).isLessThan(5 * 64 + 10);
  }

  @Test
  void whatASenderSendsAfterAGreatSignalComesAfterAllOfIt() {
    owe("a", 0, 10);
    owe("a", 1, 100 * KIB);
    owe("a", 2, 10);
    owe("a", 3, 10);
    owe("b", 1, 10);
    assertThat(writing.all(queue)).containsExactly("S a0", "F1", "S b1", "F1 a1", "S a2", "S a3");
  }

  @Test
  void aSenderThatDiesInTheMiddleOfAGreatSignalFinishesIt() {
    assertThat(offer("a", 1, 300 * KIB)).isEqualTo(TAKEN);
    next(2);
    OutgoingQueue.Waiter waiter = waiter("a2");
    assertThat(queue.offer("a", Writing.message("a", 2, 10), waiter)).isEqualTo(WAITS);
    // It is killed while it waits to send the next one; these are its exits.
    assertThat(queue.cancel(waiter)).isTrue();
    owe("a", 3, 10);
    owe("a", 4, 100 * KIB);
    owe("a", 5, 10);
    assertThat(writing.all(queue))
        .containsExactly("F1", "F1", "F1 a1", "S a3", "F2", "F2 a4", "S a5");
    assertThat(told).isEmpty();
    assertThat(writing.openSequences()).isZero();
  }

  @Test
  void severalGreatSignalsOfOneSenderComeOneAfterTheOther() {
    for (int i = 0; i < 3; i++) {
      owe("a", 2L * i, 100 * KIB);
      owe("a", 2L * i + 1, 10);
    }
    owe("b", 1, 300 * KIB);
    writing.all(queue);
    assertThat(writing.come.stream().filter(sent -> sent.sender().equals("a")))
        .extracting(Writing.Sent::number)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aboveTheLimitOrdinarySignalsWait() {
    for (int i = 0; i < 10; i++) {
      assertThat(offer("a", i, KIB)).isEqualTo(TAKEN);
    }
    assertThat(offer("a", 10, KIB)).isEqualTo(WAITS);
    assertThat(offer("b", 1, 10)).isEqualTo(WAITS);
    assertThat(queue.offer("c", Writing.message("c", 1, 10), null)).isEqualTo(REFUSED);
    owe("d", 1, KIB);
    assertThat(told).isEmpty();
    // Ten and what was owed; below the limit after two.
    assertThat(next(1)).containsExactly("S a0");
    assertThat(told).isEmpty();
    assertThat(next(1)).containsExactly("S a1");
    assertThat(told).containsExactly("a10");
    assertThat(next(1)).containsExactly("S a2");
    assertThat(told).containsExactly("a10", "b1");
    writing.all(queue);
    assertThat(told).containsExactly("a10", "b1");
    assertThat(writing.come).hasSize(13);
    assertThat(offer("c", 1, 10)).isEqualTo(TAKEN);
  }

  @Test
  void whoWaitsIsTakenInTurnAndToldOnce() {
    fill();
    for (int i = 0; i < 1_000; i++) {
      assertThat(offer("s" + i % 7, i, KIB)).isEqualTo(WAITS);
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      expected.add("s" + i % 7 + i);
    }
    for (int i = 0; i < 1_001; i++) {
      // A few more than fit, one more with each that is written; never all at once.
      assertThat(told).hasSizeLessThanOrEqualTo(i + 10);
      next(1);
    }
    assertThat(told).isEqualTo(expected);
    assertThat(next(1)).containsExactly("-");
    assertThat(writing.come).hasSize(1_001);
  }

  @Test
  void aWaitThatIsCancelledIsNotTold() {
    fill();
    OutgoingQueue.Waiter waiter = waiter("a1");
    assertThat(queue.offer("a", Writing.message("a", 1, 10), waiter)).isEqualTo(WAITS);
    assertThat(offer("b", 1, 10)).isEqualTo(WAITS);
    assertThat(queue.cancel(waiter)).isTrue();
    assertThat(queue.cancel(waiter)).isFalse();
    assertThat(writing.all(queue)).containsExactly("S full0", "S b1");
    assertThat(told).containsExactly("b1");
  }

  @Test
  void aWaitThatIsOverIsNotCancelled() {
    fill();
    OutgoingQueue.Waiter waiter = waiter("a1");
    queue.offer("a", Writing.message("a", 1, 10), waiter);
    next(1);
    assertThat(told).containsExactly("a1");
    assertThat(queue.cancel(waiter)).isFalse();
    assertThat(writing.all(queue)).containsExactly("S a1");
    // It may wait again.
    fill();
    assertThat(queue.offer("a", Writing.message("a", 2, 10), waiter)).isEqualTo(WAITS);
  }

  @Test
  void oneWaiterWaitsForOneSignal() {
    fill();
    OutgoingQueue.Waiter waiter = waiter("a");
    queue.offer("a", Writing.message("a", 1, 10), waiter);
    assertThatThrownBy(() -> queue.offer("a", Writing.message("a", 2, 10), waiter))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSenderWaitsForItsOwnGreatSignal() {
    assertThat(offer("a", 1, 200 * KIB)).isEqualTo(TAKEN);
    assertThat(offer("a", 2, 10)).isEqualTo(WAITS);
    assertThat(offer("a", 3, 100 * KIB)).isEqualTo(WAITS);
    assertThat(offer("a", 4, 10)).isEqualTo(WAITS);
    assertThat(offer("b", 1, 10)).isEqualTo(TAKEN);
    assertThat(next(4)).containsExactly("F1", "S b1", "F1", "F1");
    assertThat(told).isEmpty();
    assertThat(next(1)).containsExactly("F1 a1");
    assertThat(told).containsExactly("a2", "a3");
    assertThat(next(3)).containsExactly("S a2", "F2", "F2 a3");
    assertThat(told).containsExactly("a2", "a3", "a4");
    assertThat(writing.all(queue)).containsExactly("S a4");
  }

  @Test
  void aGreatSignalDoesNotMakeOthersWait() {
    for (int i = 0; i < 20; i++) {
      assertThat(offer("great" + i, 1, 2_000 * KIB)).isEqualTo(TAKEN);
    }
    assertThat(offer("b", 1, 10)).isEqualTo(TAKEN);
    owe("great0", 2, 5 * LIMIT);
    assertThat(offer("b", 2, 10)).isEqualTo(TAKEN);
  }

  @Test
  void whoWaitsForItsOwnAndWhoWaitsForRoom() {
    assertThat(offer("a", 1, 100 * KIB)).isEqualTo(TAKEN);
    assertThat(offer("a", 2, 10)).isEqualTo(WAITS);
    fill();
    assertThat(offer("b", 1, 10)).isEqualTo(WAITS);
    // The great one is begun; after that the line, with the first that waited for room.
    assertThat(next(3)).containsExactly("F1", "S full0", "S b1");
    assertThat(told).containsExactly("b1");
    assertThat(next(2)).containsExactly("F1 a1", "S a2");
    assertThat(told).containsExactly("b1", "a2");
  }

  @Test
  void whatIsOwedComesBeforeWhatWaits() {
    fill();
    assertThat(offer("a", 1, 10)).isEqualTo(WAITS);
    owe("a", 2, 100 * KIB);
    // Now it waits for its own.
    assertThat(next(3)).containsExactly("S full0", "F1", "F1 a2");
    assertThat(told).containsExactly("a1");
    assertThat(writing.all(queue)).containsExactly("S a1");
  }

  @Test
  void ticksComeBeforeEverythingElseButNotWithinAFrame() {
    owe("a", 1, 100 * KIB);
    fill();
    queue.tick();
    assertThat(queue.isEmpty()).isFalse();
    assertThat(next(2)).containsExactly("tick", "F1");
    queue.tick();
    queue.tick();
    assertThat(writing.all(queue)).containsExactly("tick", "S full0", "F1 a1");
  }

  @Test
  void theWriterIsWokenOnceAfterItHasSeenNothing() {
    owe("a", 1, 10);
    assertThat(wakes).as("the writer has not looked yet").isZero();
    writing.all(queue);
    owe("a", 2, 10);
    owe("a", 3, 10);
    offer("a", 4, 10);
    queue.tick();
    assertThat(wakes).isEqualTo(1);
    next(1);
    owe("a", 5, 10);
    assertThat(wakes).as("the writer has not seen nothing since").isEqualTo(1);
    writing.all(queue);
    offer("a", 6, 10);
    assertThat(wakes).isEqualTo(2);
    writing.all(queue);
    queue.tick();
    assertThat(wakes).isEqualTo(3);
    writing.all(queue);
    queue.close();
    queue.close();
    assertThat(wakes).isEqualTo(4);
  }

  @Test
  void closingDropsAllAndTells() {
    owe("a", 1, 200 * KIB);
    owe("a", 2, 10);
    owe("a", 3, 200 * KIB);
    next(1);
    fill();
    assertThat(offer("a", 4, 10)).isEqualTo(WAITS);
    assertThat(offer("b", 1, 10)).isEqualTo(WAITS);
    queue.tick();
    assertThat(queue.isClosed()).isFalse();
    assertThat(queue.close()).isEqualTo(4);
    assertThat(told).containsExactlyInAnyOrder("a4 dropped", "b1 dropped");
    assertThat(queue.isClosed()).isTrue();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
    assertThat(offer("c", 1, 10)).isEqualTo(CLOSED);
    assertThat(queue.owe("c", Writing.message("c", 1, 10))).isFalse();
    queue.tick();
    assertThat(queue.poll()).isNull();
    assertThat(queue.close()).isZero();
    assertThat(told).hasSize(2);
  }

  @Test
  void aWaiterThatThrowsClosesAndTheOthersAreToldAllTheSame() {
    fill();
    queue.offer(
        "a",
        Writing.message("a", 1, 10),
        _ -> {
          throw new IllegalStateException("no");
        });
    offer("b", 1, 10);
    assertThatThrownBy(queue::poll).isInstanceOf(IllegalStateException.class);
    assertThat(told).containsExactly("b1");
    assertThat(queue.isClosed()).isTrue();
  }

  @Test
  void limitsArePositive() {
    assertThatIllegalArgumentException().isThrownBy(() -> new OutgoingQueue(0, () -> {}));
  }

  /// Random calls; of each sender what was taken comes in this order, once, and nobody waits for
  /// ever.
  @Test
  void randomCalls() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      new RandomCalls(random).run("seed " + seed + ", round " + round);
    }
  }

  private static final class RandomCalls {
    private final Random random;
    private final OutgoingQueue queue;
    private final Writing writing = new Writing();
    private final Map<String, List<Long>> taken = new HashMap<>();
    private final List<OutgoingQueue.Waiter> waiting = new ArrayList<>();
    private long number;

    RandomCalls(Random random) {
      this.random = random;
      queue = new OutgoingQueue(1 + random.nextInt(20 * KIB), () -> {});
    }

    private void take(String sender, long sent) {
      taken.computeIfAbsent(sender, _ -> new ArrayList<>()).add(sent);
    }

    /// Waits in the name of a sender.
    private final class Wait implements OutgoingQueue.Waiter {
      private final String sender;
      private final long sent;

      Wait(String sender, long sent) {
        this.sender = sender;
        this.sent = sent;
      }

      @Override
      public void resume(boolean isTaken) {
        assertThat(isTaken).isTrue();
        assertThat(waiting.remove(this)).as("told once").isTrue();
        take(sender, sent);
      }
    }

    private void step() {
      String sender = "s" + random.nextInt(5);
      int bytes =
          random.nextInt(6) == 0 ? 70 * KIB + random.nextInt(200 * KIB) : random.nextInt(3 * KIB);
      switch (random.nextInt(8)) {
        case 0 -> {
          number++;
          queue.owe(sender, Writing.message(sender, number, bytes));
          take(sender, number);
        }
        case 1, 2 -> {
          number++;
          Wait wait = new Wait(sender, number);
          OutgoingQueue.Offer offer =
              queue.offer(sender, Writing.message(sender, number, bytes), wait);
          if (offer == TAKEN) {
            take(sender, number);
          } else {
            assertThat(offer).isEqualTo(WAITS);
            waiting.add(wait);
          }
        }
        case 3 -> {
          if (!waiting.isEmpty()) {
            assertThat(queue.cancel(waiting.remove(random.nextInt(waiting.size())))).isTrue();
          }
        }
        case 4 -> queue.tick();
        default -> writing.next(queue);
      }
    }

    void run(String where) {
      for (int i = 0; i < 400; i++) {
        step();
      }
      writing.all(queue);
      assertThat(waiting).as(where).isEmpty();
      Map<String, List<Long>> come = new HashMap<>();
      writing.come.forEach(
          sent -> come.computeIfAbsent(sent.sender(), _ -> new ArrayList<>()).add(sent.number()));
      assertThat(come).as(where).isEqualTo(taken);
      assertThat(writing.openSequences()).as(where).isZero();
      assertThat(queue.close()).as(where).isZero();
    }
  }
}
