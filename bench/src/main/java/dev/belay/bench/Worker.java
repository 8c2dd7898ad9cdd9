package dev.belay.bench;

import dev.belay.Body;
import dev.belay.bench.IdleWorkloads.Crowd;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a forked JVM does: one workload in one system, first to warm up, then measured. It prints
/// what it measured, one reading a line, and ends with a line `end`; [Fork] reads it.
public final class Worker {
  /// In the place of a row: a crowd of so many processes.
  static final String BIG = "big";

  /// In the place of a row: a mesh of so many nodes.
  static final String MESH = "mesh";

  private static final int ARGS = 6;

  private Worker() {}

  /// The class and its arguments, as a command line has them.
  ///
  /// @param what the row, or what is in the place of one
  static List<String> args(Contender contender, String what, int size, Effort effort) {
    return List.of(
        Worker.class.getName(),
        contender.id(),
        what,
        Integer.toString(size),
        Long.toString(effort.warmUpMillis()),
        Long.toString(effort.measureMillis()),
        Integer.toString(effort.iterations()));
  }

  /// Measures. Any failure ends the JVM with a status other than 0.
  ///
  /// @param args what [#args(Contender, String, int, Effort)] says, and for rows between nodes
  ///   where these meet
  public static void main(String[] args) {
    PrintStream out = System.out;
    try {
      Contender contender = Contender.of(args[0]);
      int size = Integer.parseInt(args[2]);
      Effort effort =
          new Effort(Long.parseLong(args[3]), Long.parseLong(args[4]), Integer.parseInt(args[5]));
      switch (args[1]) {
        case BIG -> big(contender, size, effort, out);
        case MESH -> MeshWork.measure(size, MeshWork.Times.of(effort)).print(out);
        default -> measure(contender, Row.of(args[1]), size, effort, args, out);
      }
      out.println("end");
      out.flush();
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
    // Not to wait for what a system may still have running.
    System.exit(0);
  }

  private static void big(Contender style, int processes, Effort effort, PrintStream out) {
    try (BelayStage stage = new BelayStage()) {
      Crowd crowd = IdleWorkloads.crowd(stage, processes, style, effort.warmUpMillis());
      out.println("spawn " + (double) crowd.spawnNanos() / processes);
      out.println("bytes " + (double) crowd.bytes() / processes);
      out.println("answer " + (double) crowd.answerNanos() / processes);
    }
  }

  private static void measure(
      Contender contender, Row row, int size, Effort effort, String[] args, PrintStream out)
      throws Exception {
    if (contender == Contender.PEKKO) {
      out.println("pekko " + PekkoStage.about());
    }
    try (Workload workload =
        row.table() == Table.NODES
            ? NodeRows.workload(row, size, Meeting.of(args, ARGS))
            : workload(contender, row, size, effort)) {
      if (row.isBytes()) {
        out.println("sample " + workload.run() / size);
        return;
      }
      repeat(workload, size, effort.warmUpMillis(), 1, null);
      long collecting = LiveHeap.collectionMillis();
      repeat(workload, size, effort.measureMillis(), effort.iterations(), out);
      out.println("gc " + (LiveHeap.collectionMillis() - collecting));
    }
  }

  private static void repeat(
      Workload workload, int size, long millis, int iterations, @Nullable PrintStream out)
      throws Exception {
    long until = System.nanoTime() + millis * 1_000_000;
    for (int i = 0; i < iterations || System.nanoTime() - until < 0; i++) {
      double reading = workload.run() / size;
      if (out != null) {
        out.println("sample " + reading);
      }
    }
  }

  /// Makes a row ready on a system, other than one between nodes.
  static Workload workload(Contender contender, Row row, int size, Effort effort) {
    return switch (contender) {
      case BELAY_RECEIVE, BELAY_TURN ->
          switch (row) {
            case MEMORY -> IdleWorkloads.onBelay(size, contender, effort.warmUpMillis());
            case SERVERS -> ServerWorkloads.idle(size, effort.warmUpMillis());
            case CALL_OUTSIDE -> ServerWorkloads.callsFromOutside(size);
            default -> onBelay(contender, row, size);
          };
      case PEKKO ->
          switch (row) {
            case MEMORY -> IdleWorkloads.onPekko(size, effort.warmUpMillis());
            case CALL_OUTSIDE -> PekkoServers.callsFromOutside(size);
            default -> onPekko(row, size);
          };
      case BELAY, JINTERFACE -> TermRows.workload(contender, row, size);
      case ERLANG, BELAY_ERLANG, ERLANG_BELAY ->
          throw new IllegalArgumentException(contender + " does not run on this JVM alone");
    };
  }

  private static Workload onBelay(Contender style, Row row, int size) {
    return new Workload() {
      private final BelayStage stage = new BelayStage();

      @Override
      public double run() {
        Body driver =
            style == Contender.BELAY_TURN
                ? TurnRows.driver(row, size, stage.pid())
                : ReceiveRows.driver(row, size, stage.pid());
        return stage.run(driver);
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }

  private static Workload onPekko(Row row, int size) {
    return new Workload() {
      private final PekkoStage stage = new PekkoStage();

      @Override
      public double run() throws Exception {
        return stage.run(PekkoRows.driver(row, size));
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}
