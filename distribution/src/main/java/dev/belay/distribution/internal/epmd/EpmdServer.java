package dev.belay.distribution.internal.epmd;

import dev.belay.distribution.internal.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An EPMD within this program, for hosts on which none runs.
///
/// It answers what Erlang's answers. A registration ends with the connection that it was made on.
/// Who wants to change something has to come from this host. A closed one stays closed.
///
/// Its threads are virtual ones: one for each address, one for each connection, and one that closes
/// connections that have been idle for too long.
public final class EpmdServer implements AutoCloseable {
  /*
   * Everything that a peer can delay, reading its request and writing the answer, happens on its own thread and has one time limit
   * from its first byte to the last: the thread of time-outs closes the socket, which ends any read and write. Registered
   * connections have no limit. When there are too many connections, the eldest without a registration goes; so a crowd of silent
   * ones keeps nobody from registering.
   *
   * A connection is in `connections` from before its thread starts until that ends.
   */
  private static final Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");
  private static final int BACKLOG = 128;
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);
  private static final int LOOKS_PER_IDLE_TIME = 8;

  private final Limits limits;
  private final List<ServerSocket> listeners = new ArrayList<>();
  private final List<Thread> acceptors = new CopyOnWriteArrayList<>();
  private final EpmdNames names =
      new EpmdNames(() -> System.currentTimeMillis() / MILLIS_PER_SECOND);
  private final Map<Integer, Connection> connections = new ConcurrentSkipListMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  /// What an EPMD bears.
  ///
  /// @param connections how many connections it holds, with and without a registration
  /// @param idle how long one without a registration may last
  /// @param relaxed whether it can be killed while nodes are registered, and made to forget a node
  public record Limits(int connections, Duration idle, boolean relaxed) {
    /// 4096 connections, 60 s, and strict.
    public static final Limits DEFAULT = new Limits(4_096, Duration.ofSeconds(60), false);

    /// Makes the limits.
    public Limits {
      if (connections < 1 || idle.isNegative() || idle.isZero()) {
        throw new IllegalArgumentException(
            "Limits(" + connections + ", " + idle + "): both have to be above zero");
      }
    }
  }

  private EpmdServer(Limits limits) {
    this.limits = limits;
  }

  /// Starts an EPMD.
  ///
  /// The first address, the loopback one, must be free. Others that cannot be used are logged.
  ///
  /// @param further addresses to listen on besides those of the loopback
  /// @param port the port; 0 for any that is free
  /// @param limits what it bears
  /// @return the EPMD
  /// @throws BindException if something else listens there
  /// @throws IOException if it cannot listen for another reason
  public static EpmdServer open(List<InetAddress> further, int port, Limits limits)
      throws IOException {
    EpmdServer server = new EpmdServer(limits);
    boolean started = false;
    try {
      server.listen(further, port);
      started = true;
    } finally {
      if (!started) {
        server.close();
      }
    }
    for (ServerSocket listener : server.listeners) {
      server.acceptors.add(
          Thread.ofVirtual()
              .name("belay-epmd-" + listener.getLocalSocketAddress())
              .start(() -> server.accept(listener)));
    }
    Thread.ofVirtual().name("belay-epmd-timeouts").start(server::closeIdle);
    return server;
  }

  /// Starts an EPMD where the environment wants it.
  ///
  /// @param environment where `ERL_EPMD_PORT` and `ERL_EPMD_ADDRESS` may stand
  /// @return the EPMD
  /// @throws IOException if it cannot listen
  public static EpmdServer open(Environment environment) throws IOException {
    return open(environment.epmdAddresses(), environment.epmdPort(), Limits.DEFAULT);
  }

  private void listen(List<InetAddress> further, int port) throws IOException {
    for (InetAddress address : addresses(further)) {
      ServerSocket listener = new ServerSocket();
      try {
        listener.bind(new InetSocketAddress(address, listeners.isEmpty() ? port : port()), BACKLOG);
        listeners.add(listener);
      } catch (IOException e) {
        listener.close();
        if (listeners.isEmpty()) {
          throw e;
        }
        LOGGER.log(
            address.isLoopbackAddress() ? Level.DEBUG : Level.WARNING,
            "the embedded EPMD does not listen on " + address.getHostAddress() + ": " + e);
      }
    }
  }

  /// The addresses to listen on. Among them is what the host's own name leads to, if that is a
  /// loopback address (127.0.1.1 on Debian): local nodes with short names ask there.
  private static Set<InetAddress> addresses(List<InetAddress> further) {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (InetAddress address : further) {
      if (address.isAnyLocalAddress()) {
        // With the wildcard no other can be bound, nor needs to be.
        return Set.of(address);
      }
    }
    addresses.add(LOOPBACK);
    addresses.add(LOOPBACK_6);
    try {
      InetAddress own = InetAddress.getLocalHost();
      if (own.isLoopbackAddress()) {
        addresses.add(own);
      }
    } catch (UnknownHostException e) {
      LOGGER.log(Level.DEBUG, "the name of this host leads nowhere", e);
    }
    addresses.addAll(further);
    return addresses;
  }

  /// Returns the port that it listens on.
  ///
  /// @return the port
  public int port() {
    return listeners.getFirst().getLocalPort();
  }

  /// Tells whether it has not been closed or killed.
  ///
  /// @return whether it answers
  public boolean isOpen() {
    return closed.getCount() > 0;
  }

  /// Ends it; all registrations end with it. After that another one can listen on the port.
  @Override
  public void close() {
    closed.countDown();
    for (ServerSocket listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        LOGGER.log(Level.DEBUG, "closing a listening socket failed", e);
      }
    }
    connections.values().forEach(Connection::close);
    awaitAcceptors();
  }

  /// Waits a bounded time until the port is free. A socket on which a thread accepts stays open
  /// until that thread has noticed.
  private void awaitAcceptors() {
    boolean interrupted = false;
    for (Thread acceptor : acceptors) {
      try {
        acceptor.join(LONGEST_CLOSE);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // accepting

  private void accept(ServerSocket listener) {
    while (isOpen()) {
      try {
        admit(listener.accept());
      } catch (IOException e) {
        // Out of file descriptors, perhaps: trying again at once would only burn the processor.
        if (isOpen() && pause(PAUSE_AFTER_FAILURE_MILLIS)) {
          LOGGER.log(Level.DEBUG, "the embedded EPMD could not accept a connection", e);
        }
      }
    }
  }

  /// Waits.
  ///
  /// @return whether it is still open
  private boolean pause(long millis) {
    try {
      return !closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts these threads; closing it is how they end.
      return isOpen();
    }
  }

  private void admit(Socket socket) {
    Connection connection = new Connection(socket, numbers.incrementAndGet());
    connections.put(connection.number, connection);
    if (open.incrementAndGet() > limits.connections()) {
      makeRoom();
    }
    if (!isOpen()) {
      // Whoever was told of the end must not be registered again before it.
      connection.leave();
      return;
    }
    Thread.ofVirtual().name("belay-epmd-" + connection.number).start(connection::serve);
  }

  /// Closes the eldest connection without a registration, which may be the one that has just come.
  private void makeRoom() {
    for (Connection connection : connections.values()) {
      if (!connection.registered && !connection.dropped) {
        connection.close();
        return;
      }
    }
  }

  private void closeIdle() {
    long between = Math.clamp(limits.idle().toMillis() / LOOKS_PER_IDLE_TIME, 1, MILLIS_PER_SECOND);
    while (pause(between)) {
      long now = System.nanoTime();
      for (Connection connection : connections.values()) {
        if (!connection.registered && now - connection.begin > limits.idle().toNanos()) {
          connection.close();
        }
      }
    }
  }

  /// One that has connected.
  private final class Connection {
    private final Socket socket;
    private final int number;
    private final long begin = System.nanoTime();
    private volatile boolean registered;
    private volatile boolean dropped;

    Connection(Socket socket, int number) {
      this.socket = socket;
      this.number = number;
    }

    void close() {
      dropped = true;
      try {
        socket.close();
      } catch (IOException e) {
        LOGGER.log(Level.DEBUG, "closing a connection to the embedded EPMD failed", e);
      }
    }

    void serve() {
      try {
        Optional<ByteBuffer> request = read();
        if (request.isPresent()) {
          answer(EpmdMessages.parse(request.get()));
        }
      } catch (ProtocolException e) {
        LOGGER.log(
            Level.DEBUG,
            () -> "the embedded EPMD got " + e.getMessage() + " from " + socket.getInetAddress());
      } catch (IOException e) {
        LOGGER.log(Level.TRACE, "a connection to the embedded EPMD broke", e);
      } catch (RuntimeException e) {
        LOGGER.log(Level.WARNING, "the embedded EPMD failed to answer a request", e);
      } finally {
        leave();
      }
    }

    private void leave() {
      close();
      connections.remove(number);
      open.decrementAndGet();
    }

    /// Reads a request. What comes with it in one piece must not be longer than it says.
    ///
    /// @return the request without its length, or nothing if none came
    private Optional<ByteBuffer> read() throws IOException {
      InputStream in = socket.getInputStream();
      byte[] bytes = new byte[EpmdMessages.TOO_LONG];
      int got = 0;
      int wanted = bytes.length;
      boolean known = false;
      while (got < wanted) {
        int count = in.read(bytes, got, wanted - got);
        if (count < 0) {
          return Optional.empty();
        }
        got += count;
        if (!known && got >= EpmdMessages.PREFIX) {
          known = true;
          wanted = EpmdMessages.PREFIX + Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort());
          if (wanted == EpmdMessages.PREFIX || wanted >= EpmdMessages.TOO_LONG || got > wanted) {
            throw new ProtocolException("a request of a wrong length");
          }
        }
      }
      return Optional.of(ByteBuffer.wrap(bytes, EpmdMessages.PREFIX, wanted - EpmdMessages.PREFIX));
    }

    private void answer(EpmdMessages.Request request) throws IOException {
      switch (request) {
        case EpmdMessages.PortPlease(String name) ->
            write(
                names
                    .find(name)
                    .map(entry -> EpmdMessages.found(entry.node()))
                    .orElseGet(EpmdMessages::notFound));
        case EpmdMessages.Names _ ->
            write(
                EpmdMessages.names(
                    port(), names.active().stream().map(EpmdNames.Entry::node).toList()));
        default -> answerLocal(request);
      }
    }

    /// Answers one who has to be on this host.
    private void answerLocal(EpmdMessages.Request request) throws IOException {
      if (!isLocal()) {
        throw new ProtocolException("a request that only this host may make");
      }
      switch (request) {
        case EpmdMessages.Alive(PortInfo node) -> register(node);
        case EpmdMessages.BadAlive(int highVersion) -> refuse(highVersion);
        case EpmdMessages.Dump _ ->
            write(
                EpmdMessages.dump(
                    port(),
                    names.active().stream().map(EpmdNames.Entry::dumped).toList(),
                    names.unused().stream().map(EpmdNames.Entry::dumped).toList()));
        case EpmdMessages.Kill _ -> kill();
        case EpmdMessages.Stop(String name) -> stop(name);
        default -> throw new ProtocolException("a request without an answer");
      }
    }

    private boolean isLocal() {
      InetAddress peer = socket.getInetAddress();
      return peer.isLoopbackAddress() || peer.equals(socket.getLocalAddress());
    }

    private void register(PortInfo node) throws IOException {
      Optional<EpmdNames.Entry> entry = names.register(node, number);
      if (entry.isEmpty()) {
        refuse(node.highVersion());
        return;
      }
      registered = true;
      try {
        write(EpmdMessages.registered(node.highVersion(), entry.get().creation()));
        awaitEnd();
      } finally {
        names.unregister(entry.get());
      }
    }

    private void refuse(int highVersion) throws IOException {
      write(EpmdMessages.refused(highVersion));
      awaitEnd();
    }

    /// Waits for the end of the connection. A byte that comes ends it, too.
    @SuppressWarnings("CheckReturnValue") // whatever came, it is the end
    private void awaitEnd() throws IOException {
      socket.getInputStream().read();
    }

    private void kill() throws IOException {
      boolean ends = limits.relaxed() || names.isEmpty();
      write(EpmdMessages.killed(ends));
      if (ends) {
        LOGGER.log(Level.INFO, () -> "the embedded EPMD on port " + port() + " was killed");
        EpmdServer.this.close();
      }
    }

    private void stop(String name) throws IOException {
      if (!limits.relaxed()) {
        throw new ProtocolException("a request to forget a node, which is not allowed");
      }
      Optional<EpmdNames.Entry> entry = names.find(name);
      entry.ifPresent(known -> {
        names.unregister(known);
        Connection lease = connections.get(known.socket());
        if (lease != null) {
          lease.close();
        }
      });
      write(EpmdMessages.stopped(entry.isPresent()));
    }

    private void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }
  }
}
