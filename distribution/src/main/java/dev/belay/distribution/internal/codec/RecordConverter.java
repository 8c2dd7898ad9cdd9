package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Records, whose components have converters of their own.
abstract class RecordConverter extends Converter {
  final Class<?> type;
  final Members members;

  /// Set once, before the codec is published: types may contain themselves.
  Converter[] parts = {};

  private RecordConverter(Class<?> type, Members members) {
    this.type = type;
    this.members = members;
  }

  void resolve(Converter[] converters) {
    parts = converters;
  }

  /// Tells what the terms look like, for errors.
  abstract String shape();

  final void check(Object value) {
    if (!type.isInstance(value)) {
      throw not("of " + type.getSimpleName(), value);
    }
  }

  final Mismatch refused(Object term) {
    return not(shape(), term);
  }

  final Object partToTerm(Object value, int part, int room) {
    try {
      return parts[part].toTerm(present(members.get(value, part)), room);
    } catch (Mismatch e) {
      throw e.at("." + members.name(part));
    }
  }

  final Object partFromTerm(Object term, int part, int room) {
    try {
      return parts[part].fromTerm(term, room);
    } catch (Mismatch e) {
      throw e.at("." + members.name(part));
    }
  }

  final String names(String separator) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < members.count(); i++) {
      names.append(i == 0 ? "" : separator).append(TermNames.snakeCase(members.name(i)));
    }
    return names.toString();
  }

  /// A record as a tuple whose first element is the tag.
  static final class OfTuple extends RecordConverter {
    final Atom tag;

    OfTuple(Class<?> type, Members members, Atom tag) {
      super(type, members);
      this.tag = tag;
    }

    @Override
    String shape() {
      return "{" + tag + (members.count() > 0 ? ", " : "") + names(", ") + "}";
    }

    int size() {
      return members.count() + 1;
    }

    @Override
    Object toTerm(Object value, int room) {
      check(value);
      int inside = inside(room);
      Object[] elements = new Object[parts.length + 1];
      elements[0] = tag;
      for (int i = 0; i < parts.length; i++) {
        elements[i + 1] = partToTerm(value, i, inside);
      }
      return Tuple.of(elements);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!(term instanceof Tuple tuple)
          || tuple.size() != parts.length + 1
          || !tag.equals(tuple.get(0))) {
        throw refused(term);
      }
      int inside = inside(room);
      Object[] values = new Object[parts.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = partFromTerm(tuple.get(i + 1), i, inside);
      }
      return members.make(values);
    }
  }

  /// A record as a map, with the names of the components for keys; as a struct of Elixir's also
  /// with the name of the struct.
  static final class OfMap extends RecordConverter {
    static final Atom STRUCT = Atom.of("__struct__");

    final @Nullable Atom struct;
    private final Atom[] keys;

    OfMap(Class<?> type, Members members, Atom[] keys, @Nullable Atom struct) {
      super(type, members);
      this.keys = keys;
      this.struct = struct;
    }

    @Override
    String shape() {
      return (struct == null ? "a map" : "a struct " + struct) + " with " + names(", ");
    }

    @Override
    Object toTerm(Object value, int room) {
      check(value);
      int inside = inside(room);
      Map<Object, Object> map = LinkedHashMap.newLinkedHashMap(keys.length + 1);
      if (struct != null) {
        map.put(STRUCT, struct);
      }
      for (int i = 0; i < keys.length; i++) {
        map.put(keys[i], partToTerm(value, i, inside));
      }
      return Collections.unmodifiableMap(map);
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!(term instanceof Map<?, ?> map) || (struct != null && !struct.equals(map.get(STRUCT)))) {
        throw refused(term);
      }
      int inside = inside(room);
      Object[] values = new Object[keys.length];
      for (int i = 0; i < values.length; i++) {
        Object part = map.get(keys[i]);
        values[i] = part == null ? missing(i) : partFromTerm(part, i, inside);
      }
      return members.make(values);
    }

    private Object missing(int part) {
      if (parts[part] instanceof Containers.Optionals) {
        return Optional.empty();
      }
      throw new Mismatch("the map has no key " + keys[part]).at("." + members.name(part));
    }
  }

  /// A record without components as an atom.
  static final class OfAtom extends RecordConverter {
    final Atom atom;

    OfAtom(Class<?> type, Members members, Atom atom) {
      super(type, members);
      this.atom = atom;
    }

    @Override
    String shape() {
      return "the atom " + atom;
    }

    @Override
    Object toTerm(Object value, int room) {
      check(value);
      return atom;
    }

    @Override
    Object fromTerm(Object term, int room) {
      if (!atom.equals(term)) {
        throw refused(term);
      }
      return members.make(new Object[0]);
    }
  }
}
