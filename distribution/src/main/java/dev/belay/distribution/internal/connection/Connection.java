package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.internal.handshake.Agreement;
import dev.belay.distribution.internal.handshake.Attempt;
import dev.belay.distribution.internal.handshake.Flag;
import dev.belay.distribution.internal.handshake.Greeted;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.Encoded;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.OutgoingQueue;
import dev.belay.distribution.internal.wire.ProtocolException;
import dev.belay.distribution.internal.wire.Ticks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One open connection: a thread that reads what comes and applies it, and one that writes what the
/// line's outbox holds.
final class Connection {
  /*
   * The reader never waits for anything but the socket. The writer takes from the outbox whatever is there before each frame that it
   * writes, so that small signals pass between the fragments of a large one. It sleeps by the protocol of the outbox: park, and whoever
   * pushes next wakes it.
   *
   * Hazard, lost wake-up: between the park of the outbox and that of the thread nothing may be called that could park by itself, such
   * as taking a lock: it would use up the permit of whoever has pushed in between.
   *
   * However it ends - the socket breaks, a frame makes no sense, the peer is silent, somebody disconnects - `end` is called, and
   * loses the line, also if it was never begun; each of its steps is taken whatever becomes of the others. The first cause is the one
   * that is logged, last of all: a handler of the log's may hang, or throw, and those who are linked over the line have to hear of its
   * loss all the same.
   *
   * | field             | writers    | read mode | write mode |
   * | read              | the reader | volatile  | addAndGet  |
   * | written           | the writer | volatile  | addAndGet  |
   * | begun             | start      | volatile  | volatile   |
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final int BUFFER = 64 << 10;

  private final Greeted<Connection> greeted;
  private final Agreement agreement;
  private final Socket socket;
  private final Carrier.Outbox line;
  private final OutgoingQueue queue;
  private final Speech speech;
  private final NodeIdentities identities;
  private final Flow flow;
  private final Functions functions;
  private final TermCodec codec;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Ticks ticks;
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong written = new AtomicLong();

  /// What has to be done when it ends.
  private final List<Runnable> farewell;

  private volatile boolean begun;

  Connection(
      Greeted<Connection> greeted,
      Carrier.Outbox line,
      NodeIdentities identities,
      Flow flow,
      Functions functions,
      TermCodec codec,
      long tickNanos) {
    this.greeted = greeted;
    this.agreement = greeted.agreement();
    this.socket = greeted.socket();
    this.line = line;
    this.identities = identities;
    this.flow = flow;
    this.functions = functions;
    this.codec = codec;
    this.queue = new OutgoingQueue(OutgoingQueue.DEFAULT_LIMIT, this::wake);
    this.speech = new Speech(new Dialect(agreement.flags()), identities, codec);
    this.ticks = new Ticks(tickNanos, 4, !agreement.has(Flag.PUBLISHED), System.nanoTime(), 0, 0);
    this.farewell =
        List.of(
            this::closeSocket,
            queue::close,
            flow::close,
            line::lose,
            this::wake,
            greeted.attempt()::down);
  }

  Agreement agreement() {
    return agreement;
  }

  Attempt<Connection> attempt() {
    return greeted.attempt();
  }

  /// Begins to read and to write, unless it has ended already.
  void start() {
    if (isEnded()) {
      return;
    }
    try {
      // Before anybody hears of it, and may look.
      begun = true;
      line.up(isVisible());
      String name = "belay-distribution " + line.peer();
      Thread writing = Thread.ofVirtual().name(name + " writer").unstarted(this::write);
      flow.writtenBy(writing);
      writing.start();
      Thread.ofVirtual().name(name + " reader").start(this::read);
    } catch (RuntimeException | Error e) {
      end("the connection could not be begun", e);
      throw e;
    }
  }

  /// Makes the writer look for something to write.
  private void wake() {
    flow.wake();
  }

  // reading

  private void read() {
    FrameReader frames =
        new FrameReader(
            new Dialect(agreement.flags()),
            FrameLimits.DEFAULT,
            TermLimits.DEFAULT,
            Atom.of(agreement.peer().toString()));
    Hearing hearing =
        new Hearing(
            agreement.self().toString(),
            identities,
            line.incoming(),
            TermLimits.DEFAULT,
            functions,
            codec);
    try {
      frames.read(greeted.surplus(), hearing);
      byte[] buffer = new byte[BUFFER];
      while (true) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          end("it has closed the connection", null);
          return;
        }
        read.addAndGet(count);
        frames.read(ByteBuffer.wrap(buffer, 0, count), hearing);
      }
    } catch (IOException e) {
      end("the connection broke: " + e.getMessage(), null);
    } catch (ProtocolException | TermException e) {
      end("it does not keep to the protocol of distributed Erlang", e);
    } catch (RuntimeException | Error e) {
      end("what it sent could not be handled", e);
    }
  }

  // writing

  private void write() {
    try (OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER)) {
      while (!line.isLost()) {
        for (Carrier.Signal signal = line.take(); signal != null; signal = signal.next) {
          enqueue(signal);
        }
        ByteBuffer frame = queue.poll();
        if (frame != null) {
          out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
          written.addAndGet(frame.remaining());
          flow.written(frame.remaining(), !queue.isEmpty());
        } else {
          out.flush();
          // In this order: the queue has a lock.
          if (queue.isEmpty() && line.park()) {
            LockSupport.park(line);
          }
        }
      }
      end("", null);
    } catch (IOException e) {
      end("the connection broke: " + e.getMessage(), null);
    } catch (RuntimeException | Error e) {
      end("what was to be sent could not be", e);
    }
  }

  private void enqueue(Carrier.Signal signal) {
    if (signal.kind() == Carrier.Signal.Kind.UNLINK
        && identities.wire((Pid) signal.to()).creation() != (int) agreement.peerCreation()) {
      // Erlang closes the connection for the unlink of a process of its own former life. Nobody is
      // linked there.
      line.incoming().unlinkAck(signal.id(), (Pid) signal.to(), signal.from());
      return;
    }
    if (signal.kind() == Carrier.Signal.Kind.MESSAGE) {
      flow.taken(((Encoded) signal.payload()).bytes().length);
    }
    boolean asks = signal.kind() == Carrier.Signal.Kind.SPAWN_REQUEST;
    if (asks) {
      flow.taken(((SpawnCall.OnTheWire) signal.payload()).arguments().bytes().length);
    }
    Outbound said = speech.say(signal);
    if (said == null && asks) {
      line.incoming().notSpawned(signal.ref(), "notsup");
    }
    if (said == null) {
      flow.dropped();
    } else {
      flow.queued(said.size());
      queue.owe(signal.from(), said);
    }
  }

  // the end

  /// Looks whether it is time for a tick, or whether the peer has been silent for too long, or
  /// whether its line has been lost while the writer waits for the socket.
  void look(long now) {
    if (isOver()) {
      end("", null);
      return;
    }
    switch (ticks.look(now, read.get(), written.get(), !queue.isEmpty())) {
      case NONE -> {}
      case TICK -> queue.tick();
      case DOWN -> end("nothing was heard from it for the tick time", null);
    }
  }

  /// Ends the connection, once.
  ///
  /// @param why said of the peer; empty if it is this node that wants it
  void end(String why, @Nullable Throwable cause) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    Throwable thrown = null;
    for (Runnable step : farewell) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
    }
    log(why, cause == null ? thrown : cause);
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
    }
  }

  private void log(String why, @Nullable Throwable cause) {
    if (why.isEmpty() && cause == null) {
      return;
    }
    System.Logger.Level level =
        cause == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
    try {
      LOGGER.log(
          level,
          () -> "node " + agreement.self() + " has lost " + agreement.peer() + ": " + why,
          cause);
    } catch (RuntimeException | Error e) {
      // Of a handler of the program's. Whoever ends the connection has more to do.
    }
  }

  boolean isEnded() {
    return ended.get();
  }

  /// Tells whether there is a connection that has not been lost.
  boolean isOpen() {
    return begun && !isOver();
  }

  /// Tells whether both nodes are visible.
  boolean isVisible() {
    return agreement.isVisible();
  }

  /// Tells whether it has ended, or is about to, because its line is lost.
  boolean isOver() {
    return isEnded() || line.isLost();
  }
}
