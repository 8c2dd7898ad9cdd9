package dev.belay.distribution;

/// A function by its name: Erlang's `fun lists:map/2`.
///
/// It is a value. Whoever calls it gets the function that the module has then.
///
/// @param module the module
/// @param function the name of the function
/// @param arity how many arguments it takes, 0 to 255
public record ExternalFun(Atom module, Atom function, int arity) {
  /// Keeps the parts.
  ///
  /// @param module the module
  /// @param function the name of the function
  /// @param arity how many arguments it takes
  /// @throws IllegalArgumentException if the arity is not between 0 and 255
  public ExternalFun {
    if (arity < 0 || arity > 255) {
      throw new IllegalArgumentException("A function takes 0 to 255 arguments, not " + arity);
    }
  }

  /// Returns the function as Erlang prints it, for example `fun lists:map/2`.
  @Override
  public String toString() {
    return "fun " + module + ":" + function + "/" + arity;
  }
}
