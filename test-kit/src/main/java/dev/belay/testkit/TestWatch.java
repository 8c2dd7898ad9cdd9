package dev.belay.testkit;

import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.QuarantinedThread;
import dev.belay.internal.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/// What is watched during one test, and checked at its end.
final class TestWatch {
  private static final Duration SETTLING = Duration.ofSeconds(5);

  /// A test that has failed is likely to leave something behind, which is only said in addition.
  private static final Duration SETTLING_OF_FAILED = Duration.ofMillis(200);

  private static final Duration FLUSHING = Duration.ofSeconds(10);
  private static final long POLL_NANOS = 500_000;

  /// How the reports of supervisors begin.
  private static final String OF_SUPERVISORS = "supervisor <";

  private final Nodes nodes;
  private final Expected expected = new Expected();
  private final ReportLog log = new ReportLog();
  private final List<String> violations = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();
  private final Function<Node, List<String>> brokenBonds;
  private Host host = Host.jdk();
  private @Nullable InterleavedRun run;
  private @Nullable Probe probe;

  /// Makes a watch.
  ///
  /// @param change what is done with the options of each node
  TestWatch(UnaryOperator<NodeOptions> change) {
    this(Bonds::broken, change);
  }

  /// Makes a watch with another way to find broken links and monitors, which no node has.
  TestWatch(Function<Node, List<String>> brokenBonds, UnaryOperator<NodeOptions> change) {
    this.brokenBonds = brokenBonds;
    this.nodes = new Nodes(change);
  }

  Nodes nodes() {
    return nodes;
  }

  Expected expected() {
    return expected;
  }

  /// Returns the test's probe of its own node.
  Probe probe() {
    if (probe == null) {
      probe = Probe.of(nodes.own());
    }
    return probe;
  }

  /// Watches an interleaved run from now on, in its time, and ends it at the end.
  void interleave(InterleavedRun within) {
    run = within;
    host = within.host();
    nodes.interleave(within);
  }

  /// Whether reports can be checked at all.
  boolean hearsReports() {
    return log.isHeard();
  }

  /// Checks everything and closes the nodes.
  ///
  /// @param failed whether the test has failed already
  /// @throws AssertionError if an invariant does not hold
  void end(boolean failed) {
    InterleavedRun within = run;
    if (within == null) {
      check(failed);
      return;
    }
    try {
      checkWithin(within, failed);
    } finally {
      within.leave();
    }
    within.check();
  }

  private void checkWithin(InterleavedRun within, boolean failed) {
    try {
      check(failed || within.isBroken());
    } catch (SeededEnd e) {
      // The turns ended while it waited; without them the nodes can be closed.
      endBroken();
    } catch (AssertionError e) {
      if (!within.isBroken()) {
        within.fail(e);
      }
    }
  }

  private void endBroken() {
    try {
      check(true);
    } catch (AssertionError e) {
      // What is left over when a run is broken off says nothing.
      violations.clear();
    }
  }

  private void check(boolean failed) {
    int reported;
    try {
      Duration settling = failed ? SETTLING_OF_FAILED : SETTLING;
      for (Node node : nodes.all()) {
        violations.addAll(settled(settling, () -> leftOver(node)));
        violations.addAll(settled(settling, () -> brokenBonds.apply(node)));
      }
      checkRunning();
      for (Node node : nodes.all()) {
        if (!node.flushReports(FLUSHING)) {
          violations.add("reports of node " + node.name() + " were not written within " + FLUSHING);
        }
      }
      reported = log.records().size();
      for (Node node : nodes.all()) {
        close(node, settling);
      }
    } finally {
      log.close();
    }
    checkLog(reported);
    if (!violations.isEmpty()) {
      throw failure();
    }
  }

  private void close(Node node, Duration settling) {
    node.close();
    if (!node.processes().isEmpty()) {
      violations.add("node " + node.name() + " is closed, but has " + node.processes());
    }
    violations.addAll(settled(settling, () -> quarantined(node)));
  }

  private List<String> leftOver(Node node) {
    return node.processes().stream()
        .filter(pid -> !expected.mayRun(pid))
        .map(pid -> "a process is left over: " + describe(node, pid))
        .toList();
  }

  private static String describe(Node node, Pid pid) {
    return node.info(pid)
        .map(info ->
            pid
                + (info.label().isEmpty() ? "" : " (" + info.label() + ")")
                + ", "
                + info.status()
                + ", started as "
                + info.initialFunction()
                + (info.owned().isEmpty() ? "" : ", owns " + info.owned()))
        .orElseGet(pid::toString);
  }

  private void checkRunning() {
    List<Pid> all = nodes.all().stream().flatMap(node -> node.processes().stream()).toList();
    for (Pid pid : expected.mustRun()) {
      if (!all.contains(pid)) {
        violations.add(pid + " should still run when the test ends, but is gone");
      }
    }
  }

  private List<String> quarantined(Node node) {
    return node.quarantined().stream()
        .filter(thread -> !expected.mayBeQuarantined(thread.pid()))
        .map(TestWatch::describe)
        .toList();
  }

  private static String describe(QuarantinedThread thread) {
    StringBuilder text = new StringBuilder("a thread of ");
    text.append(thread.pid()).append(" is in quarantine: ").append(thread.stuckIn());
    for (StackTraceElement element : thread.stackWhenDeclared()) {
      text.append("\n    at ").append(element);
    }
    return text.toString();
  }

  /// Looks at the reports. A node that is closed ends all its processes at once: supervisors that
  /// the test has let run on see their children end, cannot restart them, and say so. That is
  /// nobody's fault.
  ///
  /// @param before how many there were before the nodes were closed
  private void checkLog(int before) {
    List<LogRecord> records = new ArrayList<>(log.records());
    records
        .subList(before, records.size())
        .removeIf(record -> ReportLog.text(record).startsWith(OF_SUPERVISORS));
    for (LogRecord record : expected.unexpected(records)) {
      violations.add("unexpected report: " + record.getLevel() + " " + ReportLog.text(record));
      if (record.getThrown() != null) {
        causes.add(record.getThrown());
      }
    }
    if (log.isHeard()) {
      expected.missing(records).forEach(text -> violations.add("not reported: " + text));
    }
  }

  /// Looks again and again until nothing is wrong.
  ///
  /// @return what is wrong in the end
  private List<String> settled(Duration time, Supplier<List<String>> look) {
    long deadline = host.nanoTime() + time.toNanos();
    List<String> wrong = look.get();
    while (!wrong.isEmpty() && host.nanoTime() - deadline < 0) {
      host.parkNanos(this, POLL_NANOS);
      wrong = look.get();
    }
    return wrong;
  }

  private AssertionError failure() {
    AssertionError error =
        new AssertionError(
            "the test does not leave its nodes as it should:\n- "
                + String.join("\n- ", violations));
    causes.forEach(error::addSuppressed);
    return error;
  }
}
