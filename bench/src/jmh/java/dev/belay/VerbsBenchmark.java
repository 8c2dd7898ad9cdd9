package dev.belay;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// Verbs that need a node or a process. Those of a process are called many times within one, which
/// costs a spawn and a wait for each lot.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class VerbsBenchmark {
  /// So many calls in one process make its spawn vanish in the figure.
  private static final int LOT = 1_000_000;

  private static final Duration LATER = Duration.ofHours(1);

  /// A node, and a mailbox for the thread that measures.
  @State(Scope.Thread)
  public static class Stage {
    private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
    private final Inbox inbox = node.inbox();
    private final Pid me = inbox.pid();

    /// For JMH.
    public Stage() {}

    /// Ends the node.
    @TearDown
    public void close() {
      inbox.close();
      node.close();
    }
  }

  /// A node with timers armed, all of which lie in the far future.
  @State(Scope.Thread)
  public static class Armed {
    /// How many there are besides the one that is measured.
    @Param({"0", "100000"})
    public int others;

    /// For JMH.
    public Armed() {}

    /// Arms them.
    @Setup
    public void arm(Stage stage) {
      for (int i = 0; i < others; i++) {
        stage.inbox.sendAfter(LATER.plusMillis(i), stage.me, "never");
      }
    }
  }

  /// For JMH.
  public VerbsBenchmark() {}

  /// `self()`.
  @Benchmark
  @OperationsPerInvocation(LOT)
  public void self(Stage stage, Blackhole hole) {
    stage.node.run(() -> {
      for (int i = 0; i < LOT; i++) {
        hole.consume(Belay.self());
      }
    });
  }

  /// `send` to itself and `receive`.
  @Benchmark
  @OperationsPerInvocation(LOT)
  public void sendAndReceive(Stage stage, Blackhole hole) {
    stage.node.run(() -> {
      Pid me = Belay.self();
      for (int i = 0; i < LOT; i++) {
        Belay.send(me, "message");
        hole.consume(Belay.receive());
      }
    });
  }

  /// A process that ends at once: spawn it, and wait for the news of its end.
  @Benchmark
  public Object spawnAndDown(Stage stage) {
    stage.inbox.spawnMonitor(() -> {});
    return stage.inbox.receive();
  }

  /// A timer armed and cancelled.
  @Benchmark
  public Object armAndCancel(Stage stage, Armed armed) {
    TimerRef timer = stage.inbox.sendAfter(LATER, stage.me, "never");
    return stage.inbox.cancelTimer(timer).orElseThrow();
  }
}
