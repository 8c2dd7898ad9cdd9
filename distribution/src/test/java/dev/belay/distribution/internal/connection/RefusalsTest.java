package dev.belay.distribution.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.testing.Waiting;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who sends to a full mailbox is told so, one after the other, by somebody who may wait.
@Timeout(30)
class RefusalsTest {
  private final List<Object> told = new CopyOnWriteArrayList<>();

  @Test
  void allAreToldInTheirOrder() throws Exception {
    Refusals refusals = new Refusals("test", told::add);
    for (int i = 0; i < 100; i++) {
      refusals.add(i, 1);
      if (i % 10 == 0) {
        int last = i;
        // The thread ends in between, or not.
        Waiting.until("it is told", () -> told.contains(last));
      }
    }
    Waiting.until("all are told", () -> told.size() == 100);
    assertThat(told).isSortedAccordingTo((a, b) -> Integer.compare((int) a, (int) b));
  }

  @Test
  void oneThatCannotBeToldHoldsUpNobody() throws Exception {
    Refusals refusals =
        new Refusals(
            "test",
            one -> {
              if (one.equals(0)) {
                throw new OutOfMemoryError("thrown by a test");
              }
              told.add(one);
            });
    refusals.add(0, 1);
    refusals.add(1, 1);
    Waiting.until("the next is told", () -> told.contains(1));
    refusals.add(2, 1);
    Waiting.until("and the next", () -> told.contains(2));
  }

  /// Nobody is told before something is free.
  private Refusals heldUntil(CountDownLatch free) {
    return new Refusals(
        "test",
        one -> {
          try {
            free.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
          }
          told.add(one);
        });
  }

  @Test
  void whoAddsDoesNotWaitAndTooManyAreLeftOut() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    Refusals refusals = heldUntil(free);
    for (int i = 0; i < Refusals.MOST + 10; i++) {
      refusals.add(i, 1);
    }
    assertThat(told).isEmpty();
    free.countDown();
    Waiting.until("all that waited are told", () -> told.size() == Refusals.MOST);
    refusals.add("later", 1);
    Waiting.until("it goes on", () -> told.contains("later"));
    assertThat(told).hasSize(Refusals.MOST + 1);
  }

  @Test
  void notTooMuchIsKept() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    Refusals refusals = heldUntil(free);
    for (int i = 0; i < 10; i++) {
      refusals.add(i, (int) (Refusals.MOST_BYTES / 4));
    }
    free.countDown();
    Waiting.until("all that waited are told", () -> told.size() == 4);
    refusals.add("later", (int) (2 * Refusals.MOST_BYTES));
    Waiting.until("it goes on", () -> told.contains("later"));
    assertThat(told).containsExactly(0, 1, 2, 3, "later");
  }
}
