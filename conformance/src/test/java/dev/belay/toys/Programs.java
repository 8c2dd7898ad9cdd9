package dev.belay.toys;

import dev.belay.explorer.Scenario;
import dev.belay.explorer.Stage;
import dev.belay.internal.host.Host;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Small programs by chance: three threads, each with a few steps of all kinds. They always end.
final class Programs implements Scenario {
  private static final int THREADS = 3;
  private static final int KINDS = 12;

  private final int[][] steps;
  private final Thread[] threads = new Thread[THREADS];
  private final AtomicInteger count = new AtomicInteger();
  private volatile int x;
  private volatile int y;

  /// Makes a program.
  ///
  /// @param seed from which it follows
  Programs(long seed) {
    Random random = new Random(seed);
    int kinds = 2 + random.nextInt(KINDS - 1);
    int first = random.nextInt(KINDS);
    steps = new int[THREADS][];
    for (int i = 0; i < THREADS; i++) {
      steps[i] =
          random.ints(1 + random.nextInt(4), 0, kinds).map(k -> (first + k) % KINDS).toArray();
    }
  }

  @Override
  public void run(Stage stage) {
    stage.calm(true);
    for (int i = 0; i < THREADS; i++) {
      int me = i;
      threads[i] = stage.host().systemThread("program " + i, true, () -> live(stage.host(), me));
    }
    for (Thread thread : threads) {
      stage.host().start(thread);
    }
    stage.calm(false);
    stage.over();
  }

  private void live(Host host, int me) {
    for (int step : steps[me]) {
      make(host, step, threads[(me + 1) % THREADS], threads[(me + 2) % THREADS], me + 1);
    }
  }

  private void make(Host host, int step, Thread next, Thread last, int value) {
    switch (step) {
      case 0 -> host.parkNanos(this, 1_000);
      case 1 -> host.unpark(next);
      case 2 -> host.unpark(last);
      case 3 -> x = value;
      case 4 -> y = x;
      case 5 -> {
        if (y == 0) {
          x = value;
        }
      }
      case 6 -> guarded(value);
      case 7 -> count.incrementAndGet();
      case 8 -> y = count.get();
      case 9 -> host.interrupt(next);
      case 10 -> host.clearInterrupt();
      default -> {
        if (!last.isAlive()) {
          y = value;
        }
      }
    }
  }

  private synchronized void guarded(int value) {
    if (x != value) {
      y = value;
    }
  }
}
