package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The constants of an enum as atoms.
final class EnumConverter extends Converter {
  private final Class<?> type;
  private final Map<Object, Atom> atoms;
  private final Map<Object, Object> constants;

  private EnumConverter(Class<?> type, Map<Object, Atom> atoms, Map<Object, Object> constants) {
    this.type = type;
    this.atoms = atoms;
    this.constants = constants;
  }

  /// Makes the converter.
  ///
  /// @throws IllegalArgumentException if two constants are the same atom
  static EnumConverter of(Class<?> type, Function<? super Enum<?>, String> names) {
    Enum<?>[] all = (Enum<?>[]) type.getEnumConstants();
    Map<Object, Atom> atoms = HashMap.newHashMap(all.length);
    Map<Object, Object> constants = HashMap.newHashMap(all.length);
    for (Enum<?> constant : all) {
      Atom atom = Atom.of(names.apply(constant));
      Object other = constants.put(atom, constant);
      if (other != null) {
        throw new IllegalArgumentException(
            type.getTypeName()
                + ": "
                + other
                + " and "
                + constant
                + " would both be the atom "
                + atom
                + ". Give them names: register(type, constant -> name).");
      }
      atoms.put(constant, atom);
    }
    return new EnumConverter(type, atoms, constants);
  }

  Set<Object> atoms() {
    return constants.keySet();
  }

  @Override
  Object toTerm(Object value, int room) {
    Atom atom = atoms.get(value);
    if (atom == null) {
      throw not("of " + type.getSimpleName(), value);
    }
    return atom;
  }

  @Override
  Object fromTerm(Object term, int room) {
    Object constant = constants.get(term);
    if (constant == null) {
      throw not("one of " + type.getSimpleName(), term);
    }
    return constant;
  }
}
