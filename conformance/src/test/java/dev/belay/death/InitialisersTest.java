package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// No verb runs a class initialiser, of Belay or of the JDK: in a deep recursion it could overflow
/// the stack, and the class would be unusable from then on (section 9 of decision 0001).
class InitialisersTest {
  /// In development mode, too, as far as the messages' own classes need nothing else.
  @ParameterizedTest
  @CsvSource({"RECEIVE, false", "RECEIVE, true", "TURNS, false", "TURNS, true"})
  void haveAllRunBeforeTheFirstVerb(Style style, boolean development) throws Exception {
    String said =
        Forked.run(
            Duration.ofMinutes(1),
            List.of("-Xlog:class+init=info:stdout", "-Dbelay.dev=" + development),
            AllVerbs.class,
            style.name());
    List<String> lines = Arrays.asList(said.split("\n"));
    int from = lines.indexOf("VERBS");
    int to = lines.indexOf("ended: normal");
    assertThat(from).isPositive();
    assertThat(to).isGreaterThan(from);
    List<String> initialised =
        lines.stream().filter(line -> line.contains(" Initializing '")).toList();
    assertThat(initialised)
        .as("what the JVM says")
        .anyMatch(line -> line.contains("dev/belay/Cell'"));
    assertThat(lines.subList(from, to))
        .filteredOn(line -> line.contains(" Initializing '"))
        // A class without an initialiser cannot fail.
        .filteredOn(line -> !line.contains("(no method)"))
        .filteredOn(line -> line.contains("by thread \"ForkJoinPool"))
        .isEmpty();
  }
}
