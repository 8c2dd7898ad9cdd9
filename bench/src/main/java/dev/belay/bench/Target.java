package dev.belay.bench;

import java.util.Locale;

/// What a figure of Belay should not exceed.
///
/// @param contender whose figure
/// @param basis what the limit is measured in
/// @param limit the most it may be
/// @param ownCarriers whether it is to be reached with Belay's own carriers only; then it is shown,
///   and not counted
record Target(Contender contender, Basis basis, double limit, boolean ownCarriers) {
  /// What a limit is measured in.
  enum Basis {
    /// The figure of Erlang in the same run.
    ERLANG(" × Erlang"),
    /// The figure of Pekko in the same run.
    PEKKO(" × Pekko"),
    /// The figure of Jinterface in the same run.
    JINTERFACE(" × Jinterface"),
    /// Bytes.
    BYTES(" bytes");

    private final String unit;

    Basis(String unit) {
      this.unit = unit;
    }
  }

  static Target receive(double limit) {
    return new Target(Contender.BELAY_RECEIVE, Basis.ERLANG, limit, false);
  }

  static Target turn(double limit) {
    return new Target(Contender.BELAY_TURN, Basis.ERLANG, limit, false);
  }

  /// The targets of a row between nodes, wherever one of them is Belay's: parts of what two nodes
  /// of Erlang's need.
  static Target[] betweenNodes(double limit) {
    return new Target[] {
      new Target(Contender.BELAY, Basis.ERLANG, limit, false),
      new Target(Contender.BELAY_ERLANG, Basis.ERLANG, limit, false),
      new Target(Contender.ERLANG_BELAY, Basis.ERLANG, limit, false)
    };
  }

  /// To be no slower than Jinterface.
  static Target asFastAsJinterface() {
    return new Target(Contender.BELAY, Basis.JINTERFACE, 1, false);
  }

  /// The same target, with own carriers.
  Target withOwnCarriers() {
    return new Target(contender, basis, limit, true);
  }

  /// The same limit, in something else than Erlang's figures.
  Target in(Basis other) {
    return new Target(contender, other, limit, ownCarriers);
  }

  @Override
  public String toString() {
    String number = basis == Basis.BYTES ? "%.0f" : "%.2f";
    return "≤ " + String.format(Locale.ROOT, number, limit) + basis.unit;
  }
}
