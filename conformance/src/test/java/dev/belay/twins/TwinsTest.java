package dev.belay.twins;

import static org.assertj.core.api.Assertions.fail;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.ProcessInfo;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs each scenario on the installed Erlang and on Belay, and compares the traces. What Erlang
/// does *is* the expectation.
///
/// Both sides run each scenario several times, each time with fresh processes, and on Belay on a
/// fresh node. All of Erlang's traces have to be equal, or else the scenario says more than Erlang
/// promises; and each of Belay's has to equal them.
@Tag("erlang")
@BothStyles
class TwinsTest {
  private static final int FEWEST_ROUNDS = 2;
  private static final int MOST_ROUNDS = 10;
  private static final Duration TIME_FOR_ROUNDS = Duration.ofMillis(15);
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

  static List<Scenario> scenarios() {
    Path module = Scenario.module();
    return Scenario.join(
        ErlangTraces.run(module.resolve(Scenario.ERLANG_SOURCES), module.resolve("target/twins")));
  }

  @BelayTest
  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void tracesAreEqual(Scenario scenario, Nodes nodes, Expected expected) {
    expected.running();
    expected.maybeCrash(Throwable.class);
    expected.maybeReport(" crashed: ");
    expected.maybeReport("supervisor <");
    Comparison comparison = new Comparison(scenario, Scenario.module());
    comparison.problem().ifPresent(problem -> fail(problem));
    long deadline = System.nanoTime() + TIME_FOR_ROUNDS.toNanos();
    for (int round = 1;
        round <= FEWEST_ROUNDS || (round <= MOST_ROUNDS && System.nanoTime() - deadline < 0);
        round++) {
      comparison.difference(run(scenario, nodes)).ifPresent(difference -> fail(difference));
    }
  }

  /// Runs the Java side once, on a node of its own.
  private static Lanes run(Scenario scenario, Nodes nodes) {
    Node node = nodes.start(NodeOptions.DEFAULT.shutdownTime(Duration.ZERO));
    Trace trace = new Trace();
    try (Inbox inbox = node.inbox()) {
      Monitored main = inbox.spawnMonitor(scenario.body(trace));
      Optional<Down> end = inbox.receive(Down.class, TIME_LIMIT);
      List<String> lines = new ArrayList<>(trace.lines());
      if (end.isEmpty()) {
        lines.add(
            Lanes.FAILURE
                + ": main did not end within "
                + TIME_LIMIT
                + ": "
                + node.info(main.pid()).map(ProcessInfo::toString).orElse("it is dead now"));
      } else if (!end.get().reason().equals(ExitReason.NORMAL)) {
        lines.add(Lanes.FAILURE + ": main ended: " + end.get().reason());
      }
      return Lanes.of(lines);
    }
  }
}
