package dev.belay.cli.puppet;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.NodeDown;
import dev.belay.NodeUp;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Terms as arguments of operations, and back. What is not as it has to be is a `badarg`.
final class Terms {
  /// As a time to wait: for ever.
  static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /// The longest time to wait that Erlang takes after `after`.
  private static final long LONGEST_WAIT_MILLIS = 0xffff_ffffL;

  private static final Atom INFINITY = Atom.of("infinity");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom DOWN = Atom.of("DOWN");
  private static final Atom NODE_DOWN = Atom.of("nodedown");
  private static final Atom NODE_UP = Atom.of("nodeup");

  private static final Map<Atom, ExitReason> REASONS =
      Map.of(
          Atom.NORMAL,
          ExitReason.NORMAL,
          Atom.SHUTDOWN,
          ExitReason.SHUTDOWN,
          Atom.KILL,
          ExitReason.KILL,
          Atom.KILLED,
          ExitReason.KILLED,
          Atom.NOPROC,
          ExitReason.NO_PROC,
          Atom.NOCONNECTION,
          ExitReason.NO_CONNECTION);

  private Terms() {}

  static Pid pid(Object term) {
    if (term instanceof Pid pid) {
      return pid;
    }
    throw Raised.badarg();
  }

  static Ref ref(Object term) {
    if (term instanceof Ref ref) {
      return ref;
    }
    throw Raised.badarg();
  }

  /// The name of an atom.
  static String name(Object term) {
    if (term instanceof Atom atom) {
      return atom.name();
    }
    throw Raised.badarg();
  }

  static boolean truth(Object term) {
    if (term.equals(Atom.TRUE) || term.equals(Atom.FALSE)) {
      return term.equals(Atom.TRUE);
    }
    throw Raised.badarg();
  }

  static List<?> list(Object term) {
    if (term instanceof List<?> list) {
      return list;
    }
    throw Raised.badarg();
  }

  /// `{Name, Node}`, or null if it is something else.
  static @Nullable Name nameOnNode(Object term) {
    return term instanceof Tuple tuple
            && tuple.size() == 2
            && tuple.get(0) instanceof Atom name
            && tuple.get(1) instanceof Atom node
        ? new Name(name.name(), node.name())
        : null;
  }

  /// Milliseconds, for a timer.
  static Duration millis(Object term) {
    if (term instanceof Long millis && millis >= 0) {
      return Duration.ofMillis(millis);
    }
    throw Raised.badarg();
  }

  /// How long to wait, as after `after` in a `receive`.
  static Duration timeout(Object term) {
    if (term.equals(INFINITY)) {
      return FOREVER;
    }
    if (term instanceof Long millis && millis >= 0 && millis <= LONGEST_WAIT_MILLIS) {
      return Duration.ofMillis(millis);
    }
    throw Raised.error(Atom.of("timeout_value"));
  }

  /// The reason that a term is.
  static ExitReason reason(Object term) {
    if (term instanceof Atom atom) {
      ExitReason plain = REASONS.get(atom);
      if (plain != null) {
        return plain;
      }
    }
    if (term instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0).equals(Atom.SHUTDOWN)) {
      return ExitReason.shutdown(tuple.get(1));
    }
    return ExitReason.term(term);
  }

  static Atom atom(boolean truth) {
    return truth ? Atom.TRUE : Atom.FALSE;
  }

  /// What Java's exception is as the reason of an error.
  static Object exception(RuntimeException thrown) {
    String message = thrown.getMessage();
    return Tuple.of(
        Atom.of("java"),
        Atom.of(thrown.getClass().getName()),
        Binary.utf8(message == null ? "" : message));
  }

  /// The first element of the tuple that a message is in Erlang, or null if it is no tuple.
  static @Nullable Object tag(Object message) {
    return switch (message) {
      case Tuple tuple -> tuple.size() == 0 ? null : tuple.get(0);
      case Exit _ -> EXIT;
      case Down down -> down.tag().orElse(DOWN);
      case NodeDown _ -> NODE_DOWN;
      case NodeUp _ -> NODE_UP;
      default -> null;
    };
  }
}
