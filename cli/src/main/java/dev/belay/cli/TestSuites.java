package dev.belay.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The test classes of the repository as they lie in its folders, grouped into suites.
///
/// A suite is a module, or a package of the module `conformance`, by its last name.
final class TestSuites {
  /// One test class.
  private record TestClass(String module, String name, String source) {
    String lastPackage() {
      String[] names = name.split("\\.", -1);
      return names.length < 2 ? "" : names[names.length - 2];
    }
  }

  private static final String CONFORMANCE = "conformance";

  /// Tests of this module run only in the long tier.
  private static final String STRESS = "stress";

  /// Reads what all other tests have shown, and so belongs to whole runs only.
  private static final String TABLE = "ConformanceTableTest";

  private final List<TestClass> classes;
  private final Map<String, List<TestClass>> suites = new TreeMap<>();

  private TestSuites(List<TestClass> classes) {
    this.classes = classes;
    for (TestClass test : classes) {
      suites.computeIfAbsent(test.module(), _ -> new ArrayList<>()).add(test);
      if (test.module().equals(CONFORMANCE)) {
        suites.computeIfAbsent(test.lastPackage(), _ -> new ArrayList<>()).add(test);
      }
    }
  }

  static TestSuites find(Path root) {
    try (Stream<Path> modules = Files.list(root)) {
      List<TestClass> found = new ArrayList<>();
      for (Path module : (Iterable<Path>) modules.sorted()::iterator) {
        Path sources = module.resolve("src/test/java");
        if (Files.isDirectory(sources)) {
          addClasses(found, module.getFileName().toString(), sources);
        }
      }
      return new TestSuites(found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addClasses(List<TestClass> found, String module, Path sources)
      throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (file.toString().matches(".*(?:Test|Tests|TestCase)\\.java")) {
          String path = sources.relativize(file).toString().replace('\\', '/');
          String name = path.substring(0, path.length() - ".java".length()).replace('/', '.');
          found.add(new TestClass(module, name, Files.readString(file)));
        }
      }
    }
  }

  /// The names of all suites.
  Set<String> names() {
    return suites.keySet();
  }

  /// The modules that have tests in the default tier.
  Set<String> modulesThatRunByDefault() {
    return classes.stream()
        .map(TestClass::module)
        .filter(module -> !module.equals(STRESS))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The test classes of these suites.
  Set<String> classesOf(Collection<String> names) {
    return testsOf(names).map(TestClass::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /// The modules in which these suites are.
  Set<String> modulesOf(Collection<String> names) {
    return testsOf(names).map(TestClass::module).collect(Collectors.toCollection(TreeSet::new));
  }

  /// The test classes that carry this tag, or have tests that do.
  List<String> taggedWith(String tag) {
    return classes.stream()
        .filter(test -> test.source().contains("@Tag(\"" + tag + "\")"))
        .map(TestClass::name)
        .toList();
  }

  private Stream<TestClass> testsOf(Collection<String> names) {
    return names.stream()
        .flatMap(name -> suites.getOrDefault(name, List.of()).stream())
        .filter(test -> !test.name().endsWith("." + TABLE));
  }
}
