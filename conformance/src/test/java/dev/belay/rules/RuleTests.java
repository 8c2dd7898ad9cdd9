package dev.belay.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/// The test methods that are annotated with [Rule], found in the compiled tests.
public final class RuleTests {
  private RuleTests() {}

  /// A test of rules.
  ///
  /// @param type its class
  /// @param method its name
  /// @param rules which rules of which cases of OTP it checks
  /// @param tags the JUnit tags of the method and its class, sorted; with one it does not always
  ///   run
  public record RuleTest(Class<?> type, String method, List<Rule> rules, List<String> tags) {
    /// What names the test in the results.
    public String key() {
      return RuleTests.key(type, method);
    }

    /// Whether it checks a rule.
    public boolean checks(String id) {
      return rules.stream().anyMatch(rule -> List.of(rule.value()).contains(id));
    }

    /// The cases of OTP that it reproduces for a rule.
    public List<String> cases(String id) {
      return rules.stream()
          .filter(rule -> List.of(rule.value()).contains(id))
          .flatMap(rule -> Arrays.stream(rule.otp()))
          .distinct()
          .toList();
    }
  }

  static String key(Class<?> type, String method) {
    return type.getName() + "#" + method;
  }

  /// Finds all of them, by class and name.
  public static List<RuleTest> find() {
    List<RuleTest> found = new ArrayList<>();
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        List<Rule> rules = List.of(method.getAnnotationsByType(Rule.class));
        if (!rules.isEmpty()) {
          found.add(new RuleTest(type, method.getName(), rules, tags(method)));
        }
      }
    }
    found.sort(Comparator.comparing(RuleTest::key));
    return found;
  }

  private static List<String> tags(Method method) {
    TreeSet<String> tags = new TreeSet<>();
    Stream.concat(
            Arrays.stream(method.getAnnotationsByType(Tag.class)),
            Arrays.stream(method.getDeclaringClass().getAnnotationsByType(Tag.class)))
        .forEach(tag -> tags.add(tag.value()));
    return List.copyOf(tags);
  }

  private static List<Class<?>> testClasses() {
    try {
      Path root = Path.of(Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
            .sorted()
            .<Class<?>>map(RuleTests::load)
            .toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> load(String file) {
    String name =
        file.substring(0, file.length() - ".class".length()).replace('/', '.').replace('\\', '.');
    try {
      return Class.forName(name, false, RuleTests.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
