package dev.belay.distribution.internal.terms;

/// A term that contains others, while its parts are read or written.
enum Container {
  /// Its parts are its elements.
  TUPLE("element ", " of a tuple"),
  /// Its parts are its elements.
  LIST("element ", " of a list"),
  /// Its part is what comes after the last element of a list.
  TAIL("the tail after element ", " of a list"),
  /// Its parts are its keys, each followed by its value.
  MAP("", " of a map"),
  /// Its parts are the values of its variables.
  FUN("variable ", " of a fun"),
  /// Its parts are the values of its fields.
  RECORD("field ", " of a record");

  private final String before;
  private final String after;

  Container(String before, String after) {
    this.before = before;
    this.after = after;
  }

  /// Returns the words for one of the parts.
  ///
  /// @param part which, from 0 on
  String part(int part) {
    return switch (this) {
      case MAP -> (part % 2 == 0 ? "key " : "value ") + (part / 2 + 1) + after;
      case TAIL -> before + part + after;
      default -> before + (part + 1) + after;
    };
  }
}
