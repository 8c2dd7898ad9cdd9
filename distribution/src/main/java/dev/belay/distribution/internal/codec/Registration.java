package dev.belay.distribution.internal.codec;

import dev.belay.distribution.TermShape;
import java.util.function.Function;

/// What a program has said of one type.
public sealed interface Registration {
  /// Returns the type.
  ///
  /// @return a class
  Class<?> type();

  /// A record.
  ///
  /// @param type the record
  /// @param shape what its terms look like
  record OfRecord(Class<?> type, TermShape shape) implements Registration {}

  /// An enum.
  ///
  /// @param type the enum
  /// @param names gives the name of a constant's atom
  record OfEnum(Class<?> type, Function<? super Enum<?>, String> names) implements Registration {}

  /// A sealed interface, with all that it permits.
  ///
  /// @param type the interface
  record OfSealed(Class<?> type) implements Registration {}

  /// A type that functions of the program's convert.
  ///
  /// @param type the type
  /// @param to makes what stands for a value
  /// @param from makes a value of a term
  record OfCustom(Class<?> type, Function<Object, ?> to, Function<Object, ?> from)
      implements Registration {}

  /// Returns the registration of a type of which nothing but itself was said.
  ///
  /// @param type the type
  /// @return the registration
  /// @throws IllegalArgumentException if that is not enough
  static Registration of(Class<?> type) {
    if (type.isRecord()) {
      return ofRecord(type, TermShape.tuple());
    }
    if (type.isEnum()) {
      return new OfEnum(type, TermNames::constant);
    }
    if (type.isInterface() && type.isSealed()) {
      check(type);
      return new OfSealed(type);
    }
    if (type.isInterface()) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " is not sealed, so that nobody knows which types it stands for: make it sealed, or"
              + " register its records one by one.");
    }
    throw new IllegalArgumentException(
        type.getTypeName()
            + " is neither a record, nor an enum, nor a sealed interface: say how to convert it, by"
            + " convert(type, toTerm, fromTerm).");
  }

  /// Returns the registration of a record.
  ///
  /// @param type the record
  /// @param shape what its terms look like
  /// @return the registration
  /// @throws IllegalArgumentException if it is no record that can be registered
  static Registration ofRecord(Class<?> type, TermShape shape) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(
          type.getTypeName() + " is no record, and so it has no shape.");
    }
    check(type);
    if (type.isHidden() || type.isLocalClass()) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " is "
              + (type.isHidden() ? "a hidden" : "a local")
              + " record, which nothing else can name: declare it in a class or in a file of its"
              + " own.");
    }
    if (shape instanceof TermShape.OfAtom && type.getRecordComponents().length > 0) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " has components, for which there is no room in an atom: register it as a tuple or"
              + " a map.");
    }
    return new OfRecord(type, shape);
  }

  private static void check(Class<?> type) {
    if (type.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " has type parameters, so that a term does not tell what belongs into it: register"
              + " a type without, for instance with a component of type Object.");
    }
  }
}
