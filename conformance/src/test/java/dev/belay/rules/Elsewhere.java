package dev.belay.rules;

import dev.belay.rules.RuleTests.Check;
import dev.belay.rules.RuleTests.RuleTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Tests of rules in other modules, which do not know this one: named in the resource
/// `elsewhere.txt`, looked up in their sources. How they went stands in the reports of their
/// modules' runs.
final class Elsewhere {
  private static final Path ROOT = Path.of("..");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]+)\"\\)");

  private Elsewhere() {}

  /// Finds them, in the order of the resource.
  ///
  /// @throws IllegalArgumentException if the resource is not well-formed, or names a test that is
  ///   not there
  static List<RuleTest> find() {
    Map<String, RuleTest> found = new LinkedHashMap<>();
    for (String line : resource().lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        RuleTest test = test(line);
        found.merge(test.key(), test, Elsewhere::both);
      }
    }
    return List.copyOf(found.values());
  }

  private static RuleTest both(RuleTest one, RuleTest other) {
    List<Check> checks = new ArrayList<>(one.checks());
    checks.addAll(other.checks());
    return new RuleTest(one.module(), one.type(), one.method(), List.copyOf(checks), one.tags());
  }

  private static String resource() {
    try (InputStream file =
        Objects.requireNonNull(Elsewhere.class.getResourceAsStream("elsewhere.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RuleTest test(String line) {
    String[] parts = line.split(" \\| ", 4);
    String[] name = parts.length < 3 ? new String[0] : parts[2].split("#", 2);
    if (name.length != 2) {
      throw new IllegalArgumentException("not rules | module | class#method | cases: " + line);
    }
    List<String> cases = parts.length == 4 ? List.of(parts[3].split(", ")) : List.of();
    Check check = new Check(List.of(parts[0].split(", ")), cases);
    String type = "dev.belay." + name[0];
    return new RuleTest(parts[1], type, name[1], List.of(check), tags(parts[1], type, name[1]));
  }

  /// Reads the tags from the source: those of the class, and those of the method.
  private static List<String> tags(String module, String type, String method) {
    Path file = ROOT.resolve(module).resolve("src/test/java");
    String source = read(file.resolve(type.replace('.', '/') + ".java"));
    Matcher declared = Pattern.compile("\n  void " + method + "\\(").matcher(source);
    Matcher whole = Pattern.compile("\n(?:final )?class ").matcher(source);
    if (!declared.find() || !whole.find()) {
      throw new IllegalArgumentException("there is no test " + type + "#" + method);
    }
    // What stands before a method begins after an empty line, as everywhere.
    int begin = source.lastIndexOf("\n\n", declared.start());
    String before = source.substring(0, whole.start()) + source.substring(begin, declared.start());
    return TAG.matcher(before).results().map(tag -> tag.group(1)).distinct().sorted().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("there is no " + file, e);
    }
  }

  // how they went

  /// Tells of those that have run whether they have passed.
  static Map<String, Boolean> passed() {
    Map<String, Boolean> passed = new TreeMap<>();
    for (RuleTest test : find()) {
      Path reports = ROOT.resolve(test.module()).resolve("target/surefire-reports");
      Path report = reports.resolve("TEST-" + test.type() + ".xml");
      if (Files.exists(report)) {
        read(report, test, passed);
      }
    }
    return passed;
  }

  /// A test with several invocations went as badly as the worst of them.
  private static void read(Path report, RuleTest test, Map<String, Boolean> passed) {
    NodeList cases = parse(report).getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element one = (Element) cases.item(i);
      if (isOf(one.getAttribute("name"), test.method())) {
        boolean well =
            one.getElementsByTagName("failure").getLength() == 0
                && one.getElementsByTagName("error").getLength() == 0
                && one.getElementsByTagName("skipped").getLength() == 0;
        passed.merge(test.key(), well, Boolean::logicalAnd);
      }
    }
  }

  /// The name of an invocation goes on with what is no part of a name.
  private static boolean isOf(String name, String method) {
    return name.startsWith(method)
        && (name.length() == method.length()
            || !Character.isJavaIdentifierPart(name.charAt(method.length())));
  }

  private static Element parse(Path report) {
    try (InputStream in = Files.newInputStream(report)) {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(in)
          .getDocumentElement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new IllegalStateException("no report: " + report, e);
    }
  }
}
