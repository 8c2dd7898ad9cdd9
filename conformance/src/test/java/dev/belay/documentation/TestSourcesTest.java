package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A test that did not run proves nothing: tests are neither disabled nor given up on a condition.
class TestSourcesTest {
  /// What skips a test. Spelt in parts, so that this file does not name it.
  private static final Pattern SKIPPING =
      Pattern.compile(
          "@"
              + "Disabled|jupiter\\.api\\."
              + "Disabled|jupiter\\.api\\."
              + "condition"
              + "|Assump"
              + "tions|\\bassume"
              + "(?:True|False|That|ThatCode)\\b"
              + "|Test"
              + "AbortedException");

  @Test
  void noTestIsSkipped() {
    List<Path> sources =
        Repository.files(".java").stream()
            .filter(file -> file.toString().contains("/src/test/java/"))
            .toList();
    assertThat(sources).isNotEmpty();
    List<String> found = new ArrayList<>();
    for (Path source : sources) {
      Matcher matcher = SKIPPING.matcher(Repository.read(source));
      if (matcher.find()) {
        found.add(Repository.ROOT.relativize(source) + ": " + matcher.group());
      }
    }
    assertThat(found).isEmpty();
  }
}
