package dev.belay.distribution.internal.connection;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.NodeDown;
import dev.belay.NodeUp;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;

/// Java's own values as terms: what every program may send without having registered a type.
public final class Values {
  private static final Atom DOWN = Atom.of("DOWN");
  private static final Atom PROCESS = Atom.of("process");

  private Values() {}

  /// Returns what a value of Java's or Belay's own is as a term: one step, whose parts may be any
  /// values. The codec does the rest.
  ///
  /// @param value any value
  /// @return what stands for it; the value itself if it is no such
  public static Object term(Object value) {
    return switch (value) {
      case Boolean truth -> Atom.of(truth ? "true" : "false");
      case Integer number -> (long) number;
      case Short number -> (long) number;
      case Byte number -> (long) number;
      case Float number -> (double) number;
      case ExitReason reason -> Reasons.term(reason);
      case Name name -> Tuple.of(Atom.of(name.name()), Atom.of(name.node()));
      case Exit exit -> Tuple.of(Atom.of("EXIT"), exit.pid(), Reasons.term(exit.reason()));
      case Down down ->
          Tuple.of(
              term(down.tag().orElse(DOWN)),
              down.ref(),
              PROCESS,
              term(down.subject()),
              Reasons.term(down.reason()));
      case NodeUp(String node) -> Tuple.of(Atom.of("nodeup"), Atom.of(node));
      case NodeDown(String node) -> Tuple.of(Atom.of("nodedown"), Atom.of(node));
      case Throwable thrown -> Reasons.term(ExitReason.crash(thrown));
      default -> value;
    };
  }
}
