package dev.belay.bench;

import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.bench.BelayStage.Took;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The workloads between nodes on Belay's side that measures, with receive-style processes. What
/// the other node does is in [FarParts], or on Erlang.
///
/// A driver is linked with its helper over there, so that it does not wait for a node that is gone.
final class NodeRows {
  private static final Name STATION = new Name(FarParts.STATION, Meeting.FAR);
  private static final Binary KILOBYTE = Binary.of(new byte[FarParts.KILOBYTE]);

  /// How long it may take until the nodes are connected again.
  private static final Duration RECONNECT = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(10);

  private NodeRows() {}

  /// Makes a row ready, with a node of its own that is connected to the other one.
  static Workload workload(Row row, int size, Meeting meeting) throws IOException {
    Silence.begin();
    Member near = Member.join(Meeting.NEAR, meeting, DistributionOptions.DEFAULT);
    boolean ready = false;
    try {
      connect(near.distribution());
      BelayStage stage = new BelayStage(near.node());
      ready = true;
      return new Workload() {
        @Override
        public double run() {
          return stage.run(driver(row, size, stage.pid(), near.distribution()));
        }

        @Override
        public void close() {
          near.distribution().close();
          stage.close();
        }
      };
    } finally {
      if (!ready) {
        near.close();
      }
    }
  }

  private static void connect(Distribution distribution) {
    if (!distribution.connect(Meeting.FAR)) {
      throw new IllegalStateException(Meeting.FAR + " cannot be connected to");
    }
  }

  private static Body driver(Row row, int size, Pid stage, Distribution distribution) {
    return switch (row) {
      case NODES_PING_PONG -> () -> pingPong(size, stage);
      case NODES_SEND -> () -> numbers(size, stage);
      case NODES_SEND_1K -> () -> kilobytes(size, stage);
      case NODES_MONITOR -> () -> monitored(size, stage);
      case NODES_CUT -> () -> cut(size, stage, distribution);
      default -> throw new IllegalArgumentException("no driver between nodes for " + row);
    };
  }

  /// What the other node has made for a driver.
  ///
  /// @param helper does its part there
  /// @param pids the processes that are to be talked to there
  private record Made(Pid helper, List<?> pids) {}

  private static Made make(Atom part, int size) {
    send(STATION, Tuple.of(part, self(), (long) size));
    Tuple made = receive(Tuple.class);
    FarParts.expect(FarParts.MADE, made.get(0));
    return new Made((Pid) made.get(1), (List<?>) made.get(2));
  }

  private static Pid linkedHelper(Atom part, int size) {
    Pid helper = make(part, size).helper();
    link(helper);
    return helper;
  }

  private static void pingPong(int trips, Pid stage) {
    Pid echo = linkedHelper(FarParts.ECHO, trips);
    long start = System.nanoTime();
    for (int i = 0; i < trips; i++) {
      ask(echo);
    }
    send(stage, new Took(System.nanoTime() - start));
    send(echo, FarParts.STOP);
  }

  private static void ask(Pid other) {
    send(other, Tuple.of(FarParts.ASK, self()));
    FarParts.expect(FarParts.PONG, receive());
  }

  private static void numbers(int messages, Pid stage) {
    Pid sink = linkedHelper(FarParts.SINK, messages);
    long start = System.nanoTime();
    for (long n = 1; n <= messages; n++) {
      send(sink, n);
    }
    Object sum = receive();
    send(stage, new Took(System.nanoTime() - start));
    FarParts.expect(upTo(messages), sum);
  }

  private static void kilobytes(int messages, Pid stage) {
    Pid sink = linkedHelper(FarParts.SINK_1K, messages);
    long start = System.nanoTime();
    for (long n = 1; n <= messages; n++) {
      send(sink, Tuple.of(n, KILOBYTE));
    }
    Object sum = receive();
    send(stage, new Took(System.nanoTime() - start));
    FarParts.expect(upTo(messages) + (long) messages * FarParts.KILOBYTE, sum);
  }

  private static long upTo(int last) {
    return last * (last + 1L) / 2;
  }

  private static void monitored(int processes, Pid stage) {
    Made crowd = make(FarParts.CROWD, processes);
    link(crowd.helper());
    long start = System.nanoTime();
    for (Object pid : crowd.pids()) {
      monitor((Pid) pid);
    }
    send(crowd.helper(), FarParts.STOP);
    for (int i = 0; i < processes; i++) {
      Work.checkDown(receive(), ExitReason.NORMAL);
    }
    send(stage, new Took(System.nanoTime() - start));
    FarParts.expect(processes, crowd.pids().size());
  }

  /// The other node closes the connection, as if it had gone. It has seen each link and monitor
  /// before, and says when it is asked afterwards that each of its processes has heard, too.
  private static void cut(int pairs, Pid stage, Distribution distribution) {
    Made bonds = make(FarParts.BONDS, pairs);
    Pid me = self();
    for (Object pid : bonds.pids()) {
      spawn(() -> bound((Pid) pid, me));
    }
    await(Word.READY, pairs);
    ask(bonds.helper());
    long start = System.nanoTime();
    send(bonds.helper(), FarParts.CUT);
    await(Word.DONE, pairs);
    send(stage, new Took(System.nanoTime() - start));
    reconnect(distribution);
    ask(bonds.helper());
  }

  private static void bound(Pid other, Pid driver) {
    trapExits(true);
    link(other);
    monitor(other);
    send(driver, Word.READY);
    Exit exit = receive(Exit.class);
    if (!exit.reason().equals(ExitReason.NO_CONNECTION)) {
      throw Word.unexpected(exit);
    }
    Work.checkDown(receive(Down.class), ExitReason.NO_CONNECTION);
    send(driver, Word.DONE);
  }

  private static void reconnect(Distribution distribution) {
    long limit = System.nanoTime() + RECONNECT.toNanos();
    while (!distribution.connect(Meeting.FAR)) {
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException("the nodes cannot be connected again");
      }
      sleep(LOOK);
    }
  }

  private static void await(Word word, int times) {
    for (int i = 0; i < times; i++) {
      word.expect(receive());
    }
  }
}
