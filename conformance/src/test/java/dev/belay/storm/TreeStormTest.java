package dev.belay.storm;

import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A storm over a tree of supervisors and servers: whoever is struck, and whenever, the tree is
/// whole afterwards, nothing is left over, at most one at a time was at each place, and no
/// supervisor went on for longer than its intensity allows.
///
/// The seed decides what the tree is and who is struck, but not how threads interleave:
/// [TreeStormSeedsTest] decides that, too.
@BelayTest
class TreeStormTest {
  private static final Tree.Size SMALL = new Tree.Size(4, 4, 18);
  private static final Tree.Size LARGE = new Tree.Size(20, 10, 48);

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theTreeIsWholeAfterIt(Nodes nodes, Expected expected) throws InterruptedException {
    for (long seed : seeds(3)) {
      storm(nodes, expected, SMALL, seed, Duration.ofMillis(400));
    }
  }

  @Test
  @Tag("full")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aLargeTreeIsWholeAfterIt(Nodes nodes, Expected expected) throws InterruptedException {
    for (long seed : seeds(1)) {
      storm(nodes, expected, LARGE, seed, Duration.ofSeconds(30));
    }
  }

  private static List<Long> seeds(int several) {
    Long seed = Long.getLong("belay.storm.seed");
    return seed != null ? List.of(seed) : new Random().longs(several).boxed().toList();
  }

  private static void storm(
      Nodes nodes, Expected expected, Tree.Size size, long seed, Duration time)
      throws InterruptedException {
    String which = "-Dbelay.storm.seed=" + seed;
    System.out.println(which);
    new TreeStormCourse(nodes, size, seed, which, new OnTheClock(time)).run(expected);
  }

  /// Several plain threads strike for a time.
  private record OnTheClock(Duration time) implements TreeStormCourse.Weather {
    private static final int THREADS = 3;

    /// As many at least, however little a busy machine gets done in the time.
    private static final int STROKES = 200;

    @Override
    public void rage(TreeStorm storm, SplittableRandom seeds) throws InterruptedException {
      long begin = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = seeds.split();
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  while (System.nanoTime() - begin < time.toNanos() || storm.strokes() < STROKES) {
                    for (int strokes = random.nextInt(1, 12); strokes > 0; strokes--) {
                      storm.strike(random);
                    }
                    LockSupport.parkNanos(random.nextInt(6_000_000));
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    @Override
    public void pause(Duration time) {
      LockSupport.parkNanos(time.toNanos());
    }
  }
}
