package dev.belay.bench;

import java.util.Optional;

/// Whether a target was reached.
///
/// @param target the target
/// @param kind the verdict
record Verdict(Target target, Kind kind) {
  /// What can be said.
  enum Kind {
    /// It was reached.
    MET,
    /// It was not.
    MISSED,
    /// It is one for own carriers, which are not there yet.
    NOT_COUNTED,
    /// What it is measured in was not measured.
    OPEN
  }

  /// Judges one target of a row.
  static Verdict of(Target target, Row row, Results results) {
    if (target.ownCarriers()) {
      return new Verdict(target, Kind.NOT_COUNTED);
    }
    Optional<Double> value =
        switch (target.basis()) {
          case BYTES -> results.of(row, target.contender()).map(Measured::median);
          case ERLANG -> results.ratio(row, target.contender(), Contender.ERLANG);
          case PEKKO -> results.ratio(row, target.contender(), Contender.PEKKO);
          case JINTERFACE -> results.ratio(row, target.contender(), Contender.JINTERFACE);
        };
    return new Verdict(
        target, value.map(v -> v <= target.limit() ? Kind.MET : Kind.MISSED).orElse(Kind.OPEN));
  }

  /// As a table has it.
  @Override
  public String toString() {
    return switch (kind) {
      case MET -> target + " met";
      case MISSED -> target + " MISSED";
      case NOT_COUNTED -> "(own carriers: " + target + ")";
      case OPEN -> target + " open";
    };
  }
}
