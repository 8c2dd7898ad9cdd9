package dev.belay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The table of a process's links, with few and with many in it.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Thread)
public class LinkTableBenchmark {
  private final LinkTable table = new LinkTable();
  private final List<LinkEnd> ends = new ArrayList<>();
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private int at;

  /// How many links are in the table.
  @Param({"1", "100", "100000"})
  public int links;

  /// For JMH.
  public LinkTableBenchmark() {}

  /// Fills the table.
  @Setup
  public void fill() {
    Cell owner = cell();
    for (int i = 0; i < links; i++) {
      LinkEnd end = new LinkEnd(owner, cell().pid, false);
      ends.add(end);
      table.add(end);
    }
  }

  private Cell cell() {
    return new Cell(node, node.nextPid(), SpawnOptions.DEFAULT, Ancestors.NONE, () -> {});
  }

  /// Ends the node.
  @TearDown
  public void close() {
    node.close();
  }

  /// Finds the link with a peer.
  @Benchmark
  public @Nullable Object find() {
    return table.find(next().peer);
  }

  /// Takes a link out and puts it in again.
  @Benchmark
  public void removeAndAdd() {
    LinkEnd end = next();
    table.remove(end);
    table.add(end);
  }

  private LinkEnd next() {
    at = at + 1 < links ? at + 1 : 0;
    return ends.get(at);
  }
}
