package dev.belay.examples.tour;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// The cable between two nodes: a proxy through which all their bytes go, and which does to them
/// what happens to cables.
///
/// It is cut: both connected sides are told at once that the connection is over. Or it freezes: it
/// takes bytes and passes none on, and neither side is told anything, as if a machine had vanished.
final class Cable implements AutoCloseable {
  /*
   * Two threads a connection, one each way. `frozen` is looked at for each piece, under the lock of this object; nothing is read or
   * written with it held.
   */
  private static final int PIECE = 8 << 10;

  private final ServerSocket nearEnd;
  private final List<Socket> open = new ArrayList<>();
  private int farPort;
  private int connections;
  private boolean frozen;
  private boolean closed;

  /// Lays a cable that leads nowhere yet.
  Cable() throws IOException {
    nearEnd = new ServerSocket(0, 50, Beacon.loopback());
    Thread.ofVirtual().name("cable").start(this::accept);
  }

  /// Where to connect to.
  InetSocketAddress nearEnd() {
    return new InetSocketAddress(nearEnd.getInetAddress(), nearEnd.getLocalPort());
  }

  /// Leads it to a port of this machine; from the next connection on.
  synchronized void leadTo(int port) {
    farPort = port;
  }

  /// How many connections there have been.
  synchronized int connections() {
    return connections;
  }

  /// Cuts all connections.
  void cut() {
    List<Socket> all;
    synchronized (this) {
      all = List.copyOf(open);
      open.clear();
    }
    all.forEach(Cable::close);
  }

  // @start region="freeze"
  /// From now on nothing is passed on, not even that a side has closed its connection.
  synchronized void freeze() {
    frozen = true;
  }

  private synchronized void awaitThaw() throws InterruptedException {
    while (frozen && !closed) {
      wait();
    }
  }

  // @end

  /// Replaces it by one that is as good as new, without the connections that it had.
  void replace() {
    cut();
    synchronized (this) {
      frozen = false;
      notifyAll();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = nearEnd.accept();
        Thread.ofVirtual().name("cable connects").start(() -> connect(near));
      }
    } catch (IOException e) {
      cut(); // closed
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    try {
      synchronized (this) {
        open.add(near);
        open.add(far);
      }
      far.connect(new InetSocketAddress(Beacon.loopback(), farPort()));
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      synchronized (this) {
        connections++;
      }
    } catch (IOException e) {
      close(near);
      close(far);
      return;
    }
    Thread.ofVirtual().name("cable out").start(() -> pass(near, far));
    Thread.ofVirtual().name("cable back").start(() -> pass(far, near));
  }

  private synchronized int farPort() {
    return farPort;
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[PIECE];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        awaitThaw();
        out.write(piece, 0, count);
      }
      awaitThaw();
    } catch (IOException | InterruptedException e) {
      // It was cut, by somebody, and that is passed on.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more, one way or another.
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    nearEnd.close();
    cut();
  }
}
