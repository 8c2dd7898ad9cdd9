package dev.belay.twins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.rules.Catalogue;
import dev.belay.rules.Catalogue.Entry;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The scenarios are many, say what they show, and a difference between two traces is seen. Needs
/// no Erlang.
class ScenariosTest {
  private static final int FEWEST = 280;
  private static final String KNOWN = "links/fall_is_transitive";

  @Test
  void thereAreEnoughScenariosOfEachTheme() {
    Map<String, Long> themes =
        Scenario.javaSide().keySet().stream()
            .collect(Collectors.groupingBy(name -> name.split("/", 2)[0], Collectors.counting()));
    assertThat(themes)
        .containsOnlyKeys(
            "aliases",
            "dynamic_supervisors",
            "exits",
            "links",
            "monitors",
            "names",
            "order",
            "requests",
            "restarts",
            "server_ends",
            "servers",
            "spawning",
            "starts",
            "state_machines",
            "state_timeouts",
            "supervisors",
            "timers",
            "traps",
            "unlinking");
    assertThat(themes.values()).allMatch(count -> count >= 10);
    assertThat(Scenario.javaSide()).hasSizeGreaterThanOrEqualTo(FEWEST);
  }

  @Test
  void everyClassOfScenariosRuns() throws IOException {
    Path folder =
        Scenario.module()
            .resolve(Scenario.JAVA_SOURCES)
            .resolve(getClass().getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(folder)) {
      List<String> classes =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(Scenario.SUFFIX + ".java"))
              .map(name -> name.substring(0, name.indexOf('.')))
              .sorted()
              .toList();
      assertThat(Scenario.THEMES).extracting(Class::getSimpleName).isEqualTo(classes);
    }
  }

  @Test
  void everyMethodThatTakesATraceAsAScenarioDoesIsOne() {
    List<String> forgotten = new ArrayList<>();
    for (Class<?> theme : Scenario.THEMES) {
      for (Method method : theme.getDeclaredMethods()) {
        boolean looksLikeOne =
            List.of(method.getParameterTypes()).equals(List.of(Trace.class))
                && method.getReturnType() == void.class
                && !method.isSynthetic();
        if (looksLikeOne != method.isAnnotationPresent(Twin.class)) {
          forgotten.add(theme.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertThat(forgotten).isEmpty();
  }

  @Test
  void scenariosShowRulesThatApply() {
    Catalogue catalogue = Catalogue.read();
    List<String> wrong = new ArrayList<>();
    Scenario.javaSide()
        .forEach((name, method) -> {
          for (String id : rules(method)) {
            Optional<Entry> rule = catalogue.rule(id);
            if (rule.isEmpty() || !rule.get().status().needsTest()) {
              wrong.add(name + ": " + id);
            }
          }
        });
    assertThat(wrong).isEmpty();
    Set<String> sections = new TreeSet<>();
    Scenario.javaSide().values().stream()
        .flatMap(method -> Stream.of(rules(method)))
        .forEach(id -> sections.add(id.replaceAll("\\d+", "")));
    assertThat(sections)
        .contains(
            "S", "X", "L", "M", "A", "T", "R", "TM", "I", "RV", "SP", "PL", "GS", "GR", "SV", "ST");
  }

  private static String[] rules(Method method) {
    return Objects.requireNonNull(method.getAnnotation(Twin.class)).value();
  }

  @Test
  void orderCountsWithinALaneOnly() {
    Lanes trace = Lanes.of(List.of("a: 1", "b: 1", "a: 2"));
    assertThat(Lanes.of(List.of("b: 1", "a: 1", "a: 2"))).isEqualTo(trace);
    assertThat(Lanes.of(List.of("a: 2", "b: 1", "a: 1"))).isNotEqualTo(trace);
    assertThat(Lanes.of(List.of("a: 1", "b: 1"))).isNotEqualTo(trace);
    assertThat(Lanes.of(List.of("a: 1", "a: 2", "c: 1"))).isNotEqualTo(trace);
  }

  @Test
  void orderDoesNotCountInAGroup() {
    Lanes trace = Lanes.of(List.of("~all: 1", "~all: 2", "~all: 2"));
    assertThat(Lanes.of(List.of("~all: 2", "~all: 1", "~all: 2"))).isEqualTo(trace);
    assertThat(Lanes.of(List.of("~all: 2", "~all: 1", "~all: 1"))).isNotEqualTo(trace);
    assertThat(Lanes.of(List.of("~all: 2", "~all: 1"))).isNotEqualTo(trace);
  }

  @Test
  void equalTracesAreNoDifference() {
    Lanes trace = Lanes.of(List.of("main: got normal"));
    Comparison comparison = comparison(trace, trace);
    assertThat(comparison.problem()).isEmpty();
    assertThat(comparison.difference(Lanes.of(List.of("main: got normal")))).isEmpty();
  }

  @Test
  void aDifferenceIsShownWithBothTracesAndSources() {
    Comparison comparison = comparison(Lanes.of(List.of("main: one", "main: got normal")));
    assertThat(comparison.difference(Lanes.of(List.of("main: one", "main: got killed", "b: up"))))
        .hasValueSatisfying(text ->
            assertThat(text.lines())
                .satisfiesExactly(
                    line -> assertThat(line).contains(KNOWN),
                    line ->
                        assertThat(line)
                            .containsPattern("src/test/erlang/twin_links\\.erl:\\d+ ")
                            .containsPattern("dev/belay/twins/LinksTwins\\.java:\\d+$"),
                    line -> assertThat(line).matches("\\* +\\| b: up"),
                    line -> assertThat(line).matches(" {2}main: one +\\| main: one"),
                    line ->
                        assertThat(line).matches("\\* main: got normal +\\| main: got killed")));
  }

  @Test
  void aScenarioOnOneSideOnlyIsAProblem() {
    Map<String, List<Lanes>> more =
        Map.of("links/only_on_erlang", List.of(Lanes.of(List.of("main: one"))));
    List<Scenario> joined = Scenario.join(more);
    assertThat(joined).hasSize(Scenario.javaSide().size() + 1);
    assertThat(joined)
        .allSatisfy(scenario ->
            assertThat(problem(scenario))
                .hasValueSatisfying(text ->
                    assertThat(text)
                        .contains(scenario.toString())
                        .contains(
                            scenario.name().equals("only_on_erlang")
                                ? "has no twin in"
                                : "exports no twin")));
  }

  @Test
  void whatErlangDoesNotPromiseIsAProblem() {
    Lanes one = Lanes.of(List.of("main: one"));
    assertThat(comparison(one, one, Lanes.of(List.of("main: two"))).problem()).isPresent();
    assertThat(comparison(Lanes.of(List.of("!: main ended: boom"))).problem()).isPresent();
    assertThat(comparison(Lanes.of(List.of("main: got {EXIT,?,bye}"))).problem()).isPresent();
  }

  @Test
  void aFailureOfBelayIsADifference() {
    Comparison comparison = comparison(Lanes.of(List.of("main: one")));
    assertThat(comparison.difference(Lanes.of(List.of("main: one", "!: main ended: boom"))))
        .isPresent();
  }

  private static Comparison comparison(Lanes... erlang) {
    String[] parts = KNOWN.split("/", 2);
    Scenario known =
        new Scenario(parts[0], parts[1], Scenario.javaSide().get(KNOWN), List.of(erlang));
    return new Comparison(known, Scenario.module());
  }

  private static Optional<String> problem(Scenario scenario) {
    return new Comparison(scenario, Scenario.module()).problem();
  }
}
