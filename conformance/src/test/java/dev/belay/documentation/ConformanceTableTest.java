package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.rules.Catalogue;
import dev.belay.rules.RuleResults;
import dev.belay.rules.RuleTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `docs/conformance.md` is what the tests of the rules have shown in this build. Runs after them,
/// in a run of its own, and reads their results.
///
/// With `-Dbelay.docs.update=true` the document is written.
class ConformanceTableTest {
  private static final Path DOCUMENT = Repository.ROOT.resolve("docs/conformance.md");

  private final ConformanceTable table =
      new ConformanceTable(Catalogue.read(), RuleTests.find(), RuleResults.read());

  @Test
  void theTableIsThatOfTheRun() throws IOException {
    assertThat(table.missing())
        .as("tests of rules that did not run before this: the table cannot be checked")
        .isEmpty();
    String rendered = table.render();
    if (Boolean.getBoolean("belay.docs.update") && !rendered.contains("**failed**")) {
      Files.writeString(DOCUMENT, rendered);
    }
    assertThat(DOCUMENT).exists();
    assertThat(Repository.read(DOCUMENT))
        .as(
            "docs/conformance.md differs from the run; bring it up to date with -Dbelay.docs.update=true")
        .isEqualTo(rendered);
  }
}
