package dev.belay.examples.tunnel;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/// A process that reads one chat's event stream and posts each message to another chat's webhook.
///
/// It starts a process for each of the two connections, linked with itself: if one of the three
/// ends, for whatever reason, the other two end as well, and what they own is closed. To start the
/// tunnel again is up to whoever monitors it.
///
/// One message is under way at a time: the source is not read while the target has not taken the
/// message before. So a slow target slows the source down, and nothing piles up between them.
public final class Tunnel implements Body {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int LONGEST_URL = 2_000;

  private final URI sourceUrl;
  private final URI targetUrl;
  private final Pid opener;
  private final Duration answering;
  private final Duration taking;

  /// What the opener is sent when the tunnel stands.
  ///
  /// @param source the process that reads the source
  /// @param target the process that posts to the target
  public record Opened(Pid source, Pid target) {}

  /// Something that was said in the source's chat.
  ///
  /// @param text what was said
  record Said(String text) {}

  /// The source has answered with an event stream.
  private record Listening() {}

  /// The target has taken a message.
  ///
  /// @param status with what it answered
  record Posted(int status) {}

  /// Makes the body of a tunnel.
  ///
  /// @param sourceUrl whose event stream to read; see [#url]
  /// @param targetUrl where to post the messages; see [#url]
  /// @param opener who is sent [Opened] when the source has answered
  public Tunnel(URI sourceUrl, URI targetUrl, Pid opener) {
    this(sourceUrl, targetUrl, opener, PATIENCE, PATIENCE);
  }

  /// Makes the body of a tunnel.
  ///
  /// @param answering how long the source may take to answer
  /// @param taking how long the target may take over a message
  Tunnel(URI sourceUrl, URI targetUrl, Pid opener, Duration answering, Duration taking) {
    this.sourceUrl = sourceUrl;
    this.targetUrl = targetUrl;
    this.opener = opener;
    this.answering = answering;
    this.taking = taking;
  }

  /// Reads a URL that a tunnel can use.
  ///
  /// @param text the URL, of `http` or `https`, with a host
  /// @return the URL
  /// @throws IllegalArgumentException if it is none; the message says to a person why
  public static URI url(String text) {
    URI url;
    try {
      url = new URI(text.length() > LONGEST_URL ? "" : text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no URL: " + e.getReason() + " at character " + e.getIndex(), e);
    }
    boolean web =
        "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    if (!web || url.getHost() == null || url.getUserInfo() != null || url.getPort() > 65_535) {
      throw new IllegalArgumentException(
          "\""
              + (text.length() > LONGEST_URL ? text.substring(0, 60) + "…" : text)
              + "\" is not an http or https URL; one looks like http://127.0.0.1:8080/events"
              + " (a host, no user name, at most "
              + LONGEST_URL
              + " characters)");
    }
    return url;
  }

  // @start region="tunnel"
  @Override
  public void run() {
    Pid tunnel = self();
    Pid source = spawn(linked("source"), () -> listen(tunnel));
    Pid target = spawn(linked("target"), () -> post(source));
    await(Listening.class, answering, "the source did not answer");
    send(opener, new Opened(source, target));
    while (true) {
      send(target, receive(Said.class));
    }
  }

  // @end

  // @start region="source"
  private void listen(Pid tunnel) throws Exception {
    Line line = own(Line.open()).get();
    EventStream events = own(line.listen(sourceUrl)).get();
    send(tunnel, new Listening());
    while (true) {
      send(tunnel, next(events)); // waits for the socket
      await(Posted.class, taking, "the target did not take a message");
    }
  }

  // @end

  // @start region="target"
  private void post(Pid source) throws Exception {
    Line line = own(Line.open()).get();
    while (true) {
      Said said = receive(Said.class);
      send(source, new Posted(line.post(targetUrl, Json.object("text", said.text()))));
    }
  }

  // @end

  /// Waits for something that is worth to be posted: some streams send empty events as a sign of
  /// life.
  private static Said next(EventStream events) throws IOException {
    String text = events.next().data();
    while (text.isBlank()) {
      text = events.next().data();
    }
    return new Said(text);
  }

  private static SpawnOptions linked(String label) {
    return SpawnOptions.DEFAULT.label(label).link();
  }

  private static void await(Class<?> answer, Duration time, String otherwise) {
    if (receive(answer, time).isEmpty()) {
      throw exit(ExitReason.term(otherwise + " within " + time.toMillis() + " ms"));
    }
  }
}
