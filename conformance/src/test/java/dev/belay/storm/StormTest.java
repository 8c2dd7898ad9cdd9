package dev.belay.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Point 13 of the contract: a storm of random operations over 1,000 processes, and a full audit
/// after it.
///
/// The seed decides what each process does, but not how their threads interleave; so it brings back
/// the weather rather than each gust.
@BothStyles
@BelayTest
class StormTest {
  private static final int PROCESSES = 1_000;

  @Test
  void leavesNothingUnsaid(Node node, Expected expected) {
    storm(node, expected, Duration.ofSeconds(5));
  }

  @Test
  @Tag("full")
  void leavesNothingUnsaidHoweverLongItLasts(Node node, Expected expected) {
    storm(node, expected, Duration.ofMinutes(3));
  }

  private static void storm(Node node, Expected expected, Duration time) {
    expected.maybeReport("");
    long seed = Long.getLong("belay.storm.seed", new Random().nextLong());
    System.out.println("-Dbelay.storm.seed=" + seed);
    try (Inbox inbox = node.inbox()) {
      World world = new World(node, inbox, PROCESSES, seed);
      world.rage(time);
      world.rest();
      new Verdict(world).ofTheLiving().pronounce(seed);
      long survivors = world.all.stream().filter(roamer -> roamer.survived).count();
      long acts = world.all.stream().mapToLong(roamer -> roamer.acts).sum();
      System.out.printf(
          "%,d processes, %,d survivors, %,d known deaths, %,d operations%n",
          world.all.size(), survivors, world.reasons.size(), acts);
      world.end();
      new Verdict(world).ofTheDead().pronounce(seed);
      assertThat(survivors).isGreaterThan(PROCESSES / 10);
      assertThat(world.all.size()).isGreaterThan(2 * PROCESSES);
    }
    assertThat(node.quarantined()).isEmpty();
  }
}
