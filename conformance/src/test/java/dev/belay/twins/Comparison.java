package dev.belay.twins;

import java.nio.file.Path;
import java.util.Optional;

/// Holds the two sides of a scenario against each other.
final class Comparison {
  private final Scenario scenario;
  private final Path module;

  /// Prepares the comparison.
  ///
  /// @param module the folder of the module that has the sources, which messages point to
  Comparison(Scenario scenario, Path module) {
    this.scenario = scenario;
    this.module = module;
  }

  /// Finds what is wrong with the scenario before Belay has run it: it has one side only, or
  /// Erlang's traces are not all equal.
  Optional<String> problem() {
    String erlang = scenario.erlangSource(module);
    String java = scenario.javaSource(module);
    if (scenario.java() == null) {
      return Optional.of(scenario + " is in " + erlang + ", but has no twin in " + java);
    }
    if (scenario.erlang().isEmpty()) {
      return Optional.of(
          scenario + " is in " + java + ", but " + erlang + " exports no twin of it");
    }
    Lanes first = scenario.erlang().getFirst();
    return scenario.erlang().stream()
        .filter(round -> round.isFaulty() || !round.equals(first))
        .findFirst()
        .map(round ->
            scenario
                + " is no scenario: on Erlang it fails, says what has no role, or its traces differ from round to round.\n"
                + Lanes.besideEachOther(
                    "Erlang, first round, " + erlang, first, "Erlang, another round", round));
  }

  /// Finds how a trace of Belay's differs from Erlang's.
  Optional<String> difference(Lanes belay) {
    Lanes erlang = scenario.erlang().getFirst();
    if (belay.equals(erlang)) {
      return Optional.empty();
    }
    return Optional.of(
        scenario
            + ": the traces differ.\n"
            + Lanes.besideEachOther(
                "Erlang, " + scenario.erlangSource(module),
                erlang,
                "Belay, " + scenario.javaSource(module),
                belay));
  }
}
