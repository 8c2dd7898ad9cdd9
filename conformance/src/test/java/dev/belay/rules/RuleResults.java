package dev.belay.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Writes down how the tests of rules went in this run, for the table that is made from it. JUnit
/// finds this listener as a service.
///
/// Each class of tests has a file of its own: several may run at once, each in a JVM. What does not
/// run leaves the results of an earlier run alone.
public final class RuleResults implements TestExecutionListener {
  private static final Path FOLDER = Path.of("target", "rule-results");

  private final Map<String, Status> results = new ConcurrentSkipListMap<>();

  /// Made by JUnit.
  public RuleResults() {}

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
    Optional<MethodSource> source =
        identifier
            .getSource()
            .filter(MethodSource.class::isInstance)
            .map(MethodSource.class::cast)
            .filter(s -> s.getJavaMethod().getAnnotationsByType(Rule.class).length > 0);
    // A test with several invocations went as badly as the worst of them.
    source.ifPresent(s ->
        results.merge(
            RuleTests.key(s.getJavaMethod().getDeclaringClass(), s.getMethodName()),
            result.getStatus(),
            (a, b) -> a == Status.SUCCESSFUL ? b : a));
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    Map<String, StringBuilder> files = new TreeMap<>();
    results.forEach((test, status) ->
        files
            .computeIfAbsent(test.substring(0, test.indexOf('#')), _ -> new StringBuilder())
            .append(test)
            .append(' ')
            .append(status)
            .append('\n'));
    try {
      Files.createDirectories(FOLDER);
      for (Map.Entry<String, StringBuilder> file : files.entrySet()) {
        Files.writeString(FOLDER.resolve(file.getKey() + ".txt"), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads what the last run of each test of rules wrote.
  ///
  /// @return whether each test that ran passed
  public static Map<String, Boolean> read() {
    Map<String, Boolean> passed = new TreeMap<>();
    if (Files.exists(FOLDER)) {
      try (Stream<Path> files = Files.list(FOLDER)) {
        for (Path file : files.toList()) {
          for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" ", 2);
            passed.put(parts[0], parts[1].equals(Status.SUCCESSFUL.name()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return passed;
  }
}
