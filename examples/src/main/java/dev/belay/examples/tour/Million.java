package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.node;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import java.time.Duration;
import java.util.BitSet;
import java.util.Locale;

/// Chapter 8: a million processes at once, if there is room.
///
/// Its signals are not told one by one, so its node is not traced.
public final class Million implements Chapter {
  /// How many processes it starts by default.
  public static final int WANTED = 1_000_000;

  /// The most that can be asked for.
  public static final int MOST = 5_000_000;

  private static final int WARM_UP = 20_000;
  private static final int SAMPLE = 100_000;
  private static final int ROUND = 10_000;
  private static final int WAVE = 10_000;

  /// What a process takes while it is monitored and dies, compared to one that waits.
  private static final double DYING = 1.5;

  /// How full the heap may be: beyond that, collecting it takes all the time.
  private static final double FILLED = 0.75;

  /// All have to end at once, so the last ones wait long for a processor.
  private static final SpawnOptions CLIMBER =
      SpawnOptions.DEFAULT.link().grace(Duration.ofMinutes(10));

  private final int wanted;
  private final long heap;

  /// How far the present step has come. Written by the process that takes it, for who watches.
  private volatile int count;

  Million() {
    this(WANTED);
  }

  /// A chapter that takes the heap to be of another size than it is.
  Million(int wanted, long heap) {
    if (wanted < 1 || wanted > MOST) {
      throw new IllegalArgumentException(
          number(wanted) + " processes: must be from 1 to " + number(MOST));
    }
    this.wanted = wanted;
    this.heap = heap;
  }

  /// A chapter with another number of processes.
  ///
  /// @param wanted how many to start if there is room, from 1 to [#MOST]
  public Million(int wanted) {
    this(wanted, Runtime.getRuntime().maxMemory());
  }

  static void main() throws Exception {
    Tour.main(8);
  }

