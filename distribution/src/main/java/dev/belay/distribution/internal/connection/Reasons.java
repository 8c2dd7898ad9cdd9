package dev.belay.distribution.internal.connection;

import dev.belay.Carrier;
import dev.belay.ExitReason;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Why processes end, as terms and back.
public final class Reasons {
  private static final Atom SHUTDOWN = Atom.of("shutdown");
  private static final Atom ABANDONED = Atom.of("abandoned");

  /// How many frames of a stack are told.
  private static final int FRAMES = 32;

  private static final Map<Atom, ExitReason> PLAIN =
      Map.of(
          Atom.of("normal"),
          ExitReason.NORMAL,
          SHUTDOWN,
          ExitReason.SHUTDOWN,
          Atom.of("kill"),
          ExitReason.KILL,
          Atom.of("killed"),
          ExitReason.KILLED,
          Atom.of("noproc"),
          ExitReason.NO_PROC,
          Atom.of("noconnection"),
          ExitReason.NO_CONNECTION);

  private Reasons() {}

  /// Returns the reason that a term means.
  ///
  /// @param term any term
  /// @return the reason, in which terms stay terms
  public static ExitReason reason(Object term) {
    if (term instanceof Atom atom) {
      ExitReason plain = PLAIN.get(atom);
      if (plain != null) {
        return plain;
      }
    }
    if (term instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0).equals(SHUTDOWN)) {
      return ExitReason.shutdown(tuple.get(1));
    }
    return ExitReason.term(term);
  }

  /// Returns the term that a reason is; a value in it is left as it is.
  ///
  /// @param reason the reason
  /// @return the term
  public static Object term(ExitReason reason) {
    return switch (reason) {
      case ExitReason.Normal _ -> Atom.of("normal");
      case ExitReason.Shutdown(Object detail) ->
          detail == null ? SHUTDOWN : Tuple.of(SHUTDOWN, detail);
      case ExitReason.Kill _ -> Atom.of("kill");
      case ExitReason.Killed _ -> Atom.of("killed");
      case ExitReason.NoProc _ -> Atom.of("noproc");
      case ExitReason.NoConnection _ -> Atom.of("noconnection");
      case ExitReason.Crash(Throwable thrown) -> crash(thrown);
      case ExitReason.Term(Object value) -> reason == Carrier.Signal.ABANDONED ? ABANDONED : value;
    };
  }

  /// As Erlang tells of an exception: what, and where, the innermost call first.
  private static Object crash(Throwable thrown) {
    String message = thrown.getMessage();
    Object what =
        Tuple.of(
            Atom.of("java"),
            atom(thrown.getClass().getName()),
            Binary.utf8(message == null ? "" : message));
    List<Object> stack = new ArrayList<>();
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < frames.length && i < FRAMES; i++) {
      StackTraceElement frame = frames[i];
      String file = frame.getFileName();
      stack.add(
          Tuple.of(
              atom(frame.getClassName()),
              atom(frame.getMethodName()),
              0L,
              List.of(
                  Tuple.of(Atom.of("file"), characters(file == null ? "" : file)),
                  Tuple.of(Atom.of("line"), (long) Math.max(0, frame.getLineNumber())))));
    }
    return Tuple.of(what, List.copyOf(stack));
  }

  private static Atom atom(String text) {
    return Atom.of(
        text.codePointCount(0, text.length()) <= Atom.MAX_LENGTH
            ? text
            : text.substring(0, text.offsetByCodePoints(0, Atom.MAX_LENGTH)));
  }

  private static List<Object> characters(String text) {
    return List.copyOf(text.codePoints().mapToObj(c -> (Object) (long) c).toList());
  }
}
