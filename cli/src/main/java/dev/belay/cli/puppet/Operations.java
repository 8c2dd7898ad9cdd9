package dev.belay.cli.puppet;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The table of what a puppet can do, by name and number of arguments.
final class Operations {
  private record Key(String name, int arity) {}

  private final Map<Key, Operation> table = new HashMap<>();

  /// Enters an operation: without arguments it is asked for by an atom, with some by a tuple that
  /// begins with that.
  Operations with(String name, int arity, Operation operation) {
    table.put(new Key(name, arity), operation);
    return this;
  }

  /// Performs what is asked for.
  ///
  /// @param asked a term
  /// @return the value, a term
  /// @throws Raised as the operation does, or with `{badop, Asked}` if there is none such
  Object perform(Object asked) {
    Operation operation = null;
    List<Object> arguments = List.of();
    if (asked instanceof Atom name) {
      operation = find(name, 0);
    } else if (asked instanceof Tuple tuple && tuple.size() > 1) {
      arguments = tuple.elements().subList(1, tuple.size());
      operation = find(tuple.get(0), arguments.size());
    }
    if (operation == null) {
      throw Raised.error(Tuple.of(Atom.of("badop"), asked));
    }
    return operation.perform(arguments);
  }

  private @Nullable Operation find(Object name, int arity) {
    return name instanceof Atom atom ? table.get(new Key(atom.name(), arity)) : null;
  }
}
