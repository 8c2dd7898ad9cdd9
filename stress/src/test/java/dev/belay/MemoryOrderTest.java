package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.infra.runners.TestList;

/// Runs the jcstress tests, each in a JVM of its own, and expects no forbidden outcome of any.
///
/// By default they run one compilation mode for two and a half seconds each. With
/// `-Dbelay.stress.mode=default`, or another mode of jcstress, they run in all combinations of
/// interpreter and compilers, for as long as that mode says; then it takes hours.
@Tag("full")
@Timeout(36_000)
class MemoryOrderTest {
  private static final Path RESULTS = Path.of("target", "jcstress").toAbsolutePath();
  private static final List<String> SHORT =
      List.of(
          ("-m quick -f 1 -fsm 1 -iters 5 -time 500 -sc false -jvmArgs"
                  + " -XX:+UseCompactObjectHeaders")
              .split(" ", -1));

  private static int status;
  private static String output = "";

  static Collection<String> tests() {
    return TestList.tests();
  }

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    String mode = System.getProperty("belay.stress.mode", "");
    Files.createDirectories(RESULTS);
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.openjdk.jcstress.Main",
            "-v",
            "-r",
            RESULTS + File.separator);
    command.command().addAll(mode.isEmpty() ? SHORT : List.of("-m", mode));
    Path log = RESULTS.resolve("output.txt");
    Process jcstress =
        command
            .directory(RESULTS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    status = jcstress.waitFor();
    output = Files.readString(log, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("tests")
  void noForbiddenOutcome(String test) {
    assertThat(resultOf(test)).startsWith("[OK]");
  }

  @Test
  void nothingElseWentWrong() {
    assertThat(output)
        .as("jcstress ended with status %d", status)
        .contains("Failed tests: No matches.", "Error tests: No matches.")
        .contains("All remaining tests: " + tests().size() + " matching test results");
    assertThat(status).isZero();
  }

  /// The part of the output that is about one test: the verdict, the name, and its outcomes.
  private static String resultOf(String test) {
    String head = "] " + test + "\n";
    int name = output.indexOf(head);
    assertThat(name).as("%s is in the results:%n%s", test, output).isPositive();
    int end = output.indexOf("\n.....", name);
    return output.substring(output.lastIndexOf('[', name), end < 0 ? output.length() : end);
  }
}
