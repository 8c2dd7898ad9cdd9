package dev.belay.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Node;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A storm over a tree of supervisors and servers: whoever is struck, and whenever, the tree is
/// whole afterwards, nothing is left over, at most one at a time was at each place, and no
/// supervisor went on for longer than its intensity allows.
///
/// The seed decides what the tree is and who is struck, but not how threads interleave.
@BelayTest
class TreeStormTest {
  private static final Tree.Size SMALL = new Tree.Size(4, 4, 18);
  private static final Tree.Size LARGE = new Tree.Size(20, 10, 48);
  private static final int THREADS = 3;

  /// As many at least, however little a busy machine gets done in the time.
  private static final int STROKES = 200;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SHOWN = 20;

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
    expected.maybeReport("");
    String which = "-Dbelay.storm.seed=" + seed;
    System.out.println(which);
    Node node = nodes.start();
    TreeStorm storm = new TreeStorm(node, size, seed);
    TreeStorm untouched = new TreeStorm(nodes.start(), size, seed);
    untouched.begin();
    awaitRest(untouched, untouched, which);
    try (GivingUp givingUp = new GivingUp()) {
      storm.begin();
      storm.strikeTheFrail(new SplittableRandom(seed));
      await("all that are frail gave up", () -> givingUp.count() >= size.branches());
      rage(storm, seed, time);
      awaitRest(storm, untouched, which);
      System.out.printf(
          "%,d strokes at %,d places, %,d starts, %,d supervisors gave up%n",
          storm.strokes(), storm.tree().places().size(), storm.tree().starts(), givingUp.count());
      assertThat(few(storm.verdict())).as(which).isEmpty();
      assertThat(few(untouched.verdict())).as(which).isEmpty();
    }
    for (TreeStorm either : List.of(storm, untouched)) {
      either.end();
      await("nothing is left", () -> either.remains().isEmpty());
      assertThat(few(either.remains())).as(which).isEmpty();
    }
    assertThat(node.quarantined()).as(which).isEmpty();
  }

  /// Strikes from several plain threads.
  private static void rage(TreeStorm storm, long seed, Duration time) throws InterruptedException {
    long begin = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    SplittableRandom seeds = new SplittableRandom(seed);
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

  private static void await(String what, BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begin)
          .as("not in time: " + what)
          .isLessThan(PATIENCE.toNanos());
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void awaitRest(TreeStorm storm, TreeStorm untouched, String which) {
    long begin = System.nanoTime();
    List<String> unrest = storm.unrest(untouched);
    while (!unrest.isEmpty()) {
      assertThat(System.nanoTime() - begin)
          .as("%s: not within %s: %s", which, PATIENCE, few(unrest))
          .isLessThan(PATIENCE.toNanos());
      LockSupport.parkNanos(20_000_000);
      unrest = storm.unrest(untouched);
    }
  }

  private static List<String> few(List<String> all) {
    return all.size() <= SHOWN ? all : all.subList(0, SHOWN);
  }

  /// Counts supervisors that say that they give up.
  private static final class GivingUp extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.belay");
    private final AtomicLong count = new AtomicLong();

    GivingUp() {
      logger.addHandler(this);
    }

    long count() {
      return count.get();
    }

    @Override
    public void publish(LogRecord record) {
      if (record.getMessage().contains(" would be restart number ")) {
        count.incrementAndGet();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }
}
