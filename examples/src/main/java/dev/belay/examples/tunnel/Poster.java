package dev.belay.examples.tunnel;

import static dev.belay.Belay.own;

import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/// A server that posts to a chat's webhook. It owns its connection.
final class Poster extends Server<Poster.Message> {
  private final URI target;
  private final Duration patience;
  private final Line line = own(Line.open()).get();

  sealed interface Message {}

  /// Something to be posted.
  ///
  /// @param text what was said
  record Post(String text) implements Message, Call<Message, Integer> {}

  /// Makes the server.
  ///
  /// @param target where to post
  /// @param patience how long the target may take to answer: after it, the poster crashes
  Poster(URI target, Duration patience) {
    this.target = target;
    this.patience = patience;
  }

  // @start region="poster"
  @Override
  protected void handleMessage(Message message) throws IOException, InterruptedException {
    switch (message) {
      case Post post -> {
        String json = Json.object("text", post.text());
        reply(post, line.post(target, json, patience));
      }
    }
  }
  // @end
}
