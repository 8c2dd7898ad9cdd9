package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Trace;
import dev.belay.TraceEvent;
import dev.belay.TraceFilter;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/// The same seed gives the same order of events at the same times; other seeds give others.
class SameSeedTest {
  private static final int RUNS = 12;

  /// The events of each run.
  private static final List<List<String>> EVENTS = new ArrayList<>();

  @BelayTest
  @Tag("subject")
  static class Subjects {
    @Interleaved(runs = RUNS)
    void aTreeUnderKills(Node node, Probe probe, Expected expected) {
      expected.maybeReport("supervisor <");
      List<String> events = new ArrayList<>();
      EVENTS.add(events);
      try (Trace trace = node.trace(TraceFilter.ALL, event -> events.add(line(event)), 100_000)) {
        SupervisorRef top = SupervisedTest.start(node, Supervisor.oneForAll());
        Pid one = probe.spawn(() -> SupervisedTest.play(node, top, "a", "b"));
        Pid two = probe.spawn(() -> SupervisedTest.play(node, top, "b", "a"));
        probe.expectDown(one, ExitReason.NORMAL);
        probe.expectDown(two, ExitReason.NORMAL);
        top.stop();
        assertThat(trace.flush(Duration.ofSeconds(1))).isTrue();
        assertThat(trace.dropped()).isZero();
      }
    }

    private static String line(TraceEvent event) {
      return event.sequence()
          + " at "
          + event.nanos()
          + ": "
          + event.kind()
          + " "
          + event.signal()
          + " "
          + event.from()
          + " "
          + event.to()
          + " "
          + event.outcome();
    }
  }

  @Test
  void theSameSeedDoesTheSame() {
    List<List<String>> once = run();
    List<List<String>> again = run();
    for (int i = 0; i < RUNS; i++) {
      assertThat(again.get(i)).as("run %s", i + 1).isEqualTo(once.get(i)).hasSizeGreaterThan(100);
    }
    assertThat(new HashSet<>(once)).hasSizeGreaterThan(RUNS / 2);
  }

  private static List<List<String>> run() {
    EVENTS.clear();
    assertThat(
            Outcomes.of(Subjects.class, "aTreeUnderKills", Node.class, Probe.class, Expected.class))
        .hasSize(RUNS)
        .allMatch(result -> result.getStatus() == Status.SUCCESSFUL);
    return List.copyOf(EVENTS);
  }
}
