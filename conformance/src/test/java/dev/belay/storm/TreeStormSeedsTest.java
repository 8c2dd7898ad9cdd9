package dev.belay.storm;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;

/// The storm of [TreeStormTest] over a smaller tree, in a time of its own, by one seed after the
/// other: the seed decides what the tree is, who is struck, and in which order everybody goes on,
/// so that a storm that does harm can be watched again.
@BelayTest
class TreeStormSeedsTest {
  /// On four levels, 128 places.
  private static final Tree.Size SIZE = new Tree.Size(4, 3, 7);

  private static final Pattern SEED = Pattern.compile("(seed|run) (-?\\d+)(?! of \\d+, seed)");

  @Interleaved(runs = 5)
  void theTreeIsWholeAfterIt(Nodes nodes, Expected expected, TestInfo run)
      throws InterruptedException {
    storm(nodes, expected, run);
  }

  @Tag("full")
  @Interleaved(runs = 300)
  void theTreeIsWholeAfterEachOfMany(Nodes nodes, Expected expected, TestInfo run)
      throws InterruptedException {
    storm(nodes, expected, run);
  }

  private static void storm(Nodes nodes, Expected expected, TestInfo run)
      throws InterruptedException {
    Matcher seed = SEED.matcher(run.getDisplayName());
    if (!seed.find()) {
      throw new AssertionError("no seed in \"" + run.getDisplayName() + "\"");
    }
    Node aside = nodes.start();
    try (Inbox inbox = aside.inbox()) {
      new TreeStormCourse(
              nodes,
              SIZE,
              Long.parseLong(seed.group(2)),
              "-Dbelay.seed=" + seed.group(2),
              new InItsOwnTime(inbox))
          .run(expected);
    }
  }

  /// Several processes of another node strike. Nobody can tell how far the others get meanwhile, as
  /// time stands still as long as anybody has something to do; so what passes between two strokes
  /// are steps of others, and only now and then time.
  private record InItsOwnTime(Inbox inbox) implements TreeStormCourse.Weather {
    private static final int STRIKERS = 3;
    private static final int STROKES = 60;
    private static final int MOST_STEPS = 40;

    @Override
    public void rage(TreeStorm storm, SplittableRandom seeds) {
      for (int i = 0; i < STRIKERS; i++) {
        SplittableRandom random = seeds.split();
        inbox.spawnMonitor(() -> strike(storm, random));
      }
      for (int i = 0; i < STRIKERS; i++) {
        Down down = inbox.receive(Down.class);
        if (!down.reason().equals(ExitReason.NORMAL)) {
          throw new AssertionError("who struck ended: " + down);
        }
      }
    }

    private static void strike(TreeStorm storm, SplittableRandom random) {
      for (int strokes = 0; strokes < STROKES; strokes++) {
        storm.strike(random);
        if (random.nextInt(8) == 0) {
          Belay.sleep(Duration.ofNanos(random.nextInt(6_000_000)));
        } else {
          for (int steps = random.nextInt(MOST_STEPS); steps > 0; steps--) {
            Belay.receive(Duration.ZERO);
          }
        }
      }
    }

    @Override
    public void pause(Duration time) {
      inbox.receive(time);
    }
  }
}
