package dev.belay.examples.tunnel;

import static dev.belay.Belay.own;

import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.io.IOException;
import java.net.URI;

/// A server that posts to a chat's webhook. It owns its connection.
final class Poster extends Server<Poster.Message> {
  private final URI target;
  private final Line line = own(Line.open()).get();

  sealed interface Message {}

  /// Something to be posted.
  ///
  /// @param text what was said
  record Post(String text) implements Message, Call<Message, Integer> {}

  Poster(URI target) {
    this.target = target;
  }

  // @start region="poster"
  @Override
  protected void handleMessage(Message message) throws IOException, InterruptedException {
    switch (message) {
      case Post post -> reply(post, line.post(target, Json.object("text", post.text())));
    }
  }
  // @end
}
