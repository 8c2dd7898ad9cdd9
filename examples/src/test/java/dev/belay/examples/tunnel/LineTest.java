package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Closing a line cuts what is under way.
@Timeout(60)
class LineTest {
  private static final Duration TIME = Duration.ofSeconds(30);

  @Test
  void closingCutsAStreamThatSomebodyReads() throws Exception {
    try (StreamingChat camp = new StreamingChat()) {
      Line line = Line.open();
      EventStream events = line.listen(camp.url());
      CompletableFuture<EventStream.Event> reader = new CompletableFuture<>();
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  reader.complete(events.next());
                } catch (Exception e) {
                  reader.completeExceptionally(e);
                }
              });
      assertThat(camp.connections()).isEqualTo(1);
      line.close();
      assertThat(camp.awaitClosed(1, TIME)).isTrue();
      thread.join();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> reader.get(30, TimeUnit.SECONDS))
          .withCauseInstanceOf(SourceEnded.class);
    }
  }

  @Test
  void closingCutsARequestThatIsNotAnswered() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      silent.setSoTimeout((int) TIME.toMillis());
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/events");
      Line line = Line.open();
      CompletableFuture<Void> caller =
          CompletableFuture.runAsync(() ->
              assertThatExceptionOfType(IOException.class)
                  .isThrownBy(() -> line.listen(url))
                  .withMessageStartingWith("lost the source at http://127.0.0.1:"));
      try (Socket socket = silent.accept()) {
        socket.setSoTimeout((int) TIME.toMillis());
        assertThat((char) socket.getInputStream().read()).isEqualTo('G');
        line.close();
        String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(rest).as("the rest of the request, and then the end").endsWith("\r\n\r\n");
        caller.get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void closingAgainIsHarmless() throws Exception {
    try (WebhookChat summit = new WebhookChat()) {
      Line line = Line.open();
      assertThat(line.post(summit.url(), Json.object("text", "hello"))).isEqualTo(204);
      line.close();
      line.close();
      assertThat(summit.awaitClosed(1, TIME)).isTrue();
    }
  }
}
