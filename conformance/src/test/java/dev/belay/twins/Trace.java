package dev.belay.twins;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.belay.Belay;
import dev.belay.Monitored;
import dev.belay.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The trace of a scenario, while it runs; the twin of `twin.erl`.
///
/// A trace consists of lines `lane: words`. Each process has a lane, named after the role that the
/// scenario gives it; a scenario may name other lanes. Order counts within a lane and between lanes
/// it does not, so a lane should only get lines whose order is promised. In a lane whose name
/// begins with `~` order does not count either.
///
/// Words are printed as Erlang prints terms ([Terms]), with processes, references and timers by
/// their roles, and only when the scenario has ended, so that a role may be given after the word
/// was said.
///
/// May be used by all processes of a scenario.
final class Trace {
  private record Line(Object lane, List<Object> words) {}

  private final Map<Object, String> roles = new ConcurrentHashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /// Gives a process, a reference or a timer its name in the trace.
  @CanIgnoreReturnValue
  <T> T as(String role, T what) {
    roles.put(what, role);
    return what;
  }

  /// The same for a process and the monitor that it was spawned with.
  @CanIgnoreReturnValue
  Monitored as(String pidRole, String refRole, Monitored monitored) {
    as(pidRole, monitored.pid());
    as(refRole, monitored.ref());
    return monitored;
  }

  /// Writes a line into the lane of the calling process.
  void say(Object... words) {
    add(Belay.self(), words);
  }

  /// Writes a line into a lane.
  void sayIn(String lane, Object... words) {
    add(lane, words);
  }

  private synchronized void add(Object lane, Object... words) {
    lines.add(new Line(lane, List.of(words)));
  }

  /// Returns the lines so far, in the order in which they were written.
  synchronized List<String> lines() {
    Terms terms = new Terms(roles);
    return lines.stream()
        .map(line -> lane(terms, line.lane()) + ": " + terms.words(line.words()))
        .toList();
  }

  private static String lane(Terms terms, Object lane) {
    return lane instanceof Pid pid ? terms.show(pid) : lane.toString();
  }
}
