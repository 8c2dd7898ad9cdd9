package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Node;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.distribution.NodeAddress;
import dev.belay.distribution.NodeResolver;
import dev.belay.distribution.internal.handshake.Attempt;
import dev.belay.distribution.internal.handshake.Cookie;
import dev.belay.distribution.internal.handshake.Framing;
import dev.belay.distribution.internal.handshake.Greeted;
import dev.belay.distribution.internal.handshake.Greeting;
import dev.belay.distribution.internal.handshake.Handshake;
import dev.belay.distribution.internal.handshake.Identity;
import dev.belay.distribution.internal.handshake.NodeName;
import dev.belay.distribution.internal.handshake.Peers;
import dev.belay.distribution.internal.terms.TermException;
import dev.belay.distribution.internal.terms.TermLimits;
import dev.belay.distribution.internal.terms.TermReader;
import dev.belay.distribution.internal.terms.TermWriter;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All connections of one node: makes them when they are needed, takes those that others make, and
/// looks whether the peers are still there.
public final class Connections implements Carrier, AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final Duration CONNECT_TIME = Duration.ofSeconds(7);
  private static final Duration SETTLE_TIME = Duration.ofSeconds(7);
  private static final long LOOK_MILLIS = 100;

  private final Node node;
  private final Carrier.Access access;
  private final NodeIdentities identities;
  private final NodeResolver resolver;
  private final ServerSocket server;
  private final Functions functions;
  private final long tickNanos;
  private final Peers<Connection> peers;
  private final Greeting<Connection> greeting;
  private final Map<String, Connection> open = new ConcurrentHashMap<>();
  private final Map<Carrier.Outbox, Flow> flows = new ConcurrentHashMap<>();

  /// Who waits until all have heard of the loss of a line.
  private final Queue<Thread> awaitingLoss = new ConcurrentLinkedQueue<>();

  private final HalfOpen halfOpen = new HalfOpen(HalfOpen.MOST);
  private volatile boolean closed;

  /// Makes the connections of a node; [#start] begins to take some.
  ///
  /// @param node the node, whose name is one of a cluster
  /// @param cookie what both sides of a connection have to know
  /// @param flags what the node offers
  /// @param resolver finds other nodes
  /// @param server where others connect; belongs to this from now on
  /// @param allowed who may connect, by name
  /// @param functions what other nodes may have run
  /// @param tickTime how long a peer may be silent
  public Connections(
      Node node,
      Cookie cookie,
      long flags,
      NodeResolver resolver,
      ServerSocket server,
      Predicate<? super String> allowed,
      Functions functions,
      Duration tickTime) {
    this.node = node;
    this.access = node.carry(this);
    this.identities = new NodeIdentities(access);
    this.resolver = resolver;
    this.server = server;
    this.functions = functions;
    this.tickNanos = tickTime.toNanos();
    NodeName self = NodeName.of(node.name());
    this.peers =
        new Peers<>(self, old -> old.end("it has connected again", null), new SecureRandom());
    this.greeting =
        new Greeting<>(
            Identity.of(self, access.creation(), flags),
            _ -> cookie,
            allowed,
            peers,
            Handshake.STEP_TIME);
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
    return switch (peers.connect(NodeName.of(peer))) {
      case Peers.Up<Connection> _ -> true;
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
    if (connection == null) {
      return false;
    }
    connection.end("", null);
    return true;
  }

  // for the node

  @Override
  public void connect(Carrier.Outbox line) {
    Thread.ofVirtual()
        .name("belay-distribution " + node.name() + " connects")
        .start(() -> {
          try {
            connect(line, NodeName.of(line.peer()));
          } catch (IllegalArgumentException | IllegalStateException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "no name of a node, or no more connections", e);
            line.lose();
          }
        });
  }

  private void connect(Carrier.Outbox line, NodeName name) {
    switch (peers.connect(name)) {
      case Peers.Up<Connection> _ -> {}
      case Peers.Pending<Connection>(var outcome) -> {
        var _ = outcome.whenComplete((_, e) -> loseUnless(line, e));
      }
      case Peers.Begun<Connection>(Attempt<Connection> attempt, var outcome) -> {
        var _ = outcome.whenComplete((_, e) -> loseUnless(line, e));
        open(attempt);
      }
    }
  }

  private static void loseUnless(Carrier.Outbox line, @Nullable Throwable failure) {
    if (failure != null) {
      line.lose();
    }
  }

  @Override
  public void wake(Carrier.Outbox line) {
    Connection connection = open.get(line.peer());
    if (connection != null) {
      connection.wake();
    }
  }

  @Override
  public void lost(Carrier.Outbox line) {
    Flow flow = flows.remove(line);
    if (flow != null) {
      flow.close();
    }
    Connection connection = open.get(line.peer());
    if (connection != null) {
      connection.wake();
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
      return call.onTheWire(groupLeader(), arguments, identities);
    }
    TermWriter writer = new TermWriter(identities);
    try {
      writer.write(Values.term(message));
    } catch (TermException e) {
      throw new IllegalArgumentException(
          "a message to "
              + line.peer()
              + " cannot be sent, because it is no term of Erlang's: "
              + e.getMessage(),
          e);
    }
    byte[] bytes = writer.toBytes();
    flow(line).encoded(bytes.length);
    return new Encoded(bytes);
  }

  /// Who does the output of processes that are spawned on other nodes: as in Erlang whoever is
  /// `user`. If nobody is, nobody, which is as good as a group leader that has ended.
  private Pid groupLeader() {
    return node.whereis("user").orElseGet(() -> access.pid(node.name(), access.creation(), 0));
  }

  @Override
  public Object decode(Carrier.Outbox line, Object payload) {
    try {
      return ((Payload) payload).read(new TermReader(identities, TermLimits.DEFAULT));
    } catch (ProtocolException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public boolean isFull(Carrier.Outbox line, Thread sender) {
    return !line.isLost() && flow(line).isFull(sender);
  }

  private Flow flow(Carrier.Outbox line) {
    return flows.computeIfAbsent(line, _ -> new Flow());
  }

  // connections

  private void open(Attempt<Connection> attempt) {
    NodeName name = attempt.peer();
    try {
      Socket socket = socket(name);
      up(greeting.connect(socket, Framing.TCP, attempt));
    } catch (IOException | RuntimeException e) {
      LOGGER.log(
          System.Logger.Level.INFO,
          () -> "node " + node.name() + " cannot connect to " + name + ": " + e.getMessage());
      attempt.failed(e instanceof IOException io ? io : new IOException(e));
    }
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
        Socket socket = server.accept();
        halfOpen.add(socket);
        Thread.ofVirtual()
            .name("belay-distribution " + node.name() + " is greeted")
            .start(() -> accepted(socket));
      } catch (IOException e) {
        if (!closed) {
          LOGGER.log(System.Logger.Level.WARNING, "accepting a connection failed", e);
        }
      }
    }
  }

  private void accepted(Socket socket) {
    Greeted<Connection> greeted;
    try {
      socket.setTcpNoDelay(true);
      greeted = greeting.accept(socket, Framing.TCP);
    } catch (IOException e) {
      if (halfOpen.remove(socket)) {
        notAccepted(socket, e);
      }
      return;
    } finally {
      halfOpen.remove(socket);
    }
    try {
      up(greeted);
    } catch (IOException e) {
      notAccepted(socket, e);
    }
  }

  private void notAccepted(Socket socket, IOException why) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        () ->
            "node "
                + node.name()
                + " has not accepted a connection from "
                + socket.getRemoteSocketAddress()
                + ": "
                + why.getMessage());
  }

  private void up(Greeted<Connection> greeted) throws IOException {
    String peer = greeted.agreement().peer().toString();
    Carrier.Outbox line = line(peer);
    if (line == null) {
      greeted.socket().close();
      greeted.attempt().failed(new IOException("the loss of the last connection is being told"));
      return;
    }
    Connection connection = new Connection(greeted, identities, flow(line), functions, tickNanos);
    open.put(peer, connection);
    if (greeted.attempt().up(connection)) {
      connection.start(line);
    } else {
      open.remove(peer, connection);
      greeted.socket().close();
      // Another attempt goes before this one, or there will be none: then nobody may wait for it.
      connect(line);
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
        long now = System.nanoTime();
        open.forEach((peer, connection) -> {
          connection.look(now);
          if (connection.isEnded()) {
            open.remove(peer, connection);
          }
        });
      }
    } catch (InterruptedException e) {
      LOGGER.log(System.Logger.Level.WARNING, "nobody looks after connections any more", e);
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
    for (Connection connection : List.copyOf(open.values())) {
      connection.end("", null);
    }
    open.clear();
  }
}
