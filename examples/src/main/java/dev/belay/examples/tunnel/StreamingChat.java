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

  private final Archive archive;

  /// Held while somebody is told something, so that all are told all in its order.
  private final Object telling = new Object();

  private final List<Socket> listeners = new ArrayList<>();

  /// Starts the server of a new chat, at a port that is free.
  public StreamingChat() {
    this(new Archive(), 0);
  }

  /// Starts a server of a chat.
  ///
  /// @param archive what has been said in the chat, and will be
  /// @param port where to listen: 0 for any that is free
  public StreamingChat(Archive archive, int port) {
    super(port);
    this.archive = archive;
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
  /// @throws IOException if somebody cannot be told; all others have been
  public void say(String text) throws IOException {
    synchronized (telling) {
      send(event(archive.add(text)));
    }
  }

  private static String event(Archive.Entry entry) {
    StringBuilder event = new StringBuilder();
    entry.text().lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    return event.append("id: ").append(entry.id()).append("\n\n").toString();
  }

  /// Sends listeners a piece of the stream as it is.
  void send(String piece) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (Socket listener : listeners()) {
      try {
        say(listener, chunk(piece));
      } catch (IOException e) {
        failures.add(e); // it is gone; the others have to be told nevertheless
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private static String chunk(String piece) {
    int length = piece.getBytes(StandardCharsets.UTF_8).length;
    return Integer.toHexString(length) + "\r\n" + piece + "\r\n";
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
    // At once: whoever has the answer is told all that is said from then on, and nothing before it
    // but what came after the event that it knows.
    synchronized (telling) {
      say(
          socket,
          """
          HTTP/1.1 200 OK\r
          Content-Type: text/event-stream\r
          Cache-Control: no-store\r
          Transfer-Encoding: chunked\r
          \r
          """);
      if (!request.lastEventId().isEmpty()) {
        for (Archive.Entry missed : archive.since(request.lastEventId())) {
          say(socket, chunk(event(missed)));
        }
      }
      synchronized (this) {
        listeners.add(socket);
        notifyAll();
      }
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
