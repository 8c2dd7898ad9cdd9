package dev.belay.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.rules.Catalogue.Entry;
import dev.belay.rules.RuleTests.Check;
import dev.belay.rules.RuleTests.RuleTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The catalogue is whole, and rules and tests belong together.
class CatalogueTest {
  private final Catalogue catalogue = Catalogue.read();
  private final List<RuleTest> tests = RuleTests.find();

  @Test
  void theCatalogueIsWhole() {
    Map<String, Integer> sizes =
        catalogue.sections().stream()
            .collect(Collectors.toMap(Catalogue.Section::letters, s -> s.rules().size()));
    assertThat(sizes)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("S", 22),
                Map.entry("X", 18),
                Map.entry("L", 24),
                Map.entry("M", 22),
                Map.entry("A", 14),
                Map.entry("T", 13),
                Map.entry("R", 9),
                Map.entry("TM", 14),
                Map.entry("I", 12),
                Map.entry("F", 10),
                Map.entry("RV", 8),
                Map.entry("SP", 12),
                Map.entry("B", 5),
                Map.entry("PL", 14),
                Map.entry("GS", 33),
                Map.entry("GR", 10),
                Map.entry("SV", 45),
                Map.entry("ST", 30),
                Map.entry("GE", 3),
                Map.entry("PG", 12)));
  }

  @Test
  void everyRuleThatAppliesHasATest() {
    List<String> untested =
        catalogue.rules().stream()
            .filter(rule -> rule.status().needsTest())
            .map(Entry::id)
            .filter(id -> tests.stream().noneMatch(test -> test.checks(id)))
            .toList();
    assertThat(untested).as("rules without a test").isEmpty();
  }

  @Test
  void testsNameRulesThatApply() {
    List<String> wrong = new ArrayList<>();
    for (RuleTest test : tests) {
      for (Check check : test.checks()) {
        for (String id : check.rules()) {
          Optional<Entry> entry = catalogue.rule(id);
          if (entry.isEmpty() || !entry.get().status().needsTest()) {
            wrong.add(test.key() + ": " + id);
          }
        }
      }
    }
    assertThat(wrong).as("tests of rules that do not exist or do not apply").isEmpty();
  }

  @Test
  void testsOfOtherModulesAreFound() {
    assertThat(tests)
        .filteredOn(test -> !test.module().equals(RuleTests.HERE))
        .extracting(RuleTest::module)
        .contains("core", "distribution");
    assertThat(tests).filteredOn(test -> test.tags().contains("erlang")).isNotEmpty();
    assertThat(tests).extracting(RuleTest::key).doesNotHaveDuplicates();
  }

  @Test
  void testsNameCasesOfOtpBySuiteAndCase() {
    List<String> cases =
        tests.stream()
            .flatMap(test -> test.checks().stream())
            .flatMap(check -> check.cases().stream())
            .toList();
    assertThat(cases).allMatch(name -> name.matches("[a-z_]+:[a-z0-9_]+"), "is suite:case");
  }

  @Test
  void aRuleOutOfOrderIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Catalogue.parse("== S Signals\nS2 | applies | text\n"))
        .withMessageContaining("expected rule S1");
  }

  @Test
  void aRuleLeftOutWithoutAReasonIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Catalogue.parse("== S Signals\nS1 | absent | text\n"))
        .withMessageContaining("needs a reason");
  }
}