  @Override
  public String title() {
    return "A million processes";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        A process that waits needs no thread of the operating system, only some memory. So there
        can be one for each connection, each session, each device. How many there can be depends on
        the heap. First a few, to measure:
        """);
    Belay.run(() -> {
      int many = howMany(tell);
      onThreads(tell, many);
      inTurns(tell, many);
      tell.show("still running: " + node().processes().size() + " process, which is main");
    });
  }

  private void onThreads(Narrator tell, int many) throws Exception {
    tell.step(
        "main starts rope, and rope starts "
            + number(many)
            + " climbers, each of them linked with it. Each is sent main's pid, and answers with"
            + " its own:");
    Pid[] climbers = new Pid[many];
    Monitored rope = started(tell, climbers, Million::climb);
    tell.step(
        """
        main monitors every one of them. Then it sends one single exit signal, to rope. The rest
        is not main's work: the links do it.
        """);
    tell.progress(() -> number(count) + " monitored", () -> watch(climbers));
    long begin = System.nanoTime();
    exit(rope.pid(), ExitReason.SHUTDOWN);
    int heard = tell.progress(() -> number(count) + " heard of", () -> hear(climbers, rope));
    tell.show("all are dead, and main has heard of each: " + time(begin, many));
    tell.show(
        number(heard)
            + " ends heard of, each once, each for the reason shutdown; missing: "
            + (many + 1 - heard));
  }

  private void inTurns(Narrator tell, int many) throws Exception {
    tell.step(
        """
        Each of these had a stack of its own to wait on. A process that only answers messages can
        do without: written as a behaviour, it is run in turns, when there is a message for it. The
        same again with such processes:
        """);
    Node node = node();
    long before = used();
    Pid[] climbers = new Pid[many];
    // @start region="turns"
    Monitored rope = started(tell, climbers, Turns.of(() -> Million::answer));
    // @end
    long taken = tell.progress(() -> "measuring the heap", Million::used) - before;
    tell.show("memory for all: " + bytes(taken) + ", " + taken / many + " bytes each");
    long begin = System.nanoTime();
    exit(rope.pid(), ExitReason.SHUTDOWN);
    tell.progress(
        () -> number(node.processCount() - 1) + " still there", () -> gone(climbers, rope));
    tell.show("one exit signal, and all are dead: " + time(begin, many));
  }

  /// Starts processes, has each of them answer, and tells what it took.
  private Monitored started(Narrator tell, Pid[] climbers, Body climber) throws Exception {
    int many = climbers.length;
    long begin = System.nanoTime();
    Monitored rope =
        tell.progress(() -> number(count) + " started", () -> start(climbers, climber));
    tell.show(number(many) + " processes started and linked: " + time(begin, many));
    begin = System.nanoTime();
    tell.progress(() -> number(count) + " have answered", () -> ask(climbers));
    tell.show(number(many) + " messages there and back: " + time(begin, many));
    return rope;
  }

  /// Tells how much room there is, and returns how many processes it will be.
  private int howMany(Narrator tell) throws Exception {
    // The first ones run code that the JVM has not compiled yet, whose stacks are larger.
    tell.progress(() -> "warming up", () -> sample(Math.min(WARM_UP, wanted)));
    int few = Math.min(SAMPLE, wanted);
    long before = used();
    long each = tell.progress(() -> "measuring", () -> sample(few));
    long room = (long) ((heap * FILLED - before) / (each * DYING));
    int many = Math.clamp(room / ROUND * ROUND, Math.min(ROUND, wanted), wanted);
    tell.show(
        String.format(
            Locale.ROOT,
            "%,d processes take %,d bytes each; the heap of this JVM may grow to %s",
            few,
            each,
            bytes(heap)));
    if (many < wanted) {
      tell.say(
          String.format(
              Locale.ROOT,
              """
              There is no room for %,d, with the work of ending them all at once. So it will be
              %,d. For more, give the JVM a larger heap: JDK_JAVA_OPTIONS=-Xmx4g ./belay tour 8
              """,
              wanted,
              many));
    }
    return many;
  }

  /// Starts a few, and ends them again.
  ///
  /// @return how many bytes one takes
  private long sample(int size) {
    Pid[] few = new Pid[size];
    long before = used();
    Monitored rope = start(few, Million::climb);
    ask(few);
    long taken = used() - before;
    watch(few);
    exit(rope.pid(), ExitReason.SHUTDOWN);
    hear(few, rope);
    return Math.max(1, taken / few.length);
  }

  // @start region="climb"
  private static void climb() {
    while (true) {
      Pid from = receive(Pid.class);
      send(from, self());
    }
  }

  // @end

  // @start region="answer"
  private static Behaviour answer(Object message) {
    send((Pid) message, self());
    return Behaviour.same();
  }

  // @end

  /// Starts a process that starts the others, each linked with it.
  private Monitored start(Pid[] climbers, Body climber) {
    Pid me = self();
    // @start region="start"
    Monitored rope =
        spawnMonitor(
            SpawnOptions.DEFAULT.label("rope"),
            () -> {
              for (int i = 0; i < climbers.length; i++) {
                climbers[i] = spawn(CLIMBER, climber);
                count = i + 1;
              }
              send(me, self());
              receive(); // there will be no message
            });
    // @end
    Object first = receive();
    if (!first.equals(rope.pid())) {
      throw new IllegalStateException("not all could be started: " + first);
    }
    return rope;
  }

  /// Has each process answer; some thousands at a time, so that no mailbox becomes long.
  private boolean ask(Pid[] climbers) {
    Pid me = self();
    BitSet answers = new BitSet();
    for (int begin = 0; begin < climbers.length; begin += WAVE) {
      int end = Math.min(begin + WAVE, climbers.length);
      for (int i = begin; i < end; i++) {
        send(climbers[i], me);
      }
      for (int i = begin; i < end; i++) {
        answers.set(index(receive(Pid.class)));
      }
      count = end;
    }
    return complete(climbers.length, answers.cardinality(), "have answered");
  }

  private boolean watch(Pid[] climbers) {
    for (int i = 0; i < climbers.length; i++) {
      monitor(climbers[i]);
      count = i + 1;
    }
    return true;
  }

  /// Hears of the end of each process and of the one that all are linked with.
  ///
  /// @return how many different ones were heard of
  private int hear(Pid[] climbers, Monitored rope) {
    int expected = climbers.length + 1;
    BitSet heard = new BitSet();
    // @start region="hear"
    for (int i = 0; i < expected; i++) {
      Down down = receive(Down.class);
      if (!down.reason().equals(ExitReason.SHUTDOWN)
          || !down.trail().hops().getFirst().pid().equals(rope.pid())) {
        throw new IllegalStateException("not what was to be expected: " + down);
      }
      heard.set(index(down.pid()));
      count = i;
    }
    // @end
    complete(expected, heard.cardinality(), "were heard of");
    return heard.cardinality();
  }

  /// Waits for the end of each process, without being told of it.
  private static boolean gone(Pid[] climbers, Monitored rope) {
    // It comes when rope has told its links, so that none of them is yet to be told to end.
    Down down = receive(Down.class);
    if (!down.pid().equals(rope.pid())) {
      throw new IllegalStateException("not what was to be expected: " + down);
    }
    for (Pid climber : climbers) {
      if (isAlive(climber)) {
        throw new IllegalStateException(climber + " is alive");
      }
    }
    return true;
  }

  private static boolean complete(int expected, int came, String what) {
    if (came != expected) {
      throw new IllegalStateException(number(came) + " of " + number(expected) + " " + what);
    }
    return true;
  }

  private static int index(Pid pid) {
    return Math.toIntExact(pid.number());
  }

  /// Returns how much of the heap is taken by what is still in use.
  private static long used() {
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory();
  }

  private static String number(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  private static String time(long begin, int count) {
    double nanos = System.nanoTime() - begin;
    return String.format(Locale.ROOT, "%.1f s, %.1f µs each", nanos / 1e9, nanos / 1e3 / count);
  }
}
