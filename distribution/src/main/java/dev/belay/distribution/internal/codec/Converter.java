package dev.belay.distribution.internal.codec;

import org.jspecify.annotations.Nullable;

/// Makes terms of the values of one Java type, and such values of terms.
///
/// Immutable once the codec that it belongs to is built; for any number of threads.
abstract class Converter {
  /// Returns the term that a value is.
  ///
  /// @param room how many records may be inside each other from here on
  /// @throws Mismatch if it is none
  abstract Object toTerm(Object value, int room);

  /// Returns the value that a term means.
  ///
  /// @param room how many records may be inside each other from here on
  /// @throws Mismatch if it means none of this type
  abstract Object fromTerm(Object term, int room);

  /// Refuses what is not there.
  static Object present(@Nullable Object value) {
    if (value == null) {
      throw new Mismatch("is null, which no term is: declare an Optional");
    }
    return value;
  }

  /// Says that something is not of the type.
  static Mismatch not(String what, Object value) {
    return new Mismatch(Shown.of(value) + " is not " + what);
  }

  /// Returns the room that is left one record further in.
  static int inside(int room) {
    if (room <= 0) {
      throw new Mismatch(
          "there are more values of registered types inside each other than the codec allows"
              + " (TermCodec.Builder.maxDepth)");
    }
    return room - 1;
  }
}
