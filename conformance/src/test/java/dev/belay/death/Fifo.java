package dev.belay.death;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Named pipes: a thread that reads from an empty one can be freed by nothing but a writer.
final class Fifo {
  private Fifo() {}

  static Path make() throws IOException, InterruptedException {
    Path fifo = Files.createTempDirectory("belay").resolve("fifo");
    int status = new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    if (status != 0) {
      throw new IOException("mkfifo ended with status " + status);
    }
    return fifo;
  }

  /// Removes a pipe. Who has it open keeps it.
  static void delete(Path fifo) throws IOException {
    Files.delete(fifo);
    Files.delete(Objects.requireNonNull(fifo.getParent()));
  }

  static void write(RandomAccessFile writer) {
    try {
      writer.write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
