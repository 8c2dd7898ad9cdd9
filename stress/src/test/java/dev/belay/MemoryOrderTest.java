package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.infra.runners.TestList;

/// Runs each jcstress test in a JVM of its own and expects no forbidden outcome.
///
/// `-Dbelay.stress.mode=default` (or another mode of jcstress) runs them longer.
@Tag("full")
class MemoryOrderTest {
  private static final Path RESULTS = Path.of("target", "jcstress").toAbsolutePath();

  static Collection<String> tests() {
    return TestList.tests();
  }

  @ParameterizedTest
  @MethodSource("tests")
  @Timeout(1800)
  void noForbiddenOutcome(String test) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(RESULTS.resolve(test));
    Path output = folder.resolve("output.txt");
    Process jcstress =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                "^" + test.replace(".", "\\.") + "$",
                "-m",
                System.getProperty("belay.stress.mode", "quick"),
                "-r",
                folder + File.separator)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = jcstress.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(text)
        .as("%s ended with status %d", test, status)
        .contains("Failed tests: No matches.", "Error tests: No matches.")
        .containsPattern("All remaining tests: [1-9]");
    assertThat(status).isZero();
  }
}
