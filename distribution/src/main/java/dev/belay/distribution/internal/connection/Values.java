package dev.belay.distribution.internal.connection;

import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Java's own values as terms: what every program may send without having registered a type.
public final class Values {
  private Values() {}

  /// Returns the term that a value is, at any depth. What it does not know it leaves as it is.
  ///
  /// @param value the value
  /// @return the term
  /// @throws IllegalArgumentException if it is none
  public static Object term(Object value) {
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
      case Optional<?> optional -> optional.isEmpty() ? Atom.of("undefined") : term(optional.get());
      case Tuple tuple -> Tuple.of(list(tuple.elements()).toArray());
      case List<?> list -> list(list);
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
