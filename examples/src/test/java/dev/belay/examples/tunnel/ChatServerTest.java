package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What the small chats owe to those who use them, whatever becomes of others.
class ChatServerTest {
  private static final Duration TIME = Duration.ofSeconds(30);

  private static Socket connect(URI url, String request) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static Socket listen(StreamingChat chat) throws IOException {
    return connect(chat.url(), "GET /events HTTP/1.1\r\n\r\n");
  }

  @Test
  void whoListensIsToldAlsoIfSomebodyBeforeItIsGone() throws Exception {
    try (StreamingChat chat = new StreamingChat();
        Socket first = listen(chat)) {
      assertThat(chat.awaitListeners(1, TIME)).isTrue();
      try (Socket second = listen(chat)) {
        assertThat(chat.awaitListeners(2, TIME)).isTrue();
        // Holds up that the chat notices.
        synchronized (chat) {
          chat.listeners().getFirst().close();
          assertThatExceptionOfType(IOException.class).isThrownBy(() -> chat.say("hello"));
        }
        second.setSoTimeout((int) TIME.toMillis());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(second.getInputStream(), StandardCharsets.UTF_8));
        assertThat(in.lines().filter(line -> line.startsWith("data:")).findFirst())
            .contains("data: hello");
      }
      assertThat(first.getInputStream().readAllBytes()).isNotEmpty();
    }
  }

  @Test
  void aMessageThatWasCutOffIsNone() throws Exception {
    try (WebhookChat chat = new WebhookChat()) {
      connect(chat.url(), "POST /hook HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"text\":").close();
      assertThat(chat.awaitClosed(1, TIME)).isTrue();
      assertThat(chat.messages()).isEmpty();
    }
  }
}
