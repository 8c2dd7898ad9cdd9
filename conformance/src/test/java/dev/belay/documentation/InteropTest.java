package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// `docs/interop.md` names tests that there are, for all of its checks.
class InteropTest {
  private static final int CHECKS = 57;

  /// How many cases against real nodes of Erlang there have to be at least.
  private static final int CASES = 150;

  private static final Pattern CHECK = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|([^|]*)\\|$");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");
  private static final Pattern BETWEEN_NODES =
      Pattern.compile("package dev\\.belay\\.(?:distribution|puppet)\\b");
  private static final Pattern CASE = Pattern.compile("@(?:Test|ParameterizedTest)\\b");
  private static final Pattern EXTENDS = Pattern.compile("class \\w+ extends (\\w+)");
  private static final Pattern SCENARIO = Pattern.compile("(?m)^[a-z]\\w*\\(N(?:, M)?\\) ->");

  private final String document = Repository.read(Repository.ROOT.resolve("docs/interop.md"));

  /// By the names of their classes.
  private final Map<String, String> sources =
      Repository.files(".java").stream()
          .filter(file -> file.toString().contains("/src/test/java/"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  Repository::read,
                  (one, other) -> one + other));

  @Test
  void eachCheckHasATest() {
    Map<Integer, Integer> tests = new TreeMap<>();
    CHECK
        .matcher(document)
        .results()
        .forEach(row ->
            tests.put(
                Integer.parseInt(row.group(1)),
                (int) NAMED.matcher(row.group(2)).results().count()));
    assertThat(tests.keySet())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, CHECKS).boxed().toList());
    assertThat(tests.values()).allSatisfy(count -> assertThat(count).isPositive());
  }

  @Test
  void theTestsAreThere() {
    List<String> missing = new ArrayList<>();
    Matcher matcher = NAMED.matcher(document);
    int found = 0;
    while (matcher.find()) {
      found++;
      String source = sources.get(matcher.group(1));
      String method = matcher.group(2);
      if (source == null || (method != null && !source.contains("void " + method + "("))) {
        missing.add(matcher.group());
      }
    }
    assertThat(found).isGreaterThan(CHECKS);
    assertThat(missing).isEmpty();
  }

  /// Each test counts once, with however many parameters it is run. That of the scenarios of
  /// puppets counts them.
  @Test
  void thereAreManyCasesAgainstErlang() {
    int cases = 0;
    for (String source : sources.values()) {
      if (source.contains("@Tag(\"erlang\")") && BETWEEN_NODES.matcher(source).find()) {
        cases += count(CASE, source) + inherited(source);
      }
    }
    Path scenarios = Repository.ROOT.resolve("conformance/src/test/erlang/puppet");
    for (Path file : Repository.files(".erl")) {
      if (file.startsWith(scenarios)) {
        cases += count(SCENARIO, Repository.read(file));
      }
    }
    assertThat(cases).isGreaterThan(CASES);
  }

  private int inherited(String source) {
    return EXTENDS
        .matcher(source)
        .results()
        .map(parent -> sources.getOrDefault(parent.group(1), ""))
        .mapToInt(parent -> count(CASE, parent))
        .sum();
  }

  private static int count(Pattern pattern, String text) {
    return (int) pattern.matcher(text).results().count();
  }
}
