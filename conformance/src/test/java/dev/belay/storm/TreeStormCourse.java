package dev.belay.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Node;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// A storm over a tree from its beginning to its end, and the comparison with a tree that no storm
/// has touched.
final class TreeStormCourse {
  /// Who strikes, and how time passes.
  interface Weather {
    /// Strikes until the storm is over.
    void rage(TreeStorm storm, SplittableRandom random) throws InterruptedException;

    /// Lets some time pass.
    void pause(Duration time);
  }

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(1);
  private static final Duration GLANCE = Duration.ofMillis(20);
  private static final int SHOWN = 20;

  private final Node node;
  private final String which;
  private final Weather weather;
  private final long seed;
  private final TreeStorm storm;
  private final TreeStorm untouched;

  /// @param seed decides what the tree is and who is struck
  /// @param which how to play it again
  TreeStormCourse(Nodes nodes, Tree.Size size, long seed, String which, Weather weather) {
    this.node = nodes.start();
    this.seed = seed;
    this.which = which;
    this.weather = weather;
    this.storm = new TreeStorm(node, size, seed);
    this.untouched = new TreeStorm(nodes.start(), size, seed);
  }

  /// Lets it come and pass, and looks what is left.
  void run(Expected expected) throws InterruptedException {
    expected.maybeReport("");
    untouched.begin();
    awaitRest(untouched);
    try (GivingUp givingUp = new GivingUp()) {
      storm.begin();
      storm.strikeTheFrail(new SplittableRandom(seed));
      int frail = storm.tree().frail().size();
      await("all that are frail gave up", () -> givingUp.count() >= frail);
      weather.rage(storm, new SplittableRandom(seed));
      awaitRest(storm);
      System.out.printf(
          "%s: %,d strokes at %,d places, %,d starts, %,d supervisors gave up%n",
          which,
          storm.strokes(),
          storm.tree().places().size(),
          storm.tree().starts(),
          givingUp.count());
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

  private void await(String what, BooleanSupplier condition) {
    long begin = node.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(node.nanoTime() - begin)
          .as("%s: not in time: %s", which, what)
          .isLessThan(PATIENCE.toNanos());
      weather.pause(POLL);
    }
  }

  private void awaitRest(TreeStorm either) {
    long begin = node.nanoTime();
    List<String> unrest = either.unrest(untouched);
    while (!unrest.isEmpty()) {
      assertThat(node.nanoTime() - begin)
          .as("%s: not within %s: %s", which, PATIENCE, few(unrest))
          .isLessThan(PATIENCE.toNanos());
      weather.pause(GLANCE);
      unrest = either.unrest(untouched);
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
