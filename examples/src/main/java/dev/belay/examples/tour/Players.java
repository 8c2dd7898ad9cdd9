package dev.belay.examples.tour;

import dev.belay.Pid;
import dev.belay.TraceEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The processes of a chapter: what they are called, and what has become of them, as the trace of
/// their node tells it.
final class Players {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// A pid of this node as Erlang writes those of other nodes.
  private static final Pattern FROM_AFAR = Pattern.compile("<[1-9]\\d*\\.(\\d+\\.\\d+)>");

  private final Map<Pid, String> labels = new HashMap<>();
  private final Set<Pid> ended = new LinkedHashSet<>();
  private final Set<Pid> dead = new LinkedHashSet<>();
  private final Map<Pid, Integer> taken = new HashMap<>();
  private final Deque<String> expected = new ArrayDeque<>();

  /// Takes in an event of a node.
  ///
  /// @param home the node's name
  synchronized void hear(TraceEvent event, String home) {
    switch (event.kind()) {
      case SPAWNED -> {
        if (event.detail() instanceof String label) {
          labels.put(event.to(), event.to().node().equals(home) ? label : nextLabel());
        }
      }
      case DEAD -> dead.add(event.to());
      case ENDED -> {
        ended.add(event.to());
        taken.remove(event.to());
        notifyAll();
      }
      case DELIVERED -> {
        taken.merge(event.to(), 1, Integer::sum);
        notifyAll();
      }
      default -> {}
    }
  }

  private String nextLabel() {
    return Objects.requireNonNullElse(expected.poll(), "");
  }

  /// Gives a process a name.
  synchronized void label(Pid pid, String label) {
    labels.put(pid, label);
  }

  /// Gives the next process that is started on another node a name.
  synchronized void labelNext(String label) {
    expected.add(label);
  }

  /// Returns what a process is called, or null if that is not known here.
  synchronized @Nullable String label(Pid pid) {
    return labels.get(pid);
  }

  /// Returns what the processes are called.
  synchronized Map<Pid, String> names() {
    return Map.copyOf(labels);
  }

  /// Puts names to the pids that Erlang has written of processes of a node.
  synchronized String named(String text, String home) {
    return FROM_AFAR
        .matcher(text)
        .replaceAll(pid -> Matcher.quoteReplacement(called("<0." + pid.group(1) + ">", home)));
  }

  private String called(String pid, String home) {
    return labels.entrySet().stream()
        .filter(known -> known.getKey().node().equals(home))
        .filter(known -> known.getKey().toString().equals(pid))
        .map(known -> known.getValue() + " " + pid)
        .findFirst()
        .orElse(pid);
  }

  /// Returns the processes with a label that have ended so far, in the order of their ends.
  synchronized List<Pid> ends(String label) {
    return ended.stream().filter(pid -> label.equals(labels.get(pid))).toList();
  }

  /// Returns the processes that have died, in the order of their deaths.
  synchronized List<Pid> deaths() {
    return List.copyOf(dead);
  }

  void awaitEnd(Pid pid) throws InterruptedException {
    await(() -> ended.contains(pid), pid + " has not ended");
  }

  void awaitEnds(String label, int number) throws InterruptedException {
    await(() -> ends(label).size() >= number, number + " of " + label + " have not ended");
  }

  void awaitTaken(Pid pid, int messages) throws InterruptedException {
    await(
        () -> taken.getOrDefault(pid, 0) >= messages,
        pid + " has not taken " + messages + " messages");
  }

  private synchronized void await(BooleanSupplier heard, String otherwise)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!heard.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException(otherwise + " within " + PATIENCE);
      }
      wait(left / 1_000_000 + 1);
    }
  }

  synchronized void clear() {
    labels.clear();
    ended.clear();
    dead.clear();
    taken.clear();
    expected.clear();
  }
}
