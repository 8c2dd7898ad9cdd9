package dev.belay.distribution.internal.connection;

import dev.belay.Belay;
import dev.belay.Carrier;
import dev.belay.Down;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.fuzz.FramesTarget;
import dev.belay.distribution.fuzz.FuzzTarget;
import dev.belay.distribution.fuzz.Promises;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.terms.Identities;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.wire.ControlMessage;
import dev.belay.distribution.internal.wire.Dialect;
import dev.belay.distribution.internal.wire.FrameLimits;
import dev.belay.distribution.internal.wire.FrameReader;
import dev.belay.distribution.internal.wire.FrameSink;
import dev.belay.distribution.internal.wire.Outbound;
import dev.belay.distribution.internal.wire.OutgoingQueue;
import dev.belay.distribution.internal.wire.Payload;
import dev.belay.distribution.internal.wire.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What signals of another node do to a real node. An input is a byte that says what was agreed on,
/// and then all that the peer sends, which the node hears until it makes no sense; then the line is
/// lost. Meanwhile a process of the node is linked with one of the peer, and monitors it.
///
/// Nothing but a [ProtocolException] comes out. Whatever the peer has said, the process has heard
/// of the loss of what it monitors exactly once, unless it was killed; no link and no monitor is
/// left at it. What the node says meanwhile makes sense to the peer. And then the next line to the
/// same peer is as good as the first.
public final class ControlTarget implements FuzzTarget {
  /*
   * Numbers in the input mean something whatever they are: a pid of ours with an even number is the process, any other of ours was
   * never one; those of the peer are one of four, of which the first is the one that the process is linked with; a reference of ours
   * with an even first word is the monitor. So what was recorded elsewhere hits here, too.
   */
  private static final String US = "belay@localhost";
  private static final String THEM = "erlang@localhost";
  private static final long THEIR_CREATION = 7;
  private static final long NEVER = 1L << 40;
  private static final long PATIENCE = 20;
  private static final long LITTLE_MILLIS = 1;
  private static final FrameLimits FRAMES = new FrameLimits(1 << 14, 1 << 15, 8);
  private static final TermLimits TERMS = new TermLimits(200, 1 << 14, 100, 1 << 9);

  /// Processes crash here all the time, and say so.
  private static final Logger LOGGER = Logger.getLogger("dev.belay");

  private final @Nullable Level levelBefore = LOGGER.getLevel();
  private final Node node = Node.start(NodeOptions.DEFAULT.name(US).daemon(true));
  private final Carrier.Access access;
  private final Functions functions =
      new Functions(
          Map.of(new Functions.Key("m", "f", 1), arguments -> arguments.getFirst()),
          TermCodec.EMPTY);
  private volatile CountDownLatch settled = new CountDownLatch(0);

  /// Begins with a node of its own.
  public ControlTarget() {
    LOGGER.setLevel(Level.OFF);
    access = node.carry(new Deaf());
  }

  @Override
  public void close() {
    node.close();
    LOGGER.setLevel(levelBefore);
  }

  @Override
  public boolean takes(byte[] input) {
    if (input.length == 0) {
      return false;
    }
    settled = new CountDownLatch(1);
    Carrier.Outbox line = access.accept(THEM);
    if (line == null) {
      throw new AssertionError("there is still the last line");
    }
    line.up(false);
    Witness witness = new Witness(access.pid(THEM, THEIR_CREATION, 0));
    Begun begun = witness.begin();
    NodeIdentities identities = new NodeIdentities(new Translating(begun));
    Dialect dialect = FramesTarget.dialect(input);
    boolean isRight = hear(input, dialect, identities, line);
    say(dialect, identities, line);
    line.lose();
    awaitLoss();
    witness.check(begun.pid());
    return isRight;
  }

  private boolean hear(
      byte[] input, Dialect dialect, NodeIdentities identities, Carrier.Outbox line) {
    Hearing hearing =
        new Hearing(
            US,
            identities,
            line.incoming(),
            TERMS,
            functions,
            TermCodec.EMPTY,
            belay(identities),
            _ -> line.lose());
    FrameReader reader = new FrameReader(dialect, FRAMES, TERMS, Atom.of(THEM));
    try {
      reader.read(ByteBuffer.wrap(input, 1, input.length - 1), hearing);
      return reader.openBytes() == 0;
    } catch (ProtocolException | TermException e) {
      Promises.speakPlainly(e);
      return false;
    }
  }

  /// The peer is a node of Belay's, too.
  private static BelaySignals belay(NodeIdentities identities) {
    return new BelaySignals(Hello.OF_THIS_VERSION, THEM, identities, TermCodec.EMPTY);
  }

  /// Writes what the node has to say, as the peer would read it.
  private static void say(Dialect dialect, NodeIdentities identities, Carrier.Outbox line) {
    Speech speech = new Speech(dialect, identities, TermCodec.EMPTY, belay(identities));
    OutgoingQueue queue = new OutgoingQueue(OutgoingQueue.DEFAULT_LIMIT, () -> {});
    for (Carrier.Signal signal = line.take(); signal != null; signal = signal.next) {
      Outbound said = speech.say(signal);
      if (said != null) {
        queue.owe(signal.from(), said);
      }
    }
    FrameReader peer =
        new FrameReader(dialect, FrameLimits.DEFAULT, TermLimits.DEFAULT, Atom.of(US));
    for (ByteBuffer frame = queue.poll(); frame != null; frame = queue.poll()) {
      peer.read(frame, new Listening());
    }
    Promises.keep(peer.openBytes() == 0, "something is not said to its end");
  }

