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
   * However it ends - the socket breaks, a frame makes no sense, the peer is silent, somebody disconnects - `end` is called, and
   * loses the line; the first cause is the one that is logged.
   *
   * | field             | writers    | read mode | write mode |
   * | read              | the reader | volatile  | addAndGet  |
   * | written           | the writer | volatile  | addAndGet  |
   * | writer            | start      | volatile  | volatile   |
   */
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final int BUFFER = 64 << 10;
  private static final String WRONG = "it does not keep to the protocol of distributed Erlang: ";

  private final Greeted<Connection> greeted;
  private final Agreement agreement;
  private final Socket socket;
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
  private volatile @Nullable Thread writer;
  private volatile Carrier.@Nullable Outbox line;

  Connection(
      Greeted<Connection> greeted,
      NodeIdentities identities,
      Flow flow,
      Functions functions,
      TermCodec codec,
      long tickNanos) {
    this.greeted = greeted;
    this.agreement = greeted.agreement();
    this.socket = greeted.socket();
    this.identities = identities;
    this.flow = flow;
    this.functions = functions;
    this.codec = codec;
    this.queue = new OutgoingQueue(OutgoingQueue.DEFAULT_LIMIT, this::wake);
    this.speech = new Speech(new Dialect(agreement.flags()), identities, codec);
    this.ticks = new Ticks(tickNanos, 4, !agreement.has(Flag.PUBLISHED), System.nanoTime(), 0, 0);
  }

  Agreement agreement() {
    return agreement;
  }

  Attempt<Connection> attempt() {
    return greeted.attempt();
  }

  /// Begins to read and to write.
  void start(Carrier.Outbox over) {
    line = over;
    if (isEnded()) {
      over.lose();
      return;
    }
    try {
      over.up(isVisible());
      String name = "belay-distribution " + over.peer();
      Thread writing = Thread.ofVirtual().name(name + " writer").unstarted(() -> write(over));
      writer = writing;
      writing.start();
      Thread.ofVirtual().name(name + " reader").start(() -> read(over));
    } catch (RuntimeException | Error e) {
      end("the connection could not be begun", e);
      throw e;
    }
  }

  /// Makes the writer look for something to write.
  void wake() {
    Thread thread = writer;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  // reading

  private void read(Carrier.Outbox over) {
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
            over.incoming(),
            TermLimits.DEFAULT,
            functions,
            codec,
            this::endAsWrong);
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
      endAsWrong(e);
    } catch (RuntimeException | Error e) {
      end("what it sent could not be handled", e);
    }
  }

  // writing

  private void write(Carrier.Outbox over) {
    try (OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER)) {
      while (!over.isLost()) {
        for (Carrier.Signal signal = over.take(); signal != null; signal = signal.next) {
          enqueue(over, signal);
        }
        ByteBuffer frame = queue.poll();
        if (frame != null) {
          out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
          written.addAndGet(frame.remaining());
          flow.written(frame.remaining(), !queue.isEmpty());
        } else {
          out.flush();
          if (over.park() && queue.isEmpty()) {
            LockSupport.park(over);
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

  private void enqueue(Carrier.Outbox over, Carrier.Signal signal) {
    if (signal.kind() == Carrier.Signal.Kind.UNLINK
        && identities.wire((Pid) signal.to()).creation() != (int) agreement.peerCreation()) {
      // Erlang closes the connection for the unlink of a process of its own former life. Nobody is
      // linked there.
      over.incoming().unlinkAck(signal.id(), (Pid) signal.to(), signal.from());
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
      over.incoming().notSpawned(signal.ref(), "notsup");
    }
    if (said != null) {
      flow.queued(said.size());
      queue.owe(signal.from(), said);
    }
  }

  // the end

  /// Ends the connection for something that made no sense. What came with a message is found out
  /// when that is opened, on the thread of who does.
  private void endAsWrong(RuntimeException e) {
    end(WRONG + e.getMessage(), e);
  }

  /// The same, unless what was wrong came over another line.
  void endAsWrong(Carrier.Outbox over, ProtocolException e) {
    if (line == over) {
      endAsWrong(e);
    }
  }

  /// Looks whether it is time for a tick, or whether the peer has been silent for too long.
  void look(long now) {
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
    if (!why.isEmpty()) {
      System.Logger.Level level =
          cause == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
      LOGGER.log(
          level,
          () -> "node " + agreement.self() + " has lost " + agreement.peer() + ": " + why,
          cause);
    }
    Carrier.Outbox over = line;
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
    }
    queue.close();
    flow.close();
    if (over != null) {
      over.lose();
    }
    wake();
    greeted.attempt().down();
  }

  boolean isEnded() {
    return ended.get();
  }

  /// Tells whether there is a connection that has not been lost.
  boolean isOpen() {
    Carrier.Outbox over = line;
    return over != null && !isEnded() && !over.isLost();
  }

  /// Tells whether both nodes are visible.
  boolean isVisible() {
    return agreement.isVisible();
  }

  /// Tells whether it has ended, or is about to, because its line is lost.
  boolean isOver() {
    Carrier.Outbox over = line;
    return isEnded() || (over != null && over.isLost());
  }
}
