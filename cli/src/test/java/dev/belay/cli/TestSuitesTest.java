package dev.belay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Suites are found in the folders of the sources.
class TestSuitesTest {
  @TempDir private Path root;

  @BeforeEach
  void sources() throws IOException {
    source("core", "dev/belay/MailboxTest", "");
    source("core", "dev/belay/Helper", "");
    source("conformance", "dev/belay/twins/TwinsTest", "@Tag(\"erlang\")");
    source("conformance", "dev/belay/rules/LinksTest", "");
    source("conformance", "dev/belay/rules/ConformanceTableTest", "");
    source("stress", "dev/belay/stress/StressTest", "@Tag(\"full\")");
  }

  @Test
  void modulesAndPackagesOfConformanceAreSuites() {
    assertThat(TestSuites.find(root).names())
        .containsExactly("conformance", "core", "rules", "stress", "twins");
  }

  @Test
  void aSuiteHasClassesAndModules() {
    TestSuites suites = TestSuites.find(root);
    assertThat(suites.classesOf(List.of("twins", "core")))
        .containsExactly("dev.belay.MailboxTest", "dev.belay.twins.TwinsTest");
    assertThat(suites.modulesOf(List.of("twins", "core"))).containsExactly("conformance", "core");
    assertThat(suites.modulesThatRunByDefault()).containsExactly("conformance", "core");
  }

  @Test
  void theTableOfTheWholeRunIsInNoSelection() {
    assertThat(TestSuites.find(root).classesOf(List.of("rules")))
        .containsExactly("dev.belay.rules.LinksTest");
  }

  @Test
  void tagsAreReadFromTheSources() {
    assertThat(TestSuites.find(root).taggedWith("erlang"))
        .containsExactly("dev.belay.twins.TwinsTest");
  }

  private void source(String module, String name, String text) throws IOException {
    Path file = root.resolve(module).resolve("src/test/java").resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
