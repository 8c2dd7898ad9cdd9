package dev.belay.death;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Virtual threads that compute without end, twice as many as there are carriers.
final class Hogs implements AutoCloseable {
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger running = new AtomicInteger();
  private final int carriers = Runtime.getRuntime().availableProcessors();
  private final List<Thread> threads = new ArrayList<>();

  void haveAllCarriers() {
    for (int i = 0; i < 2 * carriers; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            running.incrementAndGet();
            while (!over.get()) {
              Thread.onSpinWait();
            }
          }));
    }
    Await.until("all carriers are busy", () -> running.get() >= carriers);
  }

  void keepThemFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Await.until("the time is over", () -> System.nanoTime() - end >= 0);
  }

  @Override
  public void close() {
    over.set(true);
    Await.until("the carriers are free", () -> threads.stream().noneMatch(Thread::isAlive));
  }
}
