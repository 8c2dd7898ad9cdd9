package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a server keeps for those who look on: its last events, its counts, and to whom it sends its
/// events. Only a server has one that somebody looks at.
final class Tracing {
  /*
   * All is the server's own. The tracer gives no receipts, so that any process can be one: `room` is how many events may be sent before
   * its mailbox is looked at again. If that is full, events are counted and not sent, and a message of the server's own, Late, comes to look
   * again; when half of it is free, the tracer is told how many it has missed, and gets the next ones. So what it has not got is always
   * told where it is missing.
   */
  /// How many messages wait in the mailbox of a tracer to which no more events are sent.
  static final int ROOM = 1_000;

  private static final Duration LOOK = Duration.ofMillis(20);

  /// To itself: time to look whether the tracer has caught up.
  ///
  /// @param tracing for whom
  record Late(@Sendable Tracing tracing) implements Inner {}

  private final Pid self = Belay.self();

  private int most;
  private final Deque<ServerEvent> log = new ArrayDeque<>(0);

  private boolean counts;
  private long since;
  private long in;
  private long out;

  private @Nullable Pid tracer;
  private @Nullable Ref monitor;
  private int room;
  private long lost;

  /// Returns this, or null if nobody looks on any more.
  @Nullable Tracing orNull() {
    return most > 0 || counts || tracer != null ? this : null;
  }

  // what is asked for

  void keep(int events) {
    most = events;
    while (log.size() > most) {
      log.removeFirst();
    }
  }

  List<ServerEvent> log() {
    return List.copyOf(log);
  }

  void count(boolean on) {
    counts = on;
    since = Belay.node().nanoTime();
    in = 0;
    out = 0;
  }

  Optional<ServerStatistics> statistics() {
    return counts
        ? Optional.of(new ServerStatistics(since, Belay.node().nanoTime(), in, out))
        : Optional.empty();
  }

  Optional<Pid> tracer() {
    return Optional.ofNullable(tracer);
  }

  /// Sends events to a process from now on, in place of the one before.
  ///
  /// @param pid the process, or null for nobody
  void tell(@Nullable Pid pid) {
    if (monitor != null) {
      Belay.demonitor(monitor, Demonitor.FLUSH);
      monitor = null;
    }
    tracer = pid;
    room = 0;
    lost = 0;
    if (pid != null) {
      monitor = Belay.monitor(pid);
    }
  }

  /// Tells whether a message says that the tracer has ended; then it has none.
  boolean isEndOfTracer(Object message) {
    if (!saysTracerEnded(message)) {
      return false;
    }
    monitor = null;
    tell(null);
    return true;
  }

  /// Tells whether a message says that the tracer has ended.
  boolean saysTracerEnded(Object message) {
    return message instanceof Down down && down.ref().equals(monitor);
  }

  // what happens

  /// A message has come.
  void received(Server<?> server, Object message) {
    switch (message) {
      case From<?> from when from.isCallOf(self) -> {
        if (!(from.request instanceof SysCall)) {
          note(ServerEvent.Kind.CALL, from.caller, from.request);
        }
      }
      case Affairs.Tick _ -> note(ServerEvent.Kind.TIMEOUT, null, null);
      // Two servers that trace each other would have no end of it.
      case Inner _, SysCall.Terminate _, ServerEvent _ -> {}
      default ->
          note(
              server.isOfProtocol(message) ? ServerEvent.Kind.CAST : ServerEvent.Kind.INFO,
              null,
              message);
    }
  }

  /// The server is about to reply.
  void replies(From<?> from, @Nullable Object reply) {
    note(ServerEvent.Kind.REPLY, from.caller, reply);
  }

  void ends(ExitReason reason) {
    note(ServerEvent.Kind.END, null, reason);
  }

  void note(ServerEvent.Kind kind, @Nullable Pid peer, @Nullable Object what) {
    switch (kind) {
      case CALL, CAST, INFO -> in++;
      case REPLY -> out++;
      default -> {
        // Nothing that came or went.
      }
    }
    if (most == 0 && tracer == null) {
      return;
    }
    ServerEvent event = new ServerEvent(self, Belay.node().nanoTime(), kind, peer, what);
    if (most > 0) {
      if (log.size() == most) {
        log.removeFirst();
      }
      log.add(event);
    }
    if (tracer != null) {
      send(tracer, event);
    }
  }

  // the tracer

  private void send(Pid to, ServerEvent event) {
    if (lost > 0) {
      lost++;
      return;
    }
    if (room == 0) {
      room = roomOf(to);
    }
    if (room == 0) {
      lost = 1;
      Belay.sendAfter(LOOK, self, new Late(this));
    } else {
      room--;
      Belay.send(to, event);
    }
  }

  /// Looks whether the tracer has caught up.
  void catchUp() {
    Pid to = tracer;
    if (to == null || lost == 0) {
      return;
    }
    room = roomOf(to);
    if (room < ROOM / 2) {
      Belay.sendAfter(LOOK, self, new Late(this));
      return;
    }
    ServerEvent gap =
        new ServerEvent(self, Belay.node().nanoTime(), ServerEvent.Kind.LOST, null, lost);
    lost = 0;
    room--;
    Belay.send(to, gap);
  }

  /// One that has ended has none; its Down is on its way.
  private static int roomOf(Pid pid) {
    return Belay.info(pid)
        .map(ProcessInfo::messageQueueLength)
        .map(n -> ROOM - n)
        .filter(n -> n > 0)
        .orElse(0);
  }
}
