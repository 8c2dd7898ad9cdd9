package dev.belay.distribution.internal.handshake;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A node that greets and is greeted, over real sockets of this host.
final class Station implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final long PATIENCE_SECONDS = 30;

  final NodeName name;
  final Peers<Line> peers;
  final ServerSocket listener;
  final BlockingQueue<Line> accepted = new LinkedBlockingQueue<>();
  final BlockingQueue<IOException> refused = new LinkedBlockingQueue<>();

  /// The connections that were told to close.
  final BlockingQueue<Line> closing = new LinkedBlockingQueue<>();

  /// Sockets wait for this before they are greeted.
  volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

  volatile boolean closesAtOnce = true;
  volatile Identity identity;
  volatile Function<NodeName, Cookie> cookies = _ -> Dialogue.COOKIE;
  volatile Duration stepTime = Duration.ofSeconds(20);
  volatile String disallowed = "";
  private final Framing framing;

  /// A connection that is up.
  static final class Line {
    final Greeted<Line> greeted;
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Boolean> up = new CompletableFuture<>();

    Line(Greeted<Line> greeted) {
      this.greeted = greeted;
    }

    /// Says that it is up; to be called once.
    Line begin() throws IOException {
      boolean isUp = greeted.attempt().up(this);
      if (!isUp) {
        greeted.socket().close();
      }
      up.complete(isUp);
      greeted.attempt().announce();
      return this;
    }

    /// Tells whether it is up; waits until that is known, as those who wait for the outcome of the
    /// attempt may hear of it before.
    boolean isUp() {
      return up.join();
    }

    Agreement agreement() {
      return greeted.agreement();
    }

    /// Reads, and throws away, until the peer closes.
    void drain() {
      Thread.ofVirtual()
          .start(() -> {
            byte[] bytes = new byte[1_000];
            try (InputStream in = greeted.socket().getInputStream()) {
              while (in.read(bytes) >= 0) {
                // whatever it was
              }
            } catch (IOException e) {
              // closed on this side
            }
            close();
            ended.complete(null);
          });
    }

    void close() {
      try {
        greeted.socket().close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      greeted.attempt().down();
    }
  }

  Station(NodeName name, Framing framing) throws IOException {
    this.name = name;
    this.framing = framing;
    this.identity = Identity.of(name, 7, Dialogue.FLAGS);
    this.peers = new Peers<>(name, this::close, new Random(7));
    this.listener = new ServerSocket(0, 50, LOOPBACK);
    Thread.ofVirtual().start(this::listen);
  }

  static Station of(String name) throws IOException {
    return new Station(NodeName.of(name), Framing.TCP);
  }

  private void close(Line line) {
    closing.add(line);
    if (closesAtOnce) {
      line.close();
    }
  }

  Greeting<Line> greeting() {
    return new Greeting<>(
        identity, name -> cookies.apply(name), text -> !text.equals(disallowed), peers, stepTime);
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> accept(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void accept(Socket socket) {
    gate.join();
    try {
      Line line = new Line(greeting().accept(socket, framing)).begin();
      if (line.isUp()) {
        accepted.add(line);
      }
    } catch (IOException e) {
      refused.add(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  Socket dial(int port) throws IOException {
    return new Socket(LOOPBACK, port);
  }

  /// Connects, as the only one who does.
  Line connect(NodeName peer, int port) throws IOException {
    Peers.Begun<Line> begun = (Peers.Begun<Line>) peers.connect(peer);
    return connect(begun.attempt(), port);
  }

  Line connect(Attempt<Line> attempt, int port) throws IOException {
    try {
      return new Line(greeting().connect(dial(port), framing, attempt)).begin();
    } catch (IOException e) {
      attempt.failed(e);
      throw e;
    }
  }

  Line connect(Station other) throws IOException {
    return connect(other.name, other.port());
  }

  /// The next connection that was made from outside.
  Line nextAccepted() throws InterruptedException {
    return next(accepted);
  }

  /// Why the next connection from outside was not made.
  HandshakeException nextRefused() throws InterruptedException {
    return (HandshakeException) next(refused);
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing has come");
    }
    return next;
  }

  static byte[] left(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static Socket connected(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(LOOPBACK, port));
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return socket;
  }

  @Override
  public void close() throws IOException {
    gate.complete(null);
    listener.close();
    peers.close();
  }
}
