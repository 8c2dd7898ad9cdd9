package dev.belay.distribution;

import java.util.List;

/// A function that was made in Erlang, with the variables that it uses.
///
/// Only nodes that have its module can call it. Here it is a value to keep and to hand back: what
/// comes back is equal to what went out.
///
/// @param module the module in which it was written
/// @param arity how many arguments it takes, 0 to 255
/// @param index which of the module's functions it is
/// @param uniq what tells versions of the module apart, 16 bytes
/// @param oldIndex which of the module's functions it is, counted otherwise
/// @param oldUniq what told versions of the module apart in older releases
/// @param pid the process that made it
/// @param free the values of the variables that it uses, an unmodifiable list
public record Fun(
    Atom module,
    int arity,
    int index,
    Binary uniq,
    long oldIndex,
    long oldUniq,
    Object pid,
    List<Object> free) {
  private static final int UNIQ_SIZE = 16;

  /// Keeps the parts.
  ///
  /// @param module the module in which it was written
  /// @param arity how many arguments it takes
  /// @param index which of the module's functions it is
  /// @param uniq what tells versions of the module apart
  /// @param oldIndex which of the module's functions it is, counted otherwise
  /// @param oldUniq what told versions of the module apart in older releases
  /// @param pid the process that made it
  /// @param free the values of the variables that it uses
  /// @throws IllegalArgumentException if the arity is not between 0 and 255, or `uniq` has not 16
  ///   bytes
  public Fun {
    if (arity < 0 || arity > 255) {
      throw new IllegalArgumentException("A function takes 0 to 255 arguments, not " + arity);
    }
    if (uniq.size() != UNIQ_SIZE) {
      throw new IllegalArgumentException(
          "A function has " + UNIQ_SIZE + " bytes of its module's version, not " + uniq.size());
    }
    free = List.copyOf(free);
  }

  /// Returns the function as Erlang prints it, for example `#Fun<lists.12.80490184>`.
  @Override
  public String toString() {
    return "#Fun<" + module + "." + oldIndex + "." + oldUniq + ">";
  }
}
