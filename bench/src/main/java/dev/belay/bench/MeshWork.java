package dev.belay.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.belay.Inbox;
import dev.belay.Name;
import dev.belay.NodeType;
import dev.belay.distribution.Atom;
import dev.belay.distribution.DistributionOptions;
import dev.belay.distribution.Tuple;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/// A full mesh of visible nodes in this JVM, and what it takes: heap, files, ticks, and the
/// processor while it is idle. One node after the other joins, by a connection to the first one;
/// the rest of the mesh is made by the nodes themselves.
///
/// All in this class is called by one thread.
final class MeshWork implements AutoCloseable {
  /// How long is looked.
  ///
  /// @param tick the tick time of the nodes
  /// @param window how long ticks are counted, and then how long the processor's time
  /// @param rest how long nothing happens before the heap is looked at: what is made for a
  ///   handshake is kept for some seconds
  record Times(Duration tick, Duration window, Duration rest) {
    private static final int MEASUREMENTS = 8;

    /// As long as some measurements of a row, at least the shortest tick time.
    static Times of(Effort effort) {
      Duration time = Duration.ofMillis(Math.max(1_000, MEASUREMENTS * effort.measureMillis()));
      return new Times(time, time, time);
    }
  }

  /// Meshes of this size come and go first: what is made once is not counted.
  private static final int BEFOREHAND = 3;

  private static final int TIMES_BEFOREHAND = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long LOOK_NANOS = 1_000_000;

  /// Events need a moment until they are recorded.
  private static final Duration BEFORE_COUNTING = Duration.ofMillis(500);

  /// A tick is a frame without contents: its length alone.
  private static final long TICK_BYTES = 4;

  private static final Atom GEN_CALL = Atom.of("$gen_call");
  private static final Atom GET_KNOWN = Atom.of("get_known");

  private final Meeting meeting;
  private final Times times;
  private final List<Member> members = new ArrayList<>();

  private MeshWork(Times times) throws IOException {
    this.meeting = Meeting.arrange();
    this.times = times;
  }

  /// Makes a mesh, measures it, and ends it.
  ///
  /// @throws IOException if a node cannot listen
  /// @throws IllegalStateException if the nodes do not become a mesh, or do not stay one
  static Meshed measure(int nodes, Times times) throws IOException {
    Silence.begin();
    for (int i = 0; i < TIMES_BEFOREHAND; i++) {
      try (MeshWork small = new MeshWork(times)) {
        small.start(BEFOREHAND);
        small.join();
      }
    }
    double ends = 2.0 * Meshed.connections(nodes);
    long filesBefore = openFiles();
    long empty = liveHeap(times);
    try (MeshWork mesh = new MeshWork(times)) {
      mesh.start(nodes);
      long alone = liveHeap(times);
      long joinNanos = mesh.join();
      long joined = liveHeap(times);
      double files = openFiles() - filesBefore;
      double ticks = mesh.ticks();
      double processor = mesh.processorMicros();
      mesh.check();
      return new Meshed(
          nodes,
          times.tick().toMillis() / 1e3,
          joinNanos / 1e6,
          (double) (alone - empty) / nodes,
          (joined - alone) / ends,
          files / nodes,
          ticks / nodes,
          processor / nodes);
    }
  }

  private static long liveHeap(Times times) {
    pass(times.rest());
    return LiveHeap.leastBytes();
  }

  private void start(int nodes) throws IOException {
    DistributionOptions options = DistributionOptions.DEFAULT.visible().tickTime(times.tick());
    for (int i = 1; i <= nodes; i++) {
      members.add(Member.join("m" + i + "@localhost", meeting, options));
    }
  }

  /// Connects each node with the first one, one after the other, and waits until that has made a
  /// mesh of all so far.
  ///
  /// @return how long that took for the last one
  private long join() {
    long took = 0;
    for (int joined = 1; joined < members.size(); joined++) {
      Member next = members.get(joined);
      long start = System.nanoTime();
      if (!next.distribution().connect(members.getFirst().name())) {
        throw new IllegalStateException(next.name() + " cannot be connected");
      }
      awaitMesh(joined + 1);
      took = System.nanoTime() - start;
    }
    return took;
  }

  private void awaitMesh(int nodes) {
    for (Member member : members.subList(0, nodes)) {
      await(member.name() + " is connected with all", () -> connected(member) == nodes - 1);
    }
    for (Member member : members.subList(0, nodes)) {
      await(member.name() + " knows all", () -> known(member) == nodes - 1);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException("it does not come true that " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static int connected(Member member) {
    return member.distribution().nodes(NodeType.VISIBLE).size();
  }

  /// Asks a node's name server how many others it knows.
  private static int known(Member member) {
    try (Inbox inbox = member.node().inbox()) {
      inbox.send(
          new Name("global_name_server", member.name()),
          Tuple.of(GEN_CALL, Tuple.of(inbox.pid(), inbox.makeRef()), GET_KNOWN));
      Tuple answer =
          inbox
              .receive(Tuple.class, LIMIT)
              .orElseThrow(() -> new IllegalStateException(member.name() + " does not answer"));
      return ((List<?>) answer.get(1)).size();
    }
  }

  /// Checks that all are still connected with all: that nobody was taken for lost.
  private void check() {
    for (Member member : members) {
      if (connected(member) != members.size() - 1) {
        throw new IllegalStateException(
            member.name() + " is connected with " + member.distribution().nodes());
      }
    }
  }

  /// Counts the ticks that all nodes send.
  ///
  /// @return how many in a second
  private double ticks() {
    Duration window = times.window();
    Instant begin = Instant.now().plus(BEFORE_COUNTING);
    Instant end = begin.plus(window);
    AtomicLong ticks = new AtomicLong();
    try (RecordingStream events = new RecordingStream()) {
      events
          .enable("jdk.SocketWrite")
          .withoutThreshold()
          .withoutStackTrace()
          // All of them, and not so many a second at most.
          .with("throttle", "off");
      events.onEvent(
          "jdk.SocketWrite",
          event -> {
            if (isTick(event, begin, end)) {
              ticks.incrementAndGet();
            }
          });
      events.startAsync();
      pass(Duration.between(Instant.now(), end).plus(BEFORE_COUNTING));
      // Returns when all that has been recorded has been counted.
      events.stop();
    }
    return ticks.get() / seconds(window);
  }

  private static boolean isTick(RecordedEvent event, Instant begin, Instant end) {
    Instant time = event.getStartTime();
    return event.getLong("bytesWritten") == TICK_BYTES
        && !time.isBefore(begin)
        && time.isBefore(end);
  }

  /// Measures what all nodes take of the processors while nothing happens but ticks.
  ///
  /// @return microseconds a second
  private double processorMicros() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long start = System.nanoTime();
    long before = system.getProcessCpuTime();
    pass(times.window());
    double nanos = system.getProcessCpuTime() - before;
    return nanos / (System.nanoTime() - start) * 1e6;
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  /// How many files this process has open, sockets included; 0 if the system does not say.
  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  @Override
  public void close() {
    for (Member member : members.reversed()) {
      member.close();
    }
  }
}
