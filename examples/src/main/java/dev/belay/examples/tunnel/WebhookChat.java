package dev.belay.examples.tunnel;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// A small chat that takes messages posted to its webhook.
public final class WebhookChat extends ChatServer {
  private static final String PATH = "/hook";

  private final Callable<String> status;
  private final List<String> messages = new ArrayList<>();

  /// Starts a server that takes whatever is posted.
  public WebhookChat() {
    this(() -> "204 No Content");
  }

  /// Starts a server.
  ///
  /// @param status is asked for each message with which status to answer; may take its time
  WebhookChat(Callable<String> status) {
    super(0);
    this.status = status;
    start();
  }

  /// Serves a chat to try the tunnel with: prints its URL and what is posted, until it is ended.
  static void main() throws InterruptedException {
    try (WebhookChat chat = new WebhookChat()) {
      IO.println(chat.url());
      for (int shown = 0; ; shown++) {
        if (chat.awaitMessages(shown + 1, Duration.ofDays(1))) {
          IO.println(chat.messages().get(shown));
        }
      }
    }
  }

  /// Returns where to post.
  ///
  /// @return its URL
  public URI url() {
    return at(PATH);
  }

  /// Returns what has been posted.
  ///
  /// @return the messages as they came, in JSON
  public synchronized List<String> messages() {
    return List.copyOf(messages);
  }

  /// Waits for messages.
  ///
  /// @param number how many at least
  /// @param time how long to wait at most
  /// @return whether they have come
  /// @throws InterruptedException if the wait is interrupted
  public boolean awaitMessages(int number, Duration time) throws InterruptedException {
    return await(time, () -> messages.size() >= number);
  }

  /// Waits for a message.
  ///
  /// @param text the text that it has
  /// @param time how long to wait at most
  /// @return whether it has come
  /// @throws InterruptedException if the wait is interrupted
  public boolean awaitMessage(String text, Duration time) throws InterruptedException {
    return await(time, () -> messages.contains(Json.object("text", text)));
  }

  @Override
  void answer(Request request, Socket socket) throws IOException, InterruptedException {
    if (!request.method().equals("POST") || !request.path().equals(PATH)) {
      status(socket, "404 Not Found");
      return;
    }
    synchronized (this) {
      messages.add(request.body());
      notifyAll();
    }
    String answer;
    try {
      answer = status.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
    // No length: a status 204 has no body.
    say(
        socket,
        "HTTP/1.1 "
            + answer
            + "\r\n"
            + (answer.startsWith("204") ? "" : "Content-Length: 0\r\n")
            + "\r\n");
  }
}
