package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A verb that is called where the stack runs out is done or was not begun, at every depth, and
/// whoever it was to wake is woken (section 9 of decision 0001).
class StackOverflowTest {
  private static final List<String> VERBS =
      List.of(
          "send",
          "link",
          "unlink",
          "monitor",
          "demonitor",
          "spawn",
          "register",
          "own",
          "alias",
          "exit",
          "sendAfter",
          "timedReceive");

  @Test
  void leavesNoVerbHalfDone() throws Exception {
    leavesNoVerbHalfDone("receive", 20, 20_000);
  }

  @Test
  @Tag("full")
  void leavesNoVerbHalfDoneInManyRounds() throws Exception {
    leavesNoVerbHalfDone("receive", 400, 100_000);
  }

  @Test
  @Tag("full")
  void leavesNoVerbHalfDoneInTurns() throws Exception {
    leavesNoVerbHalfDone("turns", 50, 20_000);
  }

  private static void leavesNoVerbHalfDone(String style, int rounds, int calls) throws Exception {
    List<String> args =
        new ArrayList<>(List.of(style, String.valueOf(rounds), String.valueOf(calls)));
    args.addAll(VERBS);
    String said =
        Forked.run(
            Duration.ofMinutes(8), List.of("-Xmx512m"), Depths.class, args.toArray(String[]::new));
    System.out.print(said);
    assertThat(Arrays.stream(said.split("\n")).filter(line -> line.endsWith(" calls done")))
        .hasSize(2 * VERBS.size());
  }
}
