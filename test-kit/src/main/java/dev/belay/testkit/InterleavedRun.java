package dev.belay.testkit;

import dev.belay.DumpOptions;
import dev.belay.Node;
import dev.belay.Trace;
import dev.belay.TraceEvent;
import dev.belay.TraceFilter;
import dev.belay.internal.host.Host;
import dev.belay.testkit.InterleavedExtension.Ticket;
import dev.belay.testkit.SeededRun.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// One run of an [Interleaved] test: what is seen of it, and what is said of it when it fails. Used
/// by the test's thread alone, but for the events.
final class InterleavedRun {
  private static final int EVENTS = 40;
  private static final int BOUND = 100_000;
  private static final int MESSAGES_WIDTH = 200;
  private static final Duration FLUSHING = Duration.ofSeconds(1);
  private static final DumpOptions DUMP = DumpOptions.DEFAULT.limit(50).stackDepth(12);

  private final Ticket ticket;
  private final Runnable onFailure;
  private final SeededRun turns;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Trace> traces = new ArrayList<>();

  /// The last events; under its own monitor.
  private final Deque<TraceEvent> events = new ArrayDeque<>();

  private int passed;
  private @Nullable Throwable explained;

  /// Begins the run on the calling thread.
  InterleavedRun(Ticket ticket, Runnable onFailure) {
    this.ticket = ticket;
    this.onFailure = onFailure;
    this.turns = new SeededRun(ticket.seed());
    turns.enter();
  }

  Host host() {
    return turns.host;
  }

  /// Looks on at a node that has been started. That somebody does makes every verb that sends a
  /// point at which others may go first.
  void follow(Node node) {
    nodes.add(node);
    traces.add(node.trace(TraceFilter.ALL, this::note, BOUND));
  }

  private void note(TraceEvent event) {
    synchronized (events) {
      events.add(event);
      if (events.size() > EVENTS) {
        events.remove();
        passed++;
      }
    }
  }

  long digest() {
    return turns.digest();
  }

  /// Ends the run; its nodes are closed.
  void leave() {
    turns.leave();
  }

  /// Whether it ended before the test did, so that what the test leaves says nothing.
  boolean isBroken() {
    return turns.verdict() != null;
  }

  /// Fails if the run ended before the test did, and nobody has said so.
  void check() {
    if (isBroken() && explained == null) {
      fail(null);
    }
  }

  /// Fails with what [#explained] returns.
  void fail(@Nullable AssertionError thrown) {
    switch (explained(thrown)) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      case Throwable other -> throw new AssertionError(other);
    }
  }

  /// Returns what the test ends with: what it threw, with the seed and the last events.
  ///
  /// @param thrown what the test threw, or null if it is only the run that failed
  Throwable explained(@Nullable Throwable thrown) {
    Verdict verdict = turns.verdict();
    if (verdict == null && (thrown == null || thrown instanceof TestAbortedException)) {
      return thrown == null ? new AssertionError() : thrown;
    }
    Throwable known = explained;
    if (known != null) {
      return thrown == null || thrown instanceof SeededEnd ? known : thrown;
    }
    onFailure.run();
    Throwable result;
    if (verdict != null && !verdict.failed()) {
      result =
          new TestAbortedException(
              ticket.name() + " was given up, and says nothing: " + verdict.what(), thrown);
    } else {
      result = new AssertionError(text(verdict, thrown), thrown);
    }
    explained = result;
    return result;
  }

  private String text(@Nullable Verdict verdict, @Nullable Throwable thrown) {
    StringBuilder text = new StringBuilder(ticket.name()).append(" failed: ");
    text.append(verdict != null ? verdict.what() : String.valueOf(thrown));
    text.append("\nTo do this run again: @Interleaved(seed = ")
        .append(ticket.seed())
        .append(ticket.seed() == (int) ticket.seed() ? "" : "L")
        .append("), or -Dbelay.seed=")
        .append(ticket.seed());
    addEvents(text);
    if (verdict != null && verdict.dump()) {
      for (Node node : nodes) {
        text.append('\n').append(node.dump(DUMP));
      }
    }
    return text.toString();
  }

  private void addEvents(StringBuilder text) {
    turns.draining(true);
    for (Trace trace : traces) {
      trace.flush(FLUSHING);
    }
    turns.draining(false);
    synchronized (events) {
      if (events.isEmpty()) {
        return;
      }
      text.append("\nThe last events");
      if (passed > 0) {
        text.append(" (after ").append(passed).append(" others)");
      }
      text.append(':');
      for (TraceEvent event : events) {
        String line = event.toString();
        text.append("\n  ")
            .append(SeededWatchdog.seconds(event.nanos() - SeededRun.START))
            .append("  ")
            .append(line, 0, Math.min(line.length(), MESSAGES_WIDTH));
      }
    }
  }
}
