package dev.belay.distribution.internal.codec;

import dev.belay.distribution.Atom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The constants of an enum as atoms.
final class EnumConverter extends Converter {
  private final Class<?> type;
  private final Atom[] atoms;
  private final Map<Object, Object> constants;

  private EnumConverter(Class<?> type, Atom[] atoms, Map<Object, Object> constants) {
    this.type = type;
    this.atoms = atoms;
    this.constants = constants;
  }

  /// Makes the converter.
  ///
  /// @throws IllegalArgumentException if two constants are the same atom
  static EnumConverter of(Class<?> type, Function<? super Enum<?>, String> names) {
    Enum<?>[] all = (Enum<?>[]) type.getEnumConstants();
    Atom[] atoms = new Atom[all.length];
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
      atoms[constant.ordinal()] = atom;
    }
    return new EnumConverter(type, atoms, constants);
  }

  Set<Object> atoms() {
    return constants.keySet();
  }

  @Override
  Object toTerm(Object value, int room) {
    if (type.isInstance(value)) {
      return atoms[((Enum<?>) value).ordinal()];
    }
    throw not("of " + type.getSimpleName(), value);
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
