package dev.belay.distribution.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Stands between two nodes, and does to their connections what networks do: cuts them at a byte,
/// goes silent in one direction or both without a word, is slow, changes a byte.
///
/// Nodes come to it by a resolver that says that the other node is here. What is ordered holds for
/// the connections that are open and for those to come, and counts bytes from the order on.
public final class CuttingProxy implements AutoCloseable {
  /*
   * Two threads a connection, one each way. The orders are guarded by the lock of this object, which a thread takes for each piece that
   * it has read; nothing is written with it held. What one side has said last is passed on also if it takes nothing more: the thread
   * that cannot write leaves the connection to the other one, which finds the end behind it.
   */
  private static final int PIECE = 8 << 10;
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Target target;
  private final ServerSocket server;
  private final Map<Way, Orders> orders = new EnumMap<>(Way.class);
  private final List<Socket> sockets = new ArrayList<>();
  private final Map<Way, ByteArrayOutputStream> records = new EnumMap<>(Way.class);
  private int connections;
  private boolean closed;

  /// A direction.
  public enum Way {
    /// From who has connected.
    OUT,
    /// To who has connected.
    BACK
  }

  /// Where the other node listens.
  @FunctionalInterface
  public interface Target {
    /// Finds out.
    InetSocketAddress address() throws IOException;
  }

  /// What is to be done to what goes one way.
  private static final class Orders {
    private static final long NEVER = Long.MAX_VALUE;
    long cutIn = NEVER;
    long changeIn = NEVER;
    boolean frozen;
    Duration delay = Duration.ZERO;
    long passed;
  }

  /// Begins to stand before a node.
  public CuttingProxy(Target target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, LOOPBACK);
    for (Way way : Way.values()) {
      orders.put(way, new Orders());
    }
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  /// Where nodes have to connect.
  public InetSocketAddress address() {
    return new InetSocketAddress(LOOPBACK, server.getLocalPort());
  }

  // orders

  /// Cuts the connection after so many more bytes one way.
  public synchronized void cutIn(Way way, long bytes) {
    orders(way).cutIn = bytes;
  }

  /// Changes the byte that comes after so many more one way.
  public synchronized void changeIn(Way way, long bytes) {
    orders(way).changeIn = bytes;
  }

  /// Lets nothing through some ways any more, not even the end of a connection.
  public synchronized void freeze(Way... ways) {
    for (Way way : ways) {
      orders(way).frozen = true;
    }
  }

  /// Takes all back.
  public synchronized void heal() {
    for (Way way : Way.values()) {
      Orders old = orders(way);
      old.cutIn = Orders.NEVER;
      old.changeIn = Orders.NEVER;
      old.frozen = false;
      old.delay = Duration.ZERO;
    }
    notifyAll();
  }

  /// Holds each piece for a time.
  public synchronized void delay(Way way, Duration time) {
    orders(way).delay = time;
  }

  /// Cuts all connections now.
  public void cut() {
    List<Socket> all;
    synchronized (this) {
      all = List.copyOf(sockets);
      sockets.clear();
    }
    all.forEach(CuttingProxy::close);
  }

  /// How many bytes have gone one way, over all connections.
  public synchronized long passed(Way way) {
    return orders(way).passed;
  }

  /// What has gone one way, over all connections, since [#record].
  public synchronized byte[] recorded(Way way) {
    ByteArrayOutputStream record = records.get(way);
    return record == null ? new byte[0] : record.toByteArray();
  }

  /// Keeps what goes either way from now on.
  public synchronized void record() {
    for (Way way : Way.values()) {
      records.put(way, new ByteArrayOutputStream());
    }
  }

  /// How many connections there have been.
  public synchronized int connections() {
    return connections;
  }

  private Orders orders(Way way) {
    Orders found = orders.get(way);
    if (found == null) {
      throw new IllegalStateException("no orders for " + way);
    }
    return found;
  }

  // connections

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        Thread.ofVirtual().name("proxy").start(() -> connect(from));
      }
    } catch (IOException _) {
      cut();
    }
  }

  private void connect(Socket from) {
    Socket to = new Socket();
    try {
      to.connect(target.address());
      to.setTcpNoDelay(true);
      from.setTcpNoDelay(true);
    } catch (IOException _) {
      close(from);
      close(to);
      return;
    }
    synchronized (this) {
      connections++;
      sockets.add(from);
      sockets.add(to);
      if (closed) {
        close(from);
        close(to);
      }
    }
    AtomicBoolean left = new AtomicBoolean();
    Thread.ofVirtual().name("proxy out").start(() -> pass(from, to, Way.OUT, left));
    Thread.ofVirtual().name("proxy back").start(() -> pass(to, from, Way.BACK, left));
  }

  /// @param left whether the thread of the other way has left the connection to this one
  private void pass(Socket from, Socket to, Way way, AtomicBoolean left) {
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      boolean goesOn = true;
      while (goesOn) {
        int count = in.read(piece);
        awaitThaw(way);
        if (count < 0) {
          break;
        }
        int passed = allowed(piece, count, way);
        try {
          out.write(piece, 0, passed);
        } catch (IOException e) {
          if (left.compareAndSet(false, true)) {
            return;
          }
          throw e;
        }
        goesOn = passed == count;
      }
    } catch (IOException | InterruptedException _) {
      // Cut from either side.
    }
    close(from);
    close(to);
    synchronized (this) {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /// @return how many bytes are to be passed on; if not all, the connection is to be cut then
  private int allowed(byte[] piece, int count, Way way) {
    int allowed;
    Duration delay;
    synchronized (this) {
      Orders now = orders(way);
      delay = now.delay;
      allowed = (int) Math.min(count, now.cutIn);
      if (now.changeIn < allowed) {
        piece[(int) now.changeIn] ^= (byte) 0xFF;
        now.changeIn = Orders.NEVER;
      } else if (now.changeIn != Orders.NEVER) {
        now.changeIn -= allowed;
      }
      if (now.cutIn != Orders.NEVER) {
        now.cutIn = allowed < count ? Orders.NEVER : now.cutIn - allowed;
      }
      now.passed += allowed;
      ByteArrayOutputStream record = records.get(way);
      if (record != null) {
        record.write(piece, 0, allowed);
      }
    }
    if (!delay.isZero()) {
      LockSupport.parkNanos(delay.toNanos());
    }
    return allowed;
  }

  private synchronized void awaitThaw(Way way) throws InterruptedException {
    while (orders(way).frozen && !closed) {
      wait();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Ends with all its connections.
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.close();
    cut();
  }
}
