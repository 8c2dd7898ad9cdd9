package dev.belay.examples.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;

/// One process's line to a chat: an HTTP client that nobody else uses, so that closing it cuts that
/// process's connections and no others.
///
/// The methods block; an interrupt, and so an exit signal, breaks them off.
final class Line implements AutoCloseable {
  /// A webhook has no more to say than this.
  private static final int LARGEST_ANSWER = 65_536;

  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofMillis(800);
  private static final int LONGEST_TYPE = 60;
  private static final String EVENT_STREAM = "text/event-stream";

  private final HttpClient client;

  private Line(HttpClient client) {
    this.client = client;
  }

  static Line open() {
    return new Line(
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1) // a connection for each exchange, so that it can be cut
            .followRedirects(Redirect.NEVER) // a redirected POST would become a GET
            .connectTimeout(CONNECTING)
            .build());
  }

  /// Asks for an event stream, of what is said from now on.
  ///
  /// @throws IOException if the source cannot be reached, or answers with something else
  EventStream listen(URI source) throws IOException, InterruptedException {
    return listen(source, "");
  }

  /// Asks for an event stream.
  ///
  /// @param lastId the id of the latest event that is known: those after it are asked for, too; or
  ///   an empty string
  /// @throws IOException if the source cannot be reached, or answers with something else
  EventStream listen(URI source, String lastId) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(source)
            .header("Accept", EVENT_STREAM)
            .header("Cache-Control", "no-store");
    if (!lastId.isEmpty()) {
      builder.header("Last-Event-ID", lastId);
    }
    HttpRequest request = builder.build();
    HttpResponse<InputStream> response = send("source", request, BodyHandlers.ofInputStream());
    String type = response.headers().firstValue("Content-Type").orElse("nothing");
    if (response.statusCode() != 200) {
      throw new IOException("the source refused: status " + response.statusCode());
    }
    String kind = type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
    if (!kind.equals(EVENT_STREAM)) {
      throw new IOException(
          "the source sends "
              + kind.substring(0, Math.min(kind.length(), LONGEST_TYPE))
              + " instead of "
              + EVENT_STREAM);
    }
    return new EventStream(response.body());
  }

  /// Posts a message, and waits for the answer without limit.
  ///
  /// @return the status with which the target has taken it
  /// @throws IOException if the target cannot be reached, or refuses
  int post(URI target, String json) throws IOException, InterruptedException {
    return post(request(target, json).build());
  }

  /// Posts a message.
  ///
  /// @param patience how long the target may take to answer
  /// @return the status with which the target has taken it
  /// @throws IOException if the target cannot be reached, refuses, or does not answer in time
  int post(URI target, String json, Duration patience) throws IOException, InterruptedException {
    return post(request(target, json).timeout(patience).build());
  }

  private static HttpRequest.Builder request(URI target, String json) {
    return HttpRequest.newBuilder(target)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  private int post(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<Void> response =
        send("target", request, BodyHandlers.limiting(BodyHandlers.discarding(), LARGEST_ANSWER));
    if (response.statusCode() / 100 != 2) {
      throw new IOException("the target refused a message: status " + response.statusCode());
    }
    return response.statusCode();
  }

  private <T> HttpResponse<T> send(String whom, HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new IOException(what(whom, request.uri(), e), e);
    }
  }

  /// Says what failed, without the URL's path: that of a webhook is a secret.
  private static String what(String whom, URI url, IOException e) {
    String at = " the " + whom + " at " + url.getScheme() + "://" + url.getAuthority() + ": ";
    return switch (e) {
      case HttpConnectTimeoutException _ ->
          "cannot reach" + at + "no answer within " + CONNECTING.toSeconds() + " s";
      case ConnectException _ when isUnresolved(e) -> "cannot reach" + at + "there is no such host";
      case ConnectException _ -> "cannot reach" + at + "connection refused; is a server there?";
      default -> "lost" + at + (e.getMessage() == null ? e.toString() : e.getMessage());
    };
  }

  private static boolean isUnresolved(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /// Cuts what is under way, and returns when the sockets are closed.
  ///
  /// Not the client's own `close`, which waits until the exchanges have come to their end: an event
  /// stream has none.
  // @start region="close"
  @Override
  public void close() throws IOException {
    client.shutdownNow();
    try {
      if (!client.awaitTermination(CLOSING)) {
        throw new IOException("the HTTP client has not ended within " + CLOSING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the HTTP client ends");
    }
  }

  // @end
}
