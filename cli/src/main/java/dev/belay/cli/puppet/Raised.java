package dev.belay.cli.puppet;

import dev.belay.distribution.Atom;

/// An operation has failed, as it would in Erlang: a class and a reason.
final class Raised extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Atom BADARG = Atom.of("badarg");

  private final transient Atom kind;
  private final transient Object reason;

  private Raised(Atom kind, Object reason) {
    super(kind + ": " + reason, null, false, false);
    this.kind = kind;
    this.reason = reason;
  }

  /// Of class `error`.
  ///
  /// @param reason a term
  static Raised error(Object reason) {
    return new Raised(Atom.ERROR, reason);
  }

  /// Of class `error`, for a wrong argument.
  static Raised badarg() {
    return error(BADARG);
  }

  /// Returns the class.
  Atom kind() {
    return kind;
  }

  /// Returns the reason, a term.
  Object reason() {
    return reason;
  }
}
