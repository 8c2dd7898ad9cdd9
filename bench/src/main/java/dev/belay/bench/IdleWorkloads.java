package dev.belay.bench;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Pid;
import dev.belay.Turns;
import dev.belay.bench.Work.Ask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/// How many bytes processes hold that wait for a message: the live heap with so many of them, less
/// the live heap without.
final class IdleWorkloads {
  /// So many come and go first, again and again while the system warms up, so that what it makes
  /// once is not counted, and stacks are those of compiled code.
  private static final int BEFOREHAND = 2_000;

  private IdleWorkloads() {}

  /// The processes of a receive-style or turn-style crowd: each tells the driver that it is there,
  /// answers questions, and is idle else.
  static Function<Pid, Body> member(Contender style) {
    return style == Contender.BELAY_TURN
        ? driver ->
            Turns.of(() -> {
              send(driver, Word.READY);
              return new TurnRows.Echo();
            })
        : driver ->
            () -> {
              send(driver, Word.READY);
              ReceiveRows.echo();
            };
  }

  /// A driver that spawns a crowd, says how long that took until all were there, asks everybody
  /// once when told to, says how long the answers took, and ends.
  static Body driver(int processes, Contender style, Pid stage) {
    return () -> {
      Pid[] pids = new Pid[processes];
      Body member = member(style).apply(self());
      long start = System.nanoTime();
      for (int i = 0; i < processes; i++) {
        pids[i] = spawn(member);
      }
      for (int i = 0; i < processes; i++) {
        Word.READY.expect(receive());
      }
      send(stage, System.nanoTime() - start);
      Word.GO.expect(receive());
      start = System.nanoTime();
      Ask ask = new Ask(self());
      for (Pid pid : pids) {
        send(pid, ask);
      }
      for (int i = 0; i < processes; i++) {
        Word.PONG.expect(receive());
      }
      send(stage, System.nanoTime() - start);
    };
  }

  /// One crowd, and what it took.
  ///
  /// @param spawnNanos from the first spawn until the last process was there
  /// @param bytes how much the live heap grew, the driver's array of pids taken off
  /// @param answerNanos from the first question to the last answer
  record Crowd(long spawnNanos, long bytes, long answerNanos) {}

  /// Warms up with small crowds; then spawns a large one, measures it at rest, asks everybody, and
  /// ends it.
  static Crowd crowd(BelayStage stage, int processes, Contender style, long warmUpMillis) {
    long until = System.nanoTime() + warmUpMillis * 1_000_000;
    do {
      crowdOf(stage, BEFOREHAND, style, 0);
    } while (System.nanoTime() - until < 0);
    return crowdOf(stage, processes, style, LiveHeap.bytes());
  }

  private static Crowd crowdOf(BelayStage stage, int processes, Contender style, long before) {
    Pid driver = stage.start(driver(processes, style, stage.pid()));
    long spawnNanos = nanos(stage.next());
    stage.awaitAllIdle();
    if (stage.processes() != processes + 1) {
      throw new IllegalStateException(
          stage.processes() + " processes are there, not " + (processes + 1));
    }
    long bytes = before == 0 ? 0 : LiveHeap.bytes() - before - arrayOf(processes);
    stage.send(driver, Word.GO);
    long answerNanos = nanos(stage.next());
    Object end = stage.next();
    if (!(end instanceof Down)) {
      throw Word.unexpected(end);
    }
    stage.clear();
    return new Crowd(spawnNanos, bytes, answerNanos);
  }

  private static long nanos(Object message) {
    if (message instanceof Long nanos) {
      return nanos;
    }
    throw Word.unexpected(message);
  }

  /// The driver has to know whom to ask; its array is no part of the processes.
  private static long arrayOf(int processes) {
    return processes * 4L;
  }

  /// Bytes of an idle crowd on Belay.
  static Workload onBelay(int processes, Contender style, long warmUpMillis) {
    return new Workload() {
      private final BelayStage stage = new BelayStage();

      @Override
      public double run() {
        return crowd(stage, processes, style, warmUpMillis).bytes();
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }

  /// Bytes of an idle crowd on Pekko. An actor that has announced itself has nothing more to do;
  /// collecting the heap gives it the time to do that.
  static Workload onPekko(int processes, long warmUpMillis) {
    return new Workload() {
      private final PekkoStage stage = new PekkoStage();

      @Override
      public double run() throws Exception {
        long until = System.nanoTime() + warmUpMillis * 1_000_000;
        do {
          stage.run(reading -> {
            reading.since(System.nanoTime());
            return PekkoBonds.crowd(BEFOREHAND, Behaviors::stopped);
          });
        } while (System.nanoTime() - until < 0);
        CompletableFuture<@Nullable Void> allThere = new CompletableFuture<>();
        long before = LiveHeap.bytes();
        stage.start(
            PekkoBonds.crowd(
                processes,
                () -> {
                  allThere.complete(null);
                  return Behaviors.same();
                }));
        allThere.get(BelayStage.LIMIT.toSeconds(), TimeUnit.SECONDS);
        return LiveHeap.bytes() - before;
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}
