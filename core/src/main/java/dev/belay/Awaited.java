package dev.belay;

import org.jspecify.annotations.Nullable;

/// What a process waits for in a verb, and since when; for those who look on from outside.
///
/// Immutable. The process makes one before it parks for the first time in a verb, and forgets it
/// when it leaves the verb; so in between it may also be looking through its mailbox. Nobody but
/// [Sight] reads it.
final class Awaited {
  /// Waits for any message.
  private static final Object ANY = new Object();

  private static final Object TIME = new Object();

  /// A class, a selector, a cell for its end, a bound for room, a request for its answer, a line
  /// that is to come up, [#ANY] or [#TIME].
  private final Object what;

  final long since;
  private final boolean timed;
  private final long until;

  private Awaited(Cell self, Object what, boolean timed, long until) {
    this.what = what;
    this.since = self.host().nanoTime();
    this.timed = timed;
    this.until = until;
  }

  /// Waits for a message.
  ///
  /// @param wanted the class or the selector, or null for any message
  static Awaited message(Cell self, @Nullable Object wanted, boolean timed, long deadline) {
    return new Awaited(self, wanted == null ? ANY : wanted, timed, deadline);
  }

  static Awaited time(Cell self, long deadline) {
    return new Awaited(self, TIME, true, deadline);
  }

  static Awaited endOf(Cell self, Cell other) {
    return new Awaited(self, other, false, 0);
  }

  static Awaited room(Cell self, Bound bound) {
    return new Awaited(self, bound, false, 0);
  }

  static Awaited answer(Cell self, SpawnRequest request) {
    return new Awaited(self, request, false, 0);
  }

  static Awaited connection(Cell self, Line line) {
    return new Awaited(self, line, false, 0);
  }

  boolean isMessage() {
    return !isTime() && !isEnd() && !isRoom() && !isAnswer();
  }

  boolean isTime() {
    return what == TIME;
  }

  boolean isEnd() {
    return what instanceof Cell;
  }

  boolean isRoom() {
    return what instanceof Bound;
  }

  /// Tells whether it waits for another node.
  boolean isAnswer() {
    return what instanceof SpawnRequest || what instanceof Line;
  }

  /// Says in words what is waited for; calls no user code.
  String words(long now) {
    StringBuilder words = new StringBuilder();
    if (what == ANY) {
      words.append("waits for any message");
    } else if (what == TIME) {
      words.append("sleeps");
    } else if (what instanceof Cell other) {
      words.append("waits for the end of ").append(StackText.who(other.pid));
    } else if (what instanceof Bound bound) {
      words.append("waits for room in the mailbox of ").append(StackText.who(bound.cell.pid));
    } else if (what instanceof SpawnRequest request) {
      words.append("waits for ").append(request.line.peer()).append(" to spawn a process");
    } else if (what instanceof Line line) {
      words.append("waits for a connection to ").append(line.peer());
    } else if (what instanceof Class<?> type) {
      words.append("waits for a message of ").append(type.getName());
    } else {
      words.append("waits for a message that a selector takes, ");
      words.append(StackText.initialFunction(what.getClass()));
    }
    words.append("; for ").append(PlainText.duration(now - since));
    if (timed) {
      words.append(", at most ").append(PlainText.duration(until - now)).append(" more");
    }
    return words.toString();
  }
}
