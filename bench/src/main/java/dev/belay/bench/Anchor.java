package dev.belay.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The best that another system does in a row, as a part of Erlang's figure.
///
/// @param system which
/// @param ratio its figure divided by Erlang's on the same machine
/// @param here whether it was measured in this run; else it is one of the figures below
record Anchor(String system, double ratio, boolean here) {
  /// Figures measured once, all on one machine in one hour, Erlang's first: to know how far others
  /// have come that do not run here. In ns or bytes; only their ratios mean anything elsewhere.
  /// Those between nodes are the middle of the least and the greatest of some runs.
  private static final Map<Row, Map<String, Double>> ONCE =
      Map.ofEntries(
          row(Row.PING_PONG, 767, "OTP 29", 773, "Ergo", 3283, "Jox", 1463),
          row(Row.PING_PONG_100, 1060, "OTP 29", 1204, "Ergo", 1061, "Jox", 710),
          row(Row.FAN_IN, 217, "OTP 29", 285, "Ergo", 431, "Jox", 99),
          row(Row.RING, 382, "OTP 29", 397, "Ergo", 1748, "Fibry", 1108),
          row(Row.SPAWN, 1418, "OTP 29", 1357, "Ergo", 9834, "Fibry", 2791),
          row(Row.MILLION, 4950, "OTP 29", 4780, "Ergo", 8446),
          row(Row.CHAIN, 3220, "OTP 29", 3016, "Ergo", 6645),
          row(Row.STAR, 4850, "OTP 29", 4076, "Ergo", 4651),
          row(Row.MONITORED, 6380, "OTP 29", 5354, "Ergo", 6253),
          row(Row.MONITOR, 278, "OTP 29", 222, "Ergo", 1683),
          row(Row.LINK, 446, "OTP 29", 353, "Ergo", 1513),
          row(Row.MEMORY, 2690, "OTP 29", 2681, "Ergo", 2429, "Fibry", 1124, "Jox", 1420),
          row(Row.NODES_PING_PONG, 118_000, "OTP 29", 100_000, "Ergo", 112_500),
          row(Row.NODES_SEND, 1725, "OTP 29", 1875, "Ergo", 840),
          row(Row.NODES_SEND_1K, 5950, "OTP 29", 3005, "Ergo", 1990),
          row(Row.NODES_MONITOR, 12_850, "OTP 29", 12_400));

  private static final String ERLANG_THEN = "";

  private static Map.Entry<Row, Map<String, Double>> row(Row row, double erlang, Object... others) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(ERLANG_THEN, erlang);
    for (int i = 0; i < others.length; i += 2) {
      figures.put((String) others[i], ((Number) others[i + 1]).doubleValue());
    }
    return Map.entry(row, figures);
  }

  /// The best anchor of a row: of Erlang, Pekko and Jinterface as they ran here, and of others as
  /// they ran once.
  static Optional<Anchor> best(Row row, Results results) {
    if (results.of(row, Contender.ERLANG).isEmpty()) {
      return Optional.empty();
    }
    List<Anchor> anchors = new ArrayList<>();
    anchors.add(new Anchor(Contender.ERLANG.title(), 1, true));
    for (Contender other : List.of(Contender.PEKKO, Contender.JINTERFACE)) {
      results
          .ratio(row, other, Contender.ERLANG)
          .ifPresent(ratio -> anchors.add(new Anchor(other.title(), ratio, true)));
    }
    Map<String, Double> once = ONCE.getOrDefault(row, Map.of());
    once.forEach((system, figure) -> {
      if (!system.equals(ERLANG_THEN)) {
        anchors.add(new Anchor(system, figure / once.getOrDefault(ERLANG_THEN, figure), false));
      }
    });
    return anchors.stream().min(Comparator.comparingDouble(Anchor::ratio));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.2f%s", system, ratio, here ? "" : " (elsewhere)");
  }
}
