package dev.belay.distribution.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Many senders at once, each of which blocks when it is told to, and a writer that sleeps when
/// there is nothing to write.
class OutgoingQueueStormTest {
  private static final int SENDERS = 8;
  private static final int SIGNALS = 2_000;

  private final Semaphore wakes = new Semaphore(0);
  private final OutgoingQueue queue = new OutgoingQueue(20_000, wakes::release);
  private final Writing writing = new Writing();
  private final AtomicInteger live = new AtomicInteger(SENDERS);

  /// Blocks a thread until it is told; counts how often it was.
  private static final class Blocking implements OutgoingQueue.Waiter {
    final Semaphore told = new Semaphore(0);
    boolean isTaken;

    @Override
    public void resume(boolean taken) {
      isTaken = taken;
      told.release();
    }
  }

  private int send(String sender, Random random) throws InterruptedException {
    int waits = 0;
    for (int i = 0; i < SIGNALS; i++) {
      int bytes = random.nextInt(100) == 0 ? 100_000 : random.nextInt(500);
      Outbound message = Writing.message(sender, i, bytes);
      if (random.nextInt(10) == 0) {
        queue.owe(sender, message);
        continue;
      }
      Blocking waiter = new Blocking();
      switch (queue.offer(sender, message, waiter)) {
        case TAKEN -> {}
        case WAITS -> {
          waits++;
          waiter.told.acquire();
          if (!waiter.isTaken) {
            return waits;
          }
          assertThat(waiter.told.availablePermits()).isZero();
        }
        case CLOSED -> {
          return waits;
        }
        case REFUSED -> throw new AssertionError("refused, although there is a waiter");
      }
    }
    return waits;
  }

  private Integer sendAll(int index, long seed) throws InterruptedException {
    try {
      return send("s" + index, new Random(seed + index));
    } finally {
      if (live.decrementAndGet() == 0) {
        queue.tick();
      }
    }
  }

  /// Writes until all senders are done and there is nothing left, or the queue is closed.
  private void write(int frames) throws InterruptedException {
    for (int i = 0; i < frames; ) {
      ByteBuffer frame = queue.poll();
      if (frame != null) {
        writing.read(frame);
        i++;
      } else if (live.get() == 0 && queue.isEmpty()) {
        return;
      } else {
        wakes.acquire();
      }
    }
  }

  private int storm(long seed, int frames) throws InterruptedException, ExecutionException {
    int waits = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        int index = i;
        senders.add(() -> sendAll(index, seed));
      }
      List<Future<Integer>> results = new ArrayList<>();
      for (Callable<Integer> sender : senders) {
        results.add(threads.submit(sender));
      }
      write(frames);
      if (frames < Integer.MAX_VALUE) {
        queue.close();
      }
      for (Future<Integer> result : results) {
        waits += result.get();
      }
    }
    return waits;
  }

  @Test
  void allComesOnceAndInOrder() throws InterruptedException, ExecutionException {
    long seed = System.nanoTime();
    int waits = storm(seed, Integer.MAX_VALUE);
    assertThat(waits).as("seed %d", seed).isPositive();
    Map<String, Long> last = new HashMap<>();
    for (Writing.Sent sent : writing.come) {
      assertThat(sent.number())
          .as("seed %d, %s", seed, sent.sender())
          .isEqualTo(last.getOrDefault(sent.sender(), -1L) + 1);
      last.put(sent.sender(), sent.number());
    }
    assertThat(last).hasSize(SENDERS);
    assertThat(last.values()).containsOnly(SIGNALS - 1L);
  }

  @Test
  void closingLetsEverybodyGo() throws InterruptedException, ExecutionException {
    long seed = System.nanoTime();
    storm(seed, 1 + new Random(seed).nextInt(3_000));
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
  }
}
