package dev.belay.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What is going on, for who waits: a line for each row in each round, which on a terminal grows
/// while the row is measured.
final class Progress {
  private final PrintStream out;
  private final boolean live;
  private final long started = System.nanoTime();
  private final List<String> finished = new ArrayList<>();
  private String title = "";

  /// @param live whether a line may be rewritten
  Progress(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  /// A new line begins.
  void begin(String what) {
    title = what;
    finished.clear();
  }

  /// This is being measured.
  void now(String what) {
    if (live) {
      out.print("\r\033[K" + line() + (finished.isEmpty() ? "" : ", ") + what + " …");
      out.flush();
    }
  }

  /// This has been measured.
  void done(String what) {
    finished.add(what);
  }

  /// The line is complete.
  void end() {
    out.println((live ? "\r\033[K" : "") + line());
    out.flush();
  }

  private String line() {
    Duration since = Duration.ofNanos(System.nanoTime() - started);
    return "%3d:%02d  %s: %s"
        .formatted(since.toMinutes(), since.toSecondsPart(), title, String.join(", ", finished));
  }
}
