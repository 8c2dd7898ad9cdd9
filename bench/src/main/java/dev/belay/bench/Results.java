package dev.belay.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that a run has found out.
///
/// @param circumstances what the figures depend on, in words
/// @param measured the rows
/// @param crowded the crowds of millions
/// @param meshed the meshes
/// @param failures what could not be measured, and why
record Results(
    Map<String, String> circumstances,
    List<Measured> measured,
    List<Crowded> crowded,
    List<Meshed> meshed,
    List<String> failures) {
  /// Results that are still to come.
  static Results empty() {
    return new Results(
        new LinkedHashMap<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /// The rows that have figures, in the order of the table.
  List<Row> rows() {
    return measured.stream().map(Measured::row).distinct().sorted().toList();
  }

  /// The rows of one table that have figures.
  List<Row> rows(Table table) {
    return rows().stream().filter(row -> row.table() == table).toList();
  }

  /// One row on one system.
  Optional<Measured> of(Row row, Contender contender) {
    return measured.stream()
        .filter(one -> one.row() == row && one.contender() == contender)
        .findFirst();
  }

  /// The figure of one row on one system as a part of another's.
  Optional<Double> ratio(Row row, Contender contender, Contender basis) {
    return of(row, contender)
        .flatMap(figure -> of(row, basis).map(other -> figure.median() / other.median()));
  }
}
