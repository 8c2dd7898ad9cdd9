package dev.belay.storm;

import dev.belay.Pid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a supervisor that gives up soon has been through, to see that it does give up: seen from
/// outside, by when its children were started.
final class Strain {
  /*
   * A supervisor counts a restart at some time after the child was started before, and after it has ended, and before it is started
   * again. So a restart whose two ends are within a period is within it for certain. Alone, each child that is started again is a
   * restart; in a group, one restart starts a child at most once.
   */
  final int intensity;

  private final Place place;
  private @Nullable Pid watched;
  private final Map<Object, Long> starts = new HashMap<>();
  private final Map<Object, Deque<Restarted>> restarts = new HashMap<>();

  private record Restarted(long notBefore, long notAfter) {}

  Strain(Place place, int intensity) {
    this.place = place;
    this.intensity = intensity;
  }

  /// The supervisor is about to start a child.
  ///
  /// @param start what its first start and its restarts have in common
  synchronized void starts(Pid supervisor, Place child, Object start) {
    if (!supervisor.equals(watched)) {
      watched = supervisor;
      starts.clear();
      restarts.clear();
    }
    long now = place.tree.now();
    Long before = starts.put(start, now);
    if (before == null) {
      return;
    }
    boolean alone = place.kind == Place.Kind.ONE_FOR_ONE || place.kind == Place.Kind.DYNAMIC;
    Deque<Restarted> latest =
        restarts.computeIfAbsent(alone ? place : start, other -> new ArrayDeque<>());
    latest.addLast(new Restarted(alone ? Math.max(before, child.givenBack) : before, now));
    latest.removeIf(restart -> now - restart.notBefore() > Tree.PERIOD.toNanos());
    if (latest.size() > intensity) {
      place.tree.wrong(
          supervisor
              + " at "
              + place
              + " has made "
              + latest.size()
              + " restarts within "
              + Tree.PERIOD
              + " and goes on, though it may make "
              + intensity);
    }
  }
}
