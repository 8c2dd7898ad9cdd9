package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.DroppedMessage;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.distribution.Atom;
import dev.belay.distribution.NodeAddress;
import dev.belay.distribution.NodeResolver;
import dev.belay.distribution.TermCodec;
import dev.belay.distribution.TermCodecException;
import dev.belay.distribution.internal.handshake.Attempt;
import dev.belay.distribution.internal.handshake.Cookie;
import dev.belay.distribution.internal.handshake.Greeted;
import dev.belay.distribution.internal.handshake.Greeting;
import dev.belay.distribution.internal.handshake.Handshake;
import dev.belay.distribution.internal.handshake.Hello;
import dev.belay.distribution.internal.handshake.Identity;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.handshake.Peers;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
import dev.belay.distribution.internal.tls.Tls;
import dev.belay.distribution.internal.wire.Encoded;
import dev.belay.distribution.internal.wire.Payload;
import dev.belay.distribution.internal.wire.ProtocolException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All connections of one node: makes them when they are needed, takes those that others make, and
/// looks whether the peers are still there.
public final class Connections implements Carrier, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final Duration CONNECT_TIME = Duration.ofSeconds(7);
  private static final Duration SETTLE_TIME = Duration.ofSeconds(7);
  private static final long SETTLE_NANOS = 200_000;
  private static final long LOOK_MILLIS = 100;

  /// How the messages begin that are asked about when a mailbox is full: `{system, From, Request}`
  /// and `{'$gen_call', From, Request}`.
  private static final int TRIPLE = 3;

  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom CALL = Atom.of("$gen_call");

  private final Node node;
  private final Carrier.Access access;
  private final NodeIdentities identities;
  private final NodeResolver resolver;
  private final ServerSocket server;
  private final Functions functions;
  private final TermCodec codec;
  private final long tickNanos;
  private final Peers<Connection> peers;
  private final Entrance entrance;
  private final Map<String, Connection> open = new ConcurrentHashMap<>();
  private final Map<Carrier.Outbox, Flow> flows = new ConcurrentHashMap<>();

  /// Who waits until all have heard of the loss of a line.
  private final Queue<Thread> awaitingLoss = new ConcurrentLinkedQueue<>();

  private volatile Consumer<? super String> whenUp = _ -> {};
  private volatile Predicate<Object> orders = _ -> false;
  private volatile BiConsumer<String, Object> whenRefused = (_, _) -> {};
  private volatile boolean closed;

  /// Makes the connections of a node; [#start] begins to take some.
  ///
  /// @param node the node, whose name is one of a cluster
  /// @param cookie what both sides of a connection have to know
  /// @param flags what the node offers
  /// @param hello what it says to other nodes of Belay's
  /// @param resolver finds other nodes
  /// @param server where others connect; belongs to this from now on
  /// @param tls what secures all connections; null if none are
  /// @param allowed who may be connected, by name
  /// @param functions what other nodes may have run
  /// @param codec which types of the program's travel
  /// @param tickTime how long a peer may be silent
  public Connections(
      Node node,
      Cookie cookie,
      long flags,
      Hello hello,
      NodeResolver resolver,
      ServerSocket server,
      @Nullable Tls tls,
      Predicate<? super String> allowed,
      Functions functions,
      TermCodec codec,
      Duration tickTime) {
    this.node = node;
    this.access = node.carry(this);
    this.identities = new NodeIdentities(access);
    this.resolver = resolver;
    this.server = server;
    this.functions = functions;
    this.codec = codec;
    this.tickNanos = tickTime.toNanos();
    NodeName self = NodeName.of(node.name());
    this.peers =
        new Peers<>(self, old -> old.end("it has connected again", null), new SecureRandom());
    Greeting<Connection> greeting =
        new Greeting<>(
            Identity.of(self, access.creation(), flags, hello),
            _ -> cookie,
            allowed,
            peers,
            Handshake.STEP_TIME);
    this.entrance = new Entrance(node.name(), tls, greeting, allowed);
  }

  /// Sets who is told of each node to which there is a connection from now on.
  ///
  /// @param listener gets the other node's name, on the thread that has connected; must not wait
  public void whenUp(Consumer<? super String> listener) {
    whenUp = listener;
  }

  /// Sets what becomes of messages that have come to full mailboxes.
  ///
  /// @param needsNoRoom tells of such a message, a term, whether it is let in all the same; called
  ///   on a thread that must not wait
  /// @param refused is given each call of a server that was not taken, or had to give way, with the
  ///   name of the node that it has come from; on a thread that may wait
  public void whenFull(Predicate<Object> needsNoRoom, BiConsumer<String, Object> refused) {
    orders = needsNoRoom;
    whenRefused = refused;
  }

  /// Begins to carry the node's signals, and to take connections.
  public void start() {
    Thread.ofVirtual().name("belay-distribution " + node.name() + " accepts").start(this::accept);
    Thread.ofPlatform()
        .daemon()
        .name("belay-distribution " + node.name() + " ticks")
        .start(this::look);
  }

  /// Returns the nodes to which there is a connection.
  ///
  /// @param type of which type
  /// @return their names
  public List<String> connected(NodeType type) {
    return open.entrySet().stream()
        .filter(entry -> entry.getValue().isOpen() && type.includes(entry.getValue().isVisible()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Tells whether there is a connection to a node.
  ///
  /// @param peer its name
  /// @return whether there is
  public boolean isConnected(String peer) {
    Connection connection = open.get(peer);
    return connection != null && connection.isOpen();
  }

  /// Connects to a node, unless there is a connection, and waits for it.
  ///
  /// @param peer its name
  /// @return whether there is a connection now
  public boolean connect(String peer) {
    access.line(peer);
    return switch (opening(NodeName.of(peer))) {
      case Peers.Up<Connection>(Connection connection) -> !connection.isOver();
      case Peers.Pending<Connection>(var outcome) -> outcome.handle((_, e) -> e == null).join();
      case Peers.Begun<Connection>(Attempt<Connection> attempt, var outcome) -> {
        open(attempt);
        yield outcome.handle((_, e) -> e == null).join();
      }
    };
  }

  /// Has another node spawn a process for the calling one; see [Carrier.Access#spawn].
  ///
  /// @param peer its name
  /// @param call what to spawn
  /// @param link the mode of the parent's end of a link, or null for none
  /// @param monitor how the parent monitors the child, or null for not at all
  /// @return what has become of it
  public Carrier.Spawned spawn(
      String peer, SpawnCall call, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    return access.spawn(peer, call, link, monitor);
  }

  /// Ends the connection to a node.
  ///
  /// @param peer its name
  /// @return whether there was one
  public boolean disconnect(String peer) {
    Connection connection = open.get(peer);
    if (connection == null || connection.isEnded()) {
      return false;
    }
    connection.end("", null);
    return true;
  }

  /// Returns how many entries there are for other nodes; none when there are no connections, and
  /// none on the way.
  ///
  /// @return the number
  public int entries() {
    return open.size() + flows.size() + entrance.size();
  }

  // for the node

  @Override
  public void connect(Carrier.Outbox line) {
    Thread.ofVirtual()
        .name("belay-distribution " + node.name() + " connects")
        .start(() -> {
          boolean connecting = false;
          try {
            connect(line, NodeName.of(line.peer()));
            connecting = true;
          } catch (IllegalArgumentException | IllegalStateException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no name of a node, or no more connections", e);
          } finally {
            if (!connecting) {
              line.lose();
            }
          }
        });
  }

  private void connect(Carrier.Outbox line, NodeName name) {
    switch (opening(name)) {
      case Peers.Up<Connection>(Connection connection) -> {
        if (connection.isOver()) {
          line.lose();
        }
      }
      case Peers.Pending<Connection>(var outcome) -> {
        var _ = outcome.whenComplete((_, e) -> loseUnless(line, e));
      }
      case Peers.Begun<Connection>(Attempt<Connection> attempt, var outcome) -> {
        var _ = outcome.whenComplete((_, e) -> loseUnless(line, e));
        open(attempt);
      }
    }
  }

  /// Says that somebody wants to be connected to a peer. A connection that is over, but has not
  /// gone yet, is of no use to him: nothing that he sends would go over it, and nobody would tell
  /// him.
  private Peers.Opening<Connection> opening(NodeName peer) {
    long end = System.nanoTime() + SETTLE_TIME.toNanos();
    while (true) {
      Peers.Opening<Connection> opening = peers.connect(peer);
      if (!(opening instanceof Peers.Up<Connection>(Connection connection))
          || !connection.isOver()
          || System.nanoTime() - end >= 0) {
        return opening;
      }
      LockSupport.parkNanos(SETTLE_NANOS);
    }
  }

  private static void loseUnless(Carrier.Outbox line, @Nullable Throwable failure) {
    if (failure != null) {
      line.lose();
    }
  }

  @Override
  public void wake(Carrier.Outbox line) {
    Flow flow = flows.get(line);
    if (flow != null) {
      flow.wake();
    }
  }

  @Override
  public void lost(Carrier.Outbox line) {
    Flow flow = flows.remove(line);
    if (flow != null) {
      flow.close();
      flow.wake();
    }
  }

  @Override
  public void settled(Carrier.Outbox line) {
    for (Thread waiting : awaitingLoss) {
      LockSupport.unpark(waiting);
    }
  }

  @Override
  public Object encode(Carrier.Outbox line, Object message) {
    if (message instanceof SpawnCall call) {
      Encoded arguments = (Encoded) encode(line, call.arguments());
      return call.onTheWire(groupLeader(call), arguments, identities);
    }
    TermWriter writer = new TermWriter(identities);
    try {
      writer.write(codec.toTerm(message));
    } catch (TermException | TermCodecException e) {
      throw new IllegalArgumentException(
          "a message to "
              + line.peer()
              + " cannot be sent, because it is no term of Erlang's: "
              + e.getMessage(),
          e);
    }
    return new Encoded(writer.toBytes());
  }

  @Override
  public void pushed(Carrier.Outbox line, Object payload) {
    Encoded encoded =
        payload instanceof SpawnCall.OnTheWire call ? call.arguments() : (Encoded) payload;
    flow(line).pushed(encoded.bytes().length);
  }

  /// Who does the output of a process that is spawned on another node: who does it for its spawner,
  /// or else, as in Erlang, whoever is `user`. If nobody is, nobody, which is as good as a group
  /// leader that has ended.
  private Pid groupLeader(SpawnCall call) {
    Pid leader = call.groupLeader();
    return leader != null
        ? leader
        : node.whereis("user").orElseGet(() -> access.pid(node.name(), access.creation(), 0));
  }

  @Override
  public Object decode(Carrier.Outbox line, Object payload) {
    TermReader reader = new TermReader(identities, TermLimits.DEFAULT);
    try {
      return payload instanceof Unconverted(Payload raw)
          ? raw.read(reader)
          : codec.fromTerm(((Payload) payload).read(reader));
    } catch (ProtocolException e) {
      Connection connection = open.get(line.peer());
      if (connection != null) {
        // For the log; the line is lost in any case.
        connection.noteWrong(line, e);
      }
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public boolean takesRoom(Carrier.Outbox line, Object payload) {
    // Asked of everything that comes to a mailbox with a bound: so it is not read but if need be.
    if (!raw(payload).begins(TRIPLE, SYSTEM)) {
      return true;
    }
    try {
      return !orders.test(term(payload));
    } catch (ProtocolException e) {
      // Whoever opens it says so.
      return true;
    }
  }

  @Override
  public void refused(Carrier.Outbox line, Object payload, DroppedMessage.Why why) {
    Connection connection = open.get(line.peer());
    if (connection != null && raw(payload).begins(TRIPLE, CALL)) {
      connection.refused(payload, raw(payload).size());
    }
  }

  private void tellSenderOf(String peer, Object payload) {
    try {
      whenRefused.accept(peer, term(payload));
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "whoever sent to a full mailbox could not be told", e);
    }
  }

  /// Returns the term that has come, without the types of the program's.
  private Object term(Object payload) {
    return raw(payload).read(new TermReader(identities, TermLimits.DEFAULT));
  }

  private static Payload raw(Object payload) {
    return payload instanceof Unconverted(Payload inner) ? inner : (Payload) payload;
  }

  @Override
  public boolean isFull(Carrier.Outbox line, Thread sender) {
    return !line.isLost() && flow(line).isFull(sender);
  }

  private Flow flow(Carrier.Outbox line) {
    Flow flow = flows.computeIfAbsent(line, _ -> new Flow());
    if (line.isLost() && flows.remove(line, flow)) {
      // Its loss was told before the entry was made.
      flow.close();
    }
    return flow;
  }

  // connections

  private void open(Attempt<Connection> attempt) {
    entrance.open(attempt, this::socket, this::up);
  }

  private Socket socket(NodeName name) throws IOException {
    List<NodeAddress> addresses = resolver.resolve(name.name(), name.host());
    IOException failure =
        new IOException("there is no such node, as far as is known on " + name.host());
    for (NodeAddress address : addresses) {
      Socket socket = new Socket();
      try {
        socket.connect(address.socketAddress(), (int) CONNECT_TIME.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private void accept() {
    while (!closed) {
      try {
        greet(server.accept());
      } catch (IOException | RuntimeException | Error e) {
        if (!closed) {
          entrance.broken(e);
          // Out of file descriptors, for example: to try again at once only keeps a processor busy.
          LockSupport.parkNanos(LOOK_MILLIS * 1_000_000);
        }
      }
    }
  }

  private void greet(Socket socket) throws IOException {
    boolean isGreeted = false;
    try {
      Thread.ofVirtual()
          .name("belay-distribution " + node.name() + " is greeted")
          .start(() -> entrance.accept(socket, this::up));
      isGreeted = true;
    } finally {
      if (!isGreeted) {
        socket.close();
      }
    }
  }

  private void up(Greeted<Connection> greeted) throws IOException {
    String peer = greeted.agreement().peer().toString();
    Carrier.Outbox line = line(peer);
    if (line == null) {
      greeted.socket().close();
      greeted.attempt().failed(new IOException("the loss of the last connection is being told"));
      return;
    }
    boolean isUp = false;
    boolean isCarried = false;
    try {
      Connection connection =
          new Connection(
              greeted,
              line,
              identities,
              flow(line),
              functions,
              codec,
              this::tellSenderOf,
              tickNanos);
      isUp = greeted.attempt().up(connection);
      if (isUp) {
        begin(peer, connection);
      } else {
        // Another attempt goes before this one. Should that fail, the line must not be forgotten.
        connect(line);
      }
      isCarried = true;
    } finally {
      if (!isCarried) {
        line.lose();
      }
    }
    if (!isUp) {
      greeted.socket().close();
    }
  }

  private void begin(String peer, Connection connection) {
    boolean begun = false;
    try {
      // Not in the place of a later one, if this one has ended meanwhile.
      open.compute(peer, (_, other) -> other != null && connection.isEnded() ? other : connection);
      connection.start();
      begun = true;
    } finally {
      if (!begun) {
        connection.end("the connection could not be begun", null);
      }
    }
    connection.attempt().announce();
    if (connection.isOpen()) {
      whenUp.accept(peer);
    }
    if (closed) {
      connection.end("", null);
    }
  }

  /// Finds the line that waits for a connection, or makes one; while the loss of the last one is
  /// being told, waits for that.
  private Carrier.@Nullable Outbox line(String peer) {
    Thread self = Thread.currentThread();
    long end = System.nanoTime() + SETTLE_TIME.toNanos();
    // Before the first look, so that no loss is told unheard after it.
    awaitingLoss.add(self);
    try {
      while (true) {
        Carrier.Outbox line = access.accept(peer);
        if (line == null) {
          line = access.line(peer);
        }
        long left = end - System.nanoTime();
        if (line != null || left <= 0) {
          return line;
        }
        LockSupport.parkNanos(this, left);
      }
    } finally {
      awaitingLoss.remove(self);
    }
  }

  /// Looks after all connections, on a thread of the platform's: what is busy must not be taken for
  /// dead.
  private void look() {
    try {
      while (!closed) {
        Thread.sleep(LOOK_MILLIS);
        look(System.nanoTime());
      }
    } catch (InterruptedException e) {
      LOGGER.log(System.Logger.Level.WARNING, "nobody looks after connections any more", e);
    }
  }

  private void look(long now) {
    try {
      entrance.look(now);
      open.forEach((peer, connection) -> {
        connection.look(now);
        if (connection.isGone()) {
          open.remove(peer, connection);
        }
      });
    } catch (RuntimeException | Error e) {
      // For want of memory, or from a handler of the log. The others are looked after the next
      // time.
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      server.close();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
    }
    peers.close();
    entrance.close();
    for (Connection connection : List.copyOf(open.values())) {
      connection.end("", null);
    }
    open.clear();
  }
}
