package dev.belay.examples.tunnel;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A small chat that tells its listeners by an event stream what is said.
public final class StreamingChat extends ChatServer {
  private static final String PATH = "/events";

  private final List<Socket> listeners = new ArrayList<>();
  private int said;

  /// Starts the server.
  public StreamingChat() {
    start();
  }

  /// Serves a chat to try the tunnel with: prints its URL, and says each line of standard input.
  static void main() throws IOException {
    try (StreamingChat chat = new StreamingChat()) {
      IO.println(chat.url());
      for (String line = IO.readln(""); line != null; line = IO.readln("")) {
        chat.say(line);
      }
    }
  }

  /// Returns where its event stream is.
  ///
  /// @return its URL
  public URI url() {
    return at(PATH);
  }

  /// Says something to all who listen now.
  ///
  /// @param text any text
  /// @throws IOException if somebody cannot be told
  public void say(String text) throws IOException {
    StringBuilder event = new StringBuilder();
    text.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    synchronized (this) {
      said++;
      event.append("id: ").append(said).append("\n\n");
    }
    send(event.toString());
  }

  /// Sends listeners a piece of the stream as it is.
  void send(String piece) throws IOException {
    int length = piece.getBytes(StandardCharsets.UTF_8).length;
    for (Socket listener : listeners()) {
      say(listener, Integer.toHexString(length) + "\r\n" + piece + "\r\n");
    }
  }

  /// Drops the connections of all who listen, in the middle of their streams, as a server does that
  /// is killed.
  ///
  /// @throws IOException if a socket cannot be closed
  public void drop() throws IOException {
    for (Socket listener : listeners()) {
      listener.setSoLinger(true, 0);
      listener.close();
    }
  }

  /// Waits until so many listen.
  ///
  /// @param number how many at least
  /// @param time how long to wait at most
  /// @return whether they do
  /// @throws InterruptedException if the wait is interrupted
  public boolean awaitListeners(int number, Duration time) throws InterruptedException {
    return await(time, () -> listeners.size() >= number);
  }

  synchronized List<Socket> listeners() {
    return List.copyOf(listeners);
  }

  @Override
  void answer(Request request, Socket socket) throws IOException {
    if (!request.method().equals("GET") || !request.path().equals(PATH)) {
      status(socket, "404 Not Found");
      return;
    }
    // At once: whoever has the answer is told all that is said from then on, and nothing before it.
    synchronized (this) {
      say(
          socket,
          """
          HTTP/1.1 200 OK\r
          Content-Type: text/event-stream\r
          Cache-Control: no-store\r
          Transfer-Encoding: chunked\r
          \r
          """);
      listeners.add(socket);
      notifyAll();
    }
    try {
      while (socket.getInputStream().read() >= 0) {
        // a listener has nothing to say; this waits until it leaves
      }
    } finally {
      synchronized (this) {
        listeners.remove(socket);
      }
    }
  }
}
