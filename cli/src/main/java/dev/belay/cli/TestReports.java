package dev.belay.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// What the tests reported: the XML files that surefire writes, one for each test class.
final class TestReports {
  /// How many tests, and how they ended.
  record Totals(int tests, int failed, int skipped, Duration time) {
    static final Totals NONE = new Totals(0, 0, 0, Duration.ZERO);

    int passed() {
      return tests - failed - skipped;
    }

    Totals plus(Totals other) {
      return new Totals(
          tests + other.tests,
          failed + other.failed,
          skipped + other.skipped,
          time.plus(other.time));
    }
  }

  /// The tests of one module.
  record Module(String name, Totals totals) {}

  /// One test that failed, and the filter that selects it.
  record Failure(String module, String test, String filter, String message) {}

  private static final String REPORTS = "target/surefire-reports";

  private final Map<String, Totals> totals = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();

  private TestReports() {}

  /// Removes the reports of earlier runs, so that none is counted again.
  static void deleteOld(Path root) {
    for (Path report : reports(root)) {
      try {
        Files.delete(report);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Reads the reports of all modules.
  static TestReports read(Path root) {
    TestReports all = new TestReports();
    for (Path report : reports(root)) {
      all.add(root.relativize(report).getName(0).toString(), report);
    }
    return all;
  }

  Collection<Module> modules() {
    return totals.entrySet().stream().map(e -> new Module(e.getKey(), e.getValue())).toList();
  }

  Totals totals() {
    return totals.values().stream().reduce(Totals.NONE, Totals::plus);
  }

  List<Failure> failures() {
    return failures;
  }

  private static List<Path> reports(Path root) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : (Iterable<Path>) modules.sorted()::iterator) {
        Path folder = module.resolve(REPORTS);
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.list(folder)) {
            files.filter(TestReports::isReport).sorted().forEach(found::add);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static boolean isReport(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("TEST-") && name.endsWith(".xml");
  }

  private void add(String module, Path report) {
    Element suite = parse(report);
    Totals found =
        new Totals(
            number(suite, "tests"),
            number(suite, "failures") + number(suite, "errors"),
            number(suite, "skipped"),
            time(suite));
    totals.merge(module, found, Totals::plus);
    NodeList cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      if (cases.item(i) instanceof Element test) {
        addFailure(module, test);
      }
    }
  }

  private void addFailure(String module, Element test) {
    for (String kind : List.of("failure", "error")) {
      NodeList found = test.getElementsByTagName(kind);
      if (found.item(0) instanceof Element failure) {
        String message = failure.getAttribute("message");
        String text = message.isBlank() ? failure.getTextContent() : message;
        String type = test.getAttribute("classname");
        String name = test.getAttribute("name");
        failures.add(new Failure(module, type + " " + name, filter(type, name), text.strip()));
        return;
      }
    }
  }

  /// Parameters and display names stand behind the method's name; the filter wants only that.
  private static String filter(String type, String name) {
    String method = name.replaceFirst("[^\\p{javaJavaIdentifierPart}].*", "");
    return method.isEmpty() ? type : type + "#" + method;
  }

  private static Element parse(Path report) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(report.toFile()).getDocumentElement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new CommandFailure("the test report " + report + " is broken: " + e.getMessage());
    }
  }

  private static int number(Element element, String attribute) {
    String value = element.getAttribute(attribute);
    return value.isEmpty() ? 0 : Integer.parseInt(value);
  }

  private static Duration time(Element element) {
    String value = element.getAttribute("time").replace(",", "");
    return value.isEmpty()
        ? Duration.ZERO
        : Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
  }
}
