package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.rules.Catalogue;
import dev.belay.rules.Catalogue.Entry;
import dev.belay.rules.Catalogue.Section;
import dev.belay.rules.Catalogue.Status;
import dev.belay.rules.RuleTests;
import dev.belay.rules.RuleTests.RuleTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The table of conformance shows what it is made from: here two of the tests, and rules of which
/// some are made up.
class ConformanceTableRenderTest {
  private static final Catalogue CATALOGUE =
      new Catalogue(
          List.of(
              new Section(
                  "Z",
                  "Last things",
                  List.of(
                      new Entry("S4", Status.APPLIES, "One.", ""),
                      new Entry("R3", Status.DIFFERS, "Two.", "for a reason"),
                      new Entry("Z3", Status.LATER, "Three.", "with the rest"),
                      new Entry("Z4", Status.ABSENT, "Four.", "not needed")))));

  private final RuleTest always = test("exitSignalsAndMessagesKeepTheirOrder");
  private final RuleTest full = test("aNameCanBeTakenAtOnceAMillionTimes");

  @Test
  void rulesShowTheirTestsAndHowTheyWent() {
    assertThat(row("S4", Map.of(always.key(), true)))
        .contains("| One. | [SignalRulesTest.exitSignalsAndMessagesKeepTheirOrder](../conformance/")
        .contains("/rules/SignalRulesTest.java) | `signal:xm_sig_order` |")
        .endsWith("| passed |");
    assertThat(row("S4", Map.of(always.key(), false))).endsWith("| **failed** |");
  }

  @Test
  void testsThatDoNotAlwaysRunAreShownWithTheirTag() {
    String expected = "| tagged `full`<br>kept in another form: for a reason |";
    assertThat(row("R3", Map.of())).endsWith(expected);
    assertThat(row("R3", Map.of(full.key(), true))).endsWith(expected);
  }

  @Test
  void rulesWithoutTestsSayWhy() {
    assertThat(row("Z3", Map.of())).endsWith("| comes later: with the rest |");
    assertThat(row("Z4", Map.of())).endsWith("| does not apply: not needed |");
  }

  @Test
  void testsThatShouldHaveRunAreMissed() {
    assertThat(table(Map.of()).missing()).containsExactly(always.key());
    assertThat(table(Map.of(always.key(), false)).missing()).isEmpty();
  }

  @Test
  void testsOfOtherModulesAreLinkedThere() {
    RuleTest far =
        new RuleTest(
            "core",
            "dev.belay.FarTest",
            "it",
            List.of(new RuleTests.Check(List.of("S4"), List.of())),
            List.of());
    assertThat(new ConformanceTable(CATALOGUE, List.of(far), Map.of(far.key(), true)).render())
        .contains("| [FarTest.it](../core/src/test/java/dev/belay/FarTest.java) | – | passed |");
  }

  private String row(String id, Map<String, Boolean> passed) {
    return table(passed)
        .render()
        .lines()
        .filter(line -> line.startsWith("| " + id + " |"))
        .findFirst()
        .orElseThrow();
  }

  private ConformanceTable table(Map<String, Boolean> passed) {
    return new ConformanceTable(CATALOGUE, List.of(always, full), passed);
  }

  private static RuleTest test(String method) {
    return RuleTests.find().stream()
        .filter(test -> test.method().equals(method))
        .findFirst()
        .orElseThrow();
  }
}
