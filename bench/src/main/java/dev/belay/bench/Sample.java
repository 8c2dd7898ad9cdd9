package dev.belay.bench;

/// A term that is written and read again and again. What it is stands in each [TermFormat], and for
/// Erlang in `belay_bench_terms`. There are no pids and references among them, for Jinterface has
/// only those formats of them that Erlang does not write any more.
enum Sample {
  /// What one process may send another: `{reserve, 4711, <<"rope, 60 m">>, 2}`.
  MESSAGE,
  /// A map of an order with a list of 20 items, which are tuples with a text and a float each.
  ORDER,
  /// A list of integers of 1 to 8 bytes.
  NUMBERS;

  /// How many items an order has.
  static final int ITEMS = 20;

  /// How long the list is.
  static final int LENGTH = 1_000;

  /// The integer at a place of the list, counted from 1.
  static long number(int place) {
    return switch (place % 4) {
      case 0 -> place & 0xFF;
      case 1 -> place * 100_003L;
      case 2 -> -place;
      default -> (long) place << 40;
    };
  }

  /// The price of an item, which a float has exactly.
  static double price(int item) {
    return 19.5 + item;
  }
}
