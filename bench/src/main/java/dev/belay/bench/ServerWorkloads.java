package dev.belay.bench;

import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.send;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;

/// The workloads with servers that are not those of a driver: how many bytes idle servers hold, and
/// calls of a plain thread.
final class ServerWorkloads {
  private static final int BEFOREHAND = 2_000;

  private ServerWorkloads() {}

  /// A server without a state: all that it holds is not its user's.
  private static final class Stateless extends Server<Stateless.Echo> {
    record Echo(int number) implements Call<Echo, Integer> {}

    @Override
    protected void handleMessage(Echo echo) {
      reply(echo, echo.number());
    }
  }

  /// Starts servers, and calls each when told to.
  private static Body driver(int servers, Pid stage) {
    return () -> {
      Pid[] pids = new Pid[servers];
      for (int i = 0; i < servers; i++) {
        pids[i] = Server.start(Stateless::new).pid().orElseThrow();
      }
      send(stage, Word.READY);
      Word.GO.expect(receive());
      for (int i = 0; i < servers; i++) {
        int answer =
            ServerRef.of(node(), pids[i], Stateless.Echo.class).call(new Stateless.Echo(i));
        ServerRows.check(answer == i, "the answer to " + i, answer);
      }
      send(stage, Word.DONE);
    };
  }

  private static long bytes(BelayStage stage, int servers, long before) {
    Pid driver = stage.start(driver(servers, stage.pid()));
    Word.READY.expect(stage.next());
    stage.awaitAllIdle();
    int there = stage.processes();
    ServerRows.check(there == servers + 1, "the number of servers and the driver", there);
    // The driver's array is no part of the servers.
    long bytes = before == 0 ? 0 : LiveHeap.bytes() - before - servers * 4L;
    stage.send(driver, Word.GO);
    Word.DONE.expect(stage.next());
    Object end = stage.next();
    if (!(end instanceof Down)) {
      throw Word.unexpected(end);
    }
    stage.clear();
    return bytes;
  }

  /// Bytes of idle servers.
  static Workload idle(int servers, long warmUpMillis) {
    return new Workload() {
      private final BelayStage stage = new BelayStage();

      @Override
      public double run() {
        long until = System.nanoTime() + warmUpMillis * 1_000_000;
        do {
          ServerRows.check(bytes(stage, BEFOREHAND, 0) == 0, "what is not counted", 0);
        } while (System.nanoTime() - until < 0);
        return bytes(stage, servers, LiveHeap.bytes());
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }

  /// Calls of this plain thread.
  static Workload callsFromOutside(int calls) {
    return new Workload() {
      private final BelayStage stage = new BelayStage();

      @Override
      public double run() {
        ServerRef<Counter.Message> server =
            Server.start(stage.node(), StartOptions.DEFAULT, Counter::new);
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
          int answer = server.call(new Counter.Echo(i));
          ServerRows.check(answer == i, "the answer to " + i, answer);
        }
        long took = System.nanoTime() - start;
        server.stop();
        return took;
      }

      @Override
      public void close() {
        stage.close();
      }
    };
  }
}
