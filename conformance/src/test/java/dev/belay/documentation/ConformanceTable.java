package dev.belay.documentation;

import dev.belay.rules.Catalogue;
import dev.belay.rules.Catalogue.Entry;
import dev.belay.rules.Catalogue.Section;
import dev.belay.rules.RuleTests.RuleTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes `docs/conformance.md`: each rule with its tests and how they went, or why it has none.
///
/// The text depends on the catalogue, the tests and their results only. A test that is not part of
/// every run, because it has a tag, is shown with its tag instead of a result.
final class ConformanceTable {
  private static final String SOURCES = "/src/test/java/";

  private final Catalogue catalogue;
  private final List<RuleTest> tests;
  private final Map<String, Boolean> passed;

  ConformanceTable(Catalogue catalogue, List<RuleTest> tests, Map<String, Boolean> passed) {
    this.catalogue = catalogue;
    this.tests = tests;
    this.passed = passed;
  }

  /// The tests that should have run and did not.
  List<String> missing() {
    return tests.stream()
        .filter(test -> test.tags().isEmpty())
        .map(RuleTest::key)
        .filter(key -> !passed.containsKey(key))
        .toList();
  }

  String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Conformance

        Each rule of Erlang/OTP 25 that concerns processes and signals, in our own words; the tests that check it here, with
        the test case of OTP that each reproduces; and how they went. Where Belay differs on purpose, or a rule does not apply,
        the last column says why. Tests against a real Erlang node have the tag `erlang`. The last section has what Belay adds.

        This page is made by the test run from the [rules](../conformance/src/test/resources/dev/belay/rules/catalogue.txt)
        and the annotation [Rule](../conformance/src/test/java/dev/belay/rules/Rule.java) on the tests; those of other modules
        are [named](../conformance/src/test/resources/dev/belay/rules/elsewhere.txt). The build fails when it
        differs. `mvn verify -pl conformance -am -Dbelay.docs.update=true` writes it anew.

        """);
    page.append(summary());
    for (Section section : catalogue.sections()) {
      page.append("\n## ").append(section.letters()).append(". ").append(section.title());
      page.append("\n\n| rule | in short | tests | OTP's cases | result |\n");
      page.append("| --- | --- | --- | --- | --- |\n");
      section.rules().forEach(rule -> page.append(row(rule)));
    }
    return page.toString();
  }

  private String summary() {
    StringBuilder table = new StringBuilder("| rules | status |\n| ---: | --- |\n");
    for (Catalogue.Status status : Catalogue.Status.values()) {
      long count = catalogue.rules().stream().filter(rule -> rule.status() == status).count();
      if (count > 0) {
        table.append("| ").append(count).append(" | ").append(meaning(status)).append(" |\n");
      }
    }
    return table.toString();
  }

  private String row(Entry rule) {
    List<RuleTest> its = tests.stream().filter(test -> test.checks(rule.id())).toList();
    return "| "
        + rule.id()
        + " | "
        + rule.text()
        + " | "
        + lines(its.stream().map(ConformanceTable::link).toList())
        + " | "
        + lines(its.stream().map(test -> cases(rule, test)).toList())
        + " | "
        + result(rule, its)
        + " |\n";
  }

  private static String link(RuleTest test) {
    String file = test.type().replaceAll("\\$.*", "").replace('.', '/') + ".java";
    String name = test.simpleType() + "." + test.method();
    return "[" + name + "](../" + test.module() + SOURCES + file + ")";
  }

  private static String cases(Entry rule, RuleTest test) {
    String names =
        test.cases(rule.id()).stream()
            .map(name -> "`" + name + "`")
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "–" : names;
  }

  private String result(Entry rule, List<RuleTest> its) {
    String reason = rule.reason();
    if (its.isEmpty()) {
      String meaning = meaning(rule.status());
      return reason.isEmpty() ? meaning : meaning + ": " + reason;
    }
    String results = lines(its.stream().map(this::result).toList());
    if (reason.isEmpty()) {
      return results;
    }
    return results
        + "<br>"
        + (rule.status() == Catalogue.Status.DIFFERS ? meaning(rule.status()) + ": " : "")
        + reason;
  }

  private String result(RuleTest test) {
    if (!test.tags().isEmpty()) {
      return "tagged `" + String.join("`, `", test.tags()) + "`";
    }
    return passed.getOrDefault(test.key(), false) ? "passed" : "**failed**";
  }

  private static String meaning(Catalogue.Status status) {
    return switch (status) {
      case APPLIES -> "kept";
      case DIFFERS -> "kept in another form";
      case LATER -> "comes later";
      case ABSENT -> "does not apply";
    };
  }

  private static String lines(List<String> lines) {
    return String.join("<br>", lines);
  }
}
