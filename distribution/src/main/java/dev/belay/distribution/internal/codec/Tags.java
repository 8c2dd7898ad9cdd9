package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which type a term is of, as far as its tag tells.
final class Tags {
  // By tag, and then, there are seldom two, by size.
  private final Map<Atom, RecordConverter.OfTuple[]> tuples = new HashMap<>();
  private final Map<Atom, Converter> structs = new HashMap<>();
  private final Map<Atom, Converter> atoms = new HashMap<>();

  /// Which type has a tag, for errors.
  private final Map<String, Class<?>> owners = new HashMap<>();

  /// Tells whether the terms of a type can be known by a tag.
  static boolean isTagged(Converter converter) {
    return switch (converter) {
      case RecordConverter.OfMap map -> map.struct != null;
      case RecordConverter _, EnumConverter _ -> true;
      default -> false;
    };
  }

  /// Adds a type; one without tag changes nothing.
  ///
  /// @throws IllegalArgumentException if another type has the same tag
  void add(Class<?> type, Converter converter) {
    switch (converter) {
      case RecordConverter.OfTuple tuple -> {
        own(
            type,
            "the tag " + tuple.tag + " and " + tuple.members.count() + " components",
            "TermShape.tuple(\"…\")");
        RecordConverter.OfTuple[] known =
            tuples.getOrDefault(tuple.tag, new RecordConverter.OfTuple[0]);
        RecordConverter.OfTuple[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = tuple;
        tuples.put(tuple.tag, more);
      }
      case RecordConverter.OfMap map when map.struct != null -> {
        own(type, "the struct " + map.struct, "TermShape.struct(\"…\")");
        structs.put(map.struct, map);
      }
      case RecordConverter.OfAtom atom -> addAtom(type, atom.atom, atom);
      case EnumConverter constants -> {
        for (Object atom : constants.atoms()) {
          addAtom(type, (Atom) atom, constants);
        }
      }
      default -> {}
    }
  }

  private void addAtom(Class<?> type, Atom atom, Converter converter) {
    own(type, "the atom " + atom, "TermShape.atom(\"…\")");
    atoms.put(atom, converter);
  }

  private void own(Class<?> type, String tag, String remedy) {
    Class<?> other = owners.put(tag, type);
    if (other != null) {
      throw new IllegalArgumentException(
          other.getTypeName()
              + " and "
              + type.getTypeName()
              + " both have "
              + tag
              + ", so that their terms could not be told apart. Give one of them another: "
              + remedy
              + ".");
    }
  }

  /// Returns the converter of the type that a term is of, if its tag is one's.
  @Nullable Converter find(Object term) {
    return switch (term) {
      case Tuple tuple when tuple.size() > 0 && tuple.get(0) instanceof Atom tag -> {
        RecordConverter.OfTuple[] known = tuples.get(tag);
        if (known != null) {
          for (RecordConverter.OfTuple each : known) {
            if (each.size() == tuple.size()) {
              yield each;
            }
          }
        }
        yield null;
      }
      case Atom atom -> atoms.get(atom);
      case Map<?, ?> map
          when !structs.isEmpty() && map.get(RecordConverter.OfMap.STRUCT) instanceof Atom struct ->
          structs.get(struct);
      default -> null;
    };
  }
}
