package dev.belay.bench;

import java.util.List;
import java.util.stream.DoubleStream;

/// One row on one system: all readings of all rounds.
///
/// @param row the row
/// @param contender the system
/// @param size how much was done in one iteration
/// @param rounds for each round the readings of one operation, in ns or bytes
/// @param gcMillis for each round how long the JVM collected garbage while it was measured
record Measured(
    Row row, Contender contender, int size, List<List<Double>> rounds, List<Long> gcMillis) {
  Measured {
    if (rounds.isEmpty() || rounds.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(row.id() + " on " + contender.id() + ": no readings");
    }
    rounds = rounds.stream().map(List::copyOf).toList();
    gcMillis = List.copyOf(gcMillis);
  }

  /// The median over the rounds of each round's median.
  double median() {
    return median(ofRounds());
  }

  /// The least figure of a round; with one round, its least reading.
  double min() {
    return spread().min().orElseThrow();
  }

  /// The greatest figure of a round; with one round, its greatest reading.
  double max() {
    return spread().max().orElseThrow();
  }

  private DoubleStream spread() {
    return rounds.size() > 1
        ? ofRounds().stream().mapToDouble(d -> d)
        : rounds.getFirst().stream().mapToDouble(d -> d);
  }

  private List<Double> ofRounds() {
    return rounds.stream().map(Measured::median).toList();
  }

  /// The middle value, or the mean of the two in the middle.
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(d -> d).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
