package dev.belay.distribution.internal.connection;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.NodeDown;
import dev.belay.NodeUp;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.ImproperList;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Java's own values as terms: what every program may send without having registered a type.
final class Values {
  private static final Atom DOWN = Atom.of("DOWN");
  private static final Atom PROCESS = Atom.of("process");

  private Values() {}

  /// Returns the term that a value is, at any depth.
  ///
  /// @throws IllegalArgumentException if it is none
  static Object term(Object value) {
    return switch (value) {
      case String text -> Binary.utf8(text);
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
      case Optional<?> optional -> optional.isEmpty() ? Atom.of("undefined") : term(optional.get());
      case Tuple tuple -> Tuple.of(list(tuple.elements()).toArray());
      case List<?> list -> list(list);
      case ImproperList list -> new ImproperList(list(list.elements()), term(list.tail()));
      case Map<?, ?> map -> {
        Map<Object, Object> terms = new LinkedHashMap<>();
        map.forEach((key, content) -> terms.put(term(key), term(content)));
        yield terms;
      }
      default -> value;
    };
  }

  private static List<Object> list(List<?> values) {
    List<Object> terms = new ArrayList<>(values.size());
    for (Object value : values) {
      terms.add(term(value));
    }
    return terms;
  }
}