  private static final class Listening implements FrameSink {
    private final TermReader terms = new TermReader(Identities.PLAIN, TermLimits.DEFAULT);

    @Override
    public void tick() {}

    @Override
    public void signal(ControlMessage control, @Nullable Payload payload) {
      if (payload != null) {
        payload.read(terms);
      }
    }
  }

  /// The loss may be told by whoever has found that something made no sense.
  private void awaitLoss() {
    try {
      Promises.keep(settled.await(PATIENCE, TimeUnit.SECONDS), "the loss is not told to its end");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // the process

  /// The process, and its monitor.
  private record Begun(Pid pid, Ref ref) {}

  /// How often it was told of the loss, and what it has left.
  private record Ended(int downs, ProcessInfo info) {}

  /// A process with a link and a monitor.
  private final class Witness {
    private final Pid far;
    private final CompletableFuture<Begun> begun = new CompletableFuture<>();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    Witness(Pid far) {
      this.far = far;
    }

    Begun begin() {
      node.spawn(this::listen);
      return get(begun);
    }

    private void listen() {
      Belay.trapExits(true);
      Belay.link(far);
      Ref ref = Belay.monitor(far);
      begun.complete(new Begun(Belay.self(), ref));
      int downs = 0;
      Object message = Belay.receive();
      while (message != this) {
        downs += isDown(message, ref);
        message = Belay.receive();
      }
      // It may itself have told the loss while it looked for this message.
      for (var rest = Belay.receive(Duration.ZERO);
          rest.isPresent();
          rest = Belay.receive(Duration.ZERO)) {
        downs += isDown(rest.get(), ref);
      }
      ended.complete(new Ended(downs, Belay.info(Belay.self()).orElseThrow()));
    }

    private static int isDown(Object message, Ref ref) {
      return message instanceof Down down && down.ref().equals(ref) ? 1 : 0;
    }

    void check(Pid pid) {
      node.send(pid, this);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
      while (!ended.isDone() && node.isAlive(pid)) {
        Promises.keep(System.nanoTime() - end < 0, "a process neither answers nor ends");
        await(ended);
      }
      if (ended.isDone()) {
        Ended how = get(ended);
        ProcessInfo info = how.info();
        Promises.keep(how.downs() == 1, how.downs() + " times the loss was heard");
        Promises.keep(info.links().isEmpty(), "a link is left: " + info.links());
        Promises.keep(info.monitors().isEmpty(), "a monitor is left: " + info.monitors());
        Promises.keep(info.monitoredBy().isEmpty(), "a watcher is left: " + info.monitoredBy());
      }
    }

    private static void await(CompletableFuture<?> future) {
      try {
        future.get(LITTLE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // Then it is looked whether the process lives.
      } catch (InterruptedException | ExecutionException e) {
        throw new AssertionError(e);
      }
    }

    private static <T> T get(CompletableFuture<T> future) {
      try {
        return future.get(PATIENCE, TimeUnit.SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        throw new AssertionError(e);
      }
    }
  }

  // the node's carrier

  /// Writes nothing: the target does.
  private final class Deaf implements Carrier {
    @Override
    public void connect(Outbox line) {
      line.lose();
    }

    @Override
    public void wake(Outbox line) {}

    @Override
    public void lost(Outbox line) {}

    @Override
    public void settled(Outbox line) {
      if (line.peer().equals(THEM)) {
        settled.countDown();
      }
    }

    @Override
    public Object encode(Outbox line, Object message) {
      throw new IllegalArgumentException("nothing is sent here");
    }

    @Override
    public Object decode(Outbox line, Object payload) {
      Payload raw = payload instanceof Unconverted(Payload known) ? known : (Payload) payload;
      try {
        return raw.read(new TermReader(new NodeIdentities(access), TERMS));
      } catch (ProtocolException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    public boolean isFull(Outbox line, Thread sender) {
      return false;
    }
  }

  /// Gives numbers a meaning.
  private final class Translating implements Carrier.Access {
    private final Begun begun;

    Translating(Begun begun) {
      this.begun = begun;
    }

    @Override
    public Pid pid(String home, long creation, long number) {
      return switch (home) {
        case US ->
            number % 2 == 0
                ? begun.pid()
                : access.pid(US, access.creation(), NEVER | (number & 0xFFFF));
        case THEM -> access.pid(THEM, THEIR_CREATION, number & 3);
        default -> access.pid(home, creation, number);
      };
    }

    @Override
    public Ref reference(String home, long creation, int[] words) {
      if (!home.equals(US)) {
        return access.reference(home, creation, words);
      }
      return words[0] % 2 == 0
          ? access.reference(US, access.creation(), access.words(begun.ref()))
          : access.reference(US, access.creation() + 1, words);
    }

    @Override
    public long creation(Pid pid) {
      return access.creation(pid);
    }

    @Override
    public int[] words(Ref ref) {
      return access.words(ref);
    }

    @Override
    public Carrier.@Nullable Outbox line(String peer) {
      return access.line(peer);
    }

    @Override
    public Carrier.@Nullable Outbox accept(String peer) {
      return access.accept(peer);
    }

    @Override
    public long creation() {
      return access.creation();
    }

    @Override
    public Carrier.Spawned spawn(
        String peer, Object request, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
      return access.spawn(peer, request, link, monitor);
    }
  }
}
