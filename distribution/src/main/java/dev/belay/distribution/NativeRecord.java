package dev.belay.distribution;

import java.util.List;

/// A value with named fields, as Erlang has them from OTP 29 on.
///
/// Erlang's older records are tuples. Native records are an experiment of OTP's so far, and may
/// change with it.
///
/// @param module the module that defines it
/// @param name its name
/// @param exported whether other modules may look into it
/// @param fields the names of the fields, an unmodifiable list
/// @param values the values of the fields, in the same order; an unmodifiable list
public record NativeRecord(
    Atom module, Atom name, boolean exported, List<Atom> fields, List<Object> values) {
  /// Keeps the parts.
  ///
  /// @param module the module that defines it
  /// @param name its name
  /// @param exported whether other modules may look into it
  /// @param fields the names of the fields
  /// @param values the values of the fields, in the same order
  /// @throws IllegalArgumentException if there are not as many values as fields
  public NativeRecord {
    fields = List.copyOf(fields);
    values = List.copyOf(values);
    if (fields.size() != values.size()) {
      throw new IllegalArgumentException(
          "A record of " + fields.size() + " fields cannot have " + values.size() + " values");
    }
  }

  /// Returns the value of a field.
  ///
  /// @param field its name
  /// @return the value
  /// @throws IllegalArgumentException if there is no such field
  public Object get(Atom field) {
    int index = fields.indexOf(field);
    if (index < 0) {
      throw new IllegalArgumentException(
          "The record " + module + ":" + name + " has the fields " + fields + ", not " + field);
    }
    return values.get(index);
  }

  /// Returns the record as Erlang prints it, for example `#shapes:point{x = 1,y = 2}`.
  @Override
  public String toString() {
    return TermText.of(this);
  }
}
