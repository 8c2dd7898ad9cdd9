package dev.belay.bench;

import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sleep;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Distribution;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the other node does in the rows between nodes, on Belay; `belay_bench_nodes` is the same on
/// Erlang.
///
/// A driver asks the process that is registered as [#STATION] for a helper, with `{Part, Driver,
/// Size}`. That says `{made, Helper, Pids}` to the driver, with the processes that it has spawned,
/// and does its part.
final class FarParts {
  static final String STATION = "station";

  /// Answers questions until it is told to stop.
  static final Atom ECHO = Atom.of("echo");

  /// Adds up numbers, and says the sum.
  static final Atom SINK = Atom.of("sink");

  /// Adds up numbers that come with a kilobyte each, and how many bytes that were.
  static final Atom SINK_1K = Atom.of("sink_1k");

  /// Has processes that end when it is told to.
  static final Atom CROWD = Atom.of("crowd");

  /// Has processes with which others link, cuts the connection, and knows whether all have ended.
  static final Atom BONDS = Atom.of("bonds");

  static final Atom MADE = Atom.of("made");
  static final Atom ASK = Atom.of("ask");
  static final Atom PONG = Atom.of("pong");
  static final Atom STOP = Atom.of("stop");
  static final Atom CUT = Atom.of("cut");

  /// How many bytes there are in a kilobyte.
  static final int KILOBYTE = 1_024;

  private static final Duration LOOK = Duration.ofMillis(1);

  private FarParts() {}

  /// Starts helpers, for as long as the node is there.
  static void station(Distribution distribution) {
    while (true) {
      Tuple ask = receive(Tuple.class);
      Object part = ask.get(0);
      Pid driver = (Pid) ask.get(1);
      int size = ((Long) ask.get(2)).intValue();
      spawn(part(part, driver, size, distribution));
    }
  }

  private static Body part(Object part, Pid driver, int size, Distribution distribution) {
    if (part.equals(ECHO)) {
      return () -> echo(driver);
    }
    if (part.equals(SINK)) {
      return () -> sink(driver, size);
    }
    if (part.equals(SINK_1K)) {
      return () -> sinkOfKilobytes(driver, size);
    }
    if (part.equals(CROWD)) {
      return () -> crowd(driver, size);
    }
    if (part.equals(BONDS)) {
      return () -> bonds(driver, size, distribution);
    }
    throw Word.unexpected(part);
  }

  private static void made(Pid driver, List<Pid> pids) {
    send(driver, Tuple.of(MADE, self(), pids));
  }

  private static void echo(Pid driver) {
    made(driver, List.of());
    while (true) {
      Object message = receive();
      if (message instanceof Tuple ask && ask.get(0).equals(ASK)) {
        send((Pid) ask.get(1), PONG);
      } else {
        expect(STOP, message);
        return;
      }
    }
  }

  private static void sink(Pid driver, int messages) {
    made(driver, List.of());
    long sum = 0;
    for (int i = 0; i < messages; i++) {
      sum += (Long) receive();
    }
    send(driver, sum);
  }

  private static void sinkOfKilobytes(Pid driver, int messages) {
    made(driver, List.of());
    long sum = 0;
    for (int i = 0; i < messages; i++) {
      Tuple message = (Tuple) receive();
      sum += (Long) message.get(0) + ((Binary) message.get(1)).size();
    }
    send(driver, sum);
  }

  private static void crowd(Pid driver, int size) {
    List<Pid> pids = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      pids.add(spawn(FarParts::untilStopped));
    }
    made(driver, pids);
    expect(STOP, receive());
    for (Pid pid : pids) {
      send(pid, Word.STOP);
    }
  }

  private static void bonds(Pid driver, int size, Distribution distribution) {
    List<Pid> pids = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      pids.add(spawnMonitor(FarParts::untilStopped).pid());
    }
    made(driver, pids);
    answer(driver, () -> pids.forEach(FarParts::awaitBound));
    expect(CUT, receive());
    if (!distribution.disconnect(driver.node())) {
      throw new IllegalStateException("there was nothing to cut");
    }
    for (int i = 0; i < size; i++) {
      Work.checkDown(receive(Down.class), ExitReason.NO_CONNECTION);
    }
    answer(driver, () -> {});
  }

  /// Answers one question, when something has been done.
  private static void answer(Pid driver, Runnable first) {
    expect(ASK, receive(Tuple.class).get(0));
    first.run();
    send(driver, PONG);
  }

  /// Waits until a process is linked, and monitored by another one than this.
  private static void awaitBound(Pid pid) {
    ProcessInfo info = info(pid).orElseThrow();
    while (info.links().size() != 1 || info.monitoredBy().size() != 2) {
      sleep(LOOK);
      info = info(pid).orElseThrow();
    }
  }

  private static void untilStopped() {
    Word.STOP.expect(receive());
  }

  /// Fails if a message is another than this one.
  static void expect(Object wanted, Object message) {
    if (!message.equals(wanted)) {
      throw Word.unexpected(message);
    }
  }
}
