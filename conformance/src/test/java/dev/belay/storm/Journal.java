package dev.belay.storm;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one roamer did and what it received: written by itself alone, read when it is dead or at
/// rest.
final class Journal {
  private static final int LATEST = 60;

  /// A monitor: whom, and what has become of it.
  static final class Watching {
    final Pid target;
    int downs;
    boolean off;
    @Nullable ExitReason reason;

    Watching(Pid target) {
      this.target = target;
    }
  }

  /// What came along a link or instead of one.
  record Death(Pid pid, ExitReason reason) {}

  final Map<Ref, Watching> monitors = new HashMap<>();

  /// The others with whom this one is linked because it linked with them, as far as it knows.
  final Set<Pid> links = new HashSet<>();

  /// Whom it was about to link with or unlink from.
  @Nullable Pid inDoubt;

  /// How many exits came along links, by whose they were.
  final Map<Pid, Integer> exits = new HashMap<>();

  final List<Death> deaths = new ArrayList<>();
  final List<String> wrong = new ArrayList<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  private final Map<Integer, Integer> timers = new HashMap<>();
  private final Set<Pid> heardDead = new HashSet<>();
  private final Deque<String> latest = new ArrayDeque<>();

  /// Notes for people what happened.
  void note(String what) {
    if (latest.size() == LATEST) {
      latest.removeFirst();
    }
    latest.addLast(what);
  }

  void receivedNumber(Pid from, int sender, int number) {
    note("got " + number + " of " + from);
    int expected = numbers.merge(sender, 1, Integer::sum);
    if (number != expected) {
      wrong.add("from " + from + " came message " + number + " where " + expected + " was next");
    }
    receivedFrom(from);
  }

  /// Nothing comes from the dead after their death has been heard of (S1, M13).
  void receivedFrom(Pid from) {
    if (heardDead.contains(from)) {
      wrong.add("something came from " + from + " after its death");
    }
  }

  void receivedTimer(int id) {
    note("got timer " + id);
    timers.merge(id, 1, Integer::sum);
  }

  int timersReceived(int id) {
    return timers.getOrDefault(id, 0);
  }

  void receivedDown(Down down) {
    note("got " + down);
    Watching watching = monitors.get(down.ref());
    if (watching == null || !watching.target.equals(down.pid())) {
      wrong.add("it never asked for " + down);
      return;
    }
    if (watching.off) {
      wrong.add("after demonitor and flush came " + down);
    }
    if (++watching.downs > 1) {
      wrong.add("a second time came " + down);
    }
    watching.reason = down.reason();
    heardOf(down.pid(), down.reason());
  }

  /// Whether it came along a link, or in place of one: other exits have no trail.
  static boolean isOfLink(Exit exit) {
    return !exit.trail().hops().isEmpty() || exit.reason().equals(ExitReason.NO_PROC);
  }

  void receivedExit(Exit exit, int self, int from) {
    if (isOfLink(exit)) {
      tookExit(exit, self, from);
      heardOf(exit.pid(), exit.reason());
    } else {
      note("got " + exit);
      receivedFrom(exit.pid());
    }
  }

  /// An exit of a link was received, maybe before older messages.
  void tookExit(Exit exit, int self, int from) {
    note("got " + exit);
    if (!exit.reason().equals(ExitReason.NO_PROC) && exits.merge(exit.pid(), 1, Integer::sum) > 1) {
      wrong.add("a second time came " + exit);
    }
    // Links are made and ended by the elder of the two, so that each pair has one who knows.
    if (self < from && !links.remove(exit.pid()) && !exit.pid().equals(inDoubt)) {
      wrong.add("not linked, but there came " + exit);
    }
  }

  private void heardOf(Pid pid, ExitReason reason) {
    deaths.add(new Death(pid, reason));
    if (!reason.equals(ExitReason.NO_PROC)) {
      heardDead.add(pid);
    }
  }

  String tail() {
    return String.join("\n    ", latest);
  }
}
