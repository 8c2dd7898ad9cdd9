package dev.belay.bench;

/// A table of the report: rows that the same systems do.
enum Table {
  /// What happens on one node.
  ONE_NODE,
  /// What happens between two nodes, each an operating-system process of its own.
  NODES,
  /// Terms become bytes, and bytes become terms.
  TERMS;

  /// Tells whether a system is in it.
  boolean has(Contender contender) {
    return switch (contender) {
      case ERLANG -> true;
      case BELAY_RECEIVE, BELAY_TURN, PEKKO -> this == ONE_NODE;
      case BELAY -> this != ONE_NODE;
      case BELAY_ERLANG, ERLANG_BELAY -> this == NODES;
      case JINTERFACE -> this == TERMS;
    };
  }

  /// How people name a system in it.
  String title(Contender contender) {
    if (this != NODES) {
      return contender.title();
    }
    return switch (contender) {
      case ERLANG -> "Erlang ↔ Erlang";
      case BELAY -> "Belay ↔ Belay";
      default -> contender.title();
    };
  }
}
