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

/// The tests of rules: the methods that are annotated with [Rule], found in the compiled tests of
/// this module, and those of other modules that [Elsewhere] knows.
public final class RuleTests {
  /// The name of this module.
  static final String HERE = "conformance";

  private RuleTests() {}

  /// Some rules that a test checks.
  ///
  /// @param rules their numbers
  /// @param cases the cases of OTP that it reproduces for them
  public record Check(List<String> rules, List<String> cases) {
    static Check of(Rule rule) {
      return new Check(List.of(rule.value()), List.of(rule.otp()));
    }
  }

  /// A test of rules.
  ///
  /// @param module the module that it is of
  /// @param type the name of its class
  /// @param method its name
  /// @param checks which rules of which cases of OTP it checks
  /// @param tags the JUnit tags of the method and its class, sorted; with one it does not always
  ///   run
  public record RuleTest(
      String module, String type, String method, List<Check> checks, List<String> tags) {
    /// What names the test in the results.
    public String key() {
      return RuleTests.key(type, method);
    }

    /// The simple name of its class.
    public String simpleType() {
      return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    }

    /// Whether it checks a rule.
    public boolean checks(String id) {
      return checks.stream().anyMatch(check -> check.rules().contains(id));
    }

    /// The cases of OTP that it reproduces for a rule.
    public List<String> cases(String id) {
      return checks.stream()
          .filter(check -> check.rules().contains(id))
          .flatMap(check -> check.cases().stream())
          .distinct()
          .toList();
    }
  }

  static String key(String type, String method) {
    return type + "#" + method;
  }

  /// Finds all of them: those of this module first, each by class and name.
  public static List<RuleTest> find() {
    List<RuleTest> found = here();
    found.addAll(Elsewhere.find());
    return found;
  }

  private static List<RuleTest> here() {
    List<RuleTest> found = new ArrayList<>();
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        List<Rule> rules = List.of(method.getAnnotationsByType(Rule.class));
        if (!rules.isEmpty()) {
          List<Check> checks = rules.stream().map(Check::of).toList();
          found.add(new RuleTest(HERE, type.getName(), method.getName(), checks, tags(method)));
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
