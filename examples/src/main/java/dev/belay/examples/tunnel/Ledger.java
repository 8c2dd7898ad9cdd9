package dev.belay.examples.tunnel;

import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A server that knows up to where the messages of a chat were delivered. It keeps that in a file,
/// so that it is known whoever crashes, the program included.
final class Ledger extends Server<Ledger.Message> {
  /// Before the first message.
  private static final String BEGINNING = "0";

  private final Path file;
  private String latest = BEGINNING;

  sealed interface Message {}

  /// Which message was the last one to be delivered?
  record Latest() implements Message, Call<Message, String> {}

  /// A message was delivered.
  ///
  /// @param id its id in the source's stream
  record Delivered(String id) implements Message, Call<Message, Boolean> {}

  Ledger(Path file) {
    this.file = file;
  }

  // @start region="ledger"
  @Override
  protected void init() throws IOException {
    if (Files.exists(file)) {
      latest = Files.readString(file);
    }
  }

  @Override
  protected void handleMessage(Message message) throws IOException {
    switch (message) {
      case Latest question -> reply(question, latest);
      case Delivered delivered -> {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, delivered.id());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE); // the old one or the new one
        latest = delivered.id();
        reply(delivered, true);
      }
    }
  }
  // @end
}
