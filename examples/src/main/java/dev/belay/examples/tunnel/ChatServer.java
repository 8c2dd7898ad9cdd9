package dev.belay.examples.tunnel;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// The server of a small chat, for the tour and for tests: as much HTTP/1.1 as they need, on the
/// loopback interface, at a port that is free.
///
/// It stands on plain sockets because it has to tell when the other side closes one, which an HTTP
/// server keeps to itself. All methods may be called from any thread.
public abstract sealed class ChatServer implements AutoCloseable
    permits StreamingChat, WebhookChat {
  private static final int LONGEST_HEAD = 16_384;
  private static final int LARGEST_BODY = 2_000_000;

  private final ServerSocket listener;
  private final Set<Socket> open = new HashSet<>();
  private int accepted;

  /// A request.
  ///
  /// @param method such as `GET`
  /// @param path such as `/events`
  /// @param lastEventId the latest event that is known to whoever asks for a stream, or an empty
  ///   string
  /// @param body what was posted, or an empty string
  record Request(String method, String path, String lastEventId, String body) {}

  /// Makes the server, at a port that is free or, if it is not 0, at a given one.
  ChatServer(int port) {
    try {
      listener = new ServerSocket(port, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException e) {
      throw new UncheckedIOException("no chat server can be started on 127.0.0.1", e);
    }
  }

  final void start() {
    Thread.ofVirtual().name(getClass().getSimpleName()).start(this::accept);
  }

  /// Returns the URL of a path on this server.
  final URI at(String path) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
  }

  /// Returns how many connections there are to this server, counted until the other side has closed
  /// them.
  ///
  /// @return the number
  public final synchronized int connections() {
    return open.size();
  }

  /// Waits until so many connections have come in, in all, and none of them is left.
  ///
  /// @param number how many have come in at least
  /// @param time how long to wait at most
  /// @return whether it is so
  /// @throws InterruptedException if the wait is interrupted
  public final boolean awaitClosed(int number, Duration time) throws InterruptedException {
    return await(time, () -> accepted >= number && open.isEmpty());
  }

  final synchronized boolean await(Duration time, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        synchronized (this) {
          accepted++;
          open.add(socket);
          notifyAll();
        }
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Optional<Request> request = request(in);
      while (request.isPresent()) {
        answer(request.get(), socket);
        request = request(in);
      }
    } catch (IOException | InterruptedException e) {
      // the connection is over
    } finally {
      synchronized (this) {
        open.remove(socket);
        notifyAll();
      }
    }
  }

  /// Answers a request; what else comes on the socket is the next one.
  abstract void answer(Request request, Socket socket) throws IOException, InterruptedException;

  static void say(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  static void status(Socket socket, String status) throws IOException {
    say(socket, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static Optional<Request> request(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      if (head.length() == LONGEST_HEAD) {
        throw new IOException("the head of the request is too long");
      }
      head.append((char) next);
    }
    String[] lines = head.toString().split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    int length = 0;
    String lastEventId = "";
    for (String line : lines) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(value);
      } else if (line.toLowerCase(Locale.ROOT).startsWith("last-event-id:")) {
        lastEventId = value;
      }
    }
    if (words.length != 3 || length < 0 || length > LARGEST_BODY) {
      throw new IOException("not a request for this server: " + lines[0]);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      return Optional.empty(); // cut off with whoever sent it
    }
    String text = new String(body, StandardCharsets.UTF_8);
    return Optional.of(new Request(words[0], words[1], lastEventId, text));
  }

  /// Cuts all connections.
  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets()) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized Set<Socket> sockets() {
    return Set.copyOf(open);
  }
}
