package dev.belay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.NodeOptions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// The extension within JUnit: who gets what, and which tests fail.
class BelayExtensionTest {
  @Test
  void testsFailByWhatTheyLeave() {
    Map<String, TestExecutionResult> results = run(Subjects.class);
    assertThat(results)
        .containsOnlyKeys("clean()", "leaves()", "crashes()", "declares()", "fails()");
    assertThat(status(results, "clean()")).isEqualTo(Status.SUCCESSFUL);
    assertThat(status(results, "declares()")).isEqualTo(Status.SUCCESSFUL);
    assertThat(failure(results, "leaves()")).hasMessageContaining("a process is left over");
    assertThat(failure(results, "crashes()")).hasMessageContaining("unexpected report");
    assertThat(failure(results, "fails()"))
        .hasMessage("its own failure")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                    AssertionError.class,
                    late -> assertThat(late).hasMessageContaining("a process is left over")));
  }

  @Test
  void aNodeBelongsToOneTest() {
    Map<String, TestExecutionResult> results = run(ForAll.class);
    assertThat(failure(results, "ForAll"))
        .hasMessageContaining("Node belongs to one test: it can be a parameter of test");
  }

  private static Status status(Map<String, TestExecutionResult> results, String test) {
    return result(results, test).getStatus();
  }

  private static Throwable failure(Map<String, TestExecutionResult> results, String test) {
    return result(results, test).getThrowable().orElseThrow();
  }

  private static TestExecutionResult result(Map<String, TestExecutionResult> results, String test) {
    return Optional.ofNullable(results.get(test)).orElseThrow();
  }

  private static Map<String, TestExecutionResult> run(Class<?> subjects) {
    Map<String, TestExecutionResult> results = new TreeMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(subjects)).build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
                  results.put(
                      test.getDisplayName().replaceAll("\\(.*", "()").replaceAll(".*[$]|.* ", ""),
                      result);
                }
              }
            });
    return results;
  }

  /// Run by the test above only: Surefire does not run nested classes by themselves.
  @BelayTest
  @Tag("subject")
  static class Subjects {
    private Optional<Node> before = Optional.empty();

    @BeforeEach
    void before(Node node) {
      before = Optional.of(node);
    }

    @AfterEach
    void sameNodeThroughout(Node node) {
      assertThat(before).containsSame(node);
    }

    @Test
    void clean(Node node, Nodes nodes) {
      assertThat(nodes.all()).containsExactly(node);
      Node second = nodes.start(NodeOptions.DEFAULT.name("second"));
      second.run(() -> {});
      assertThat(nodes.all()).containsExactly(node, second);
    }

    @Test
    void leaves(Nodes nodes) {
      // Not the own node: every node is checked. The failure comes after the settling time.
      nodes.start().spawn(Belay::receive);
    }

    @Test
    void crashes(Node node) {
      node.spawn(() -> {
        throw new IllegalStateException("boom");
      });
    }

    @Test
    void declares(Node node, Expected expected) {
      expected.crash(IllegalStateException.class);
      node.spawn(() -> {
        throw new IllegalStateException("boom");
      });
      expected.running(node.spawn(Belay::receive));
    }

    @Test
    void fails(Node node) {
      node.spawn(Belay::receive);
      throw new IllegalStateException("its own failure");
    }
  }

  /// Asks for a node where there is no test.
  @BelayTest
  @Tag("subject")
  static class ForAll {
    @BeforeAll
    static void before(Node node) {
      node.run(() -> {});
    }

    @Test
    void neverRuns() {}
  }
}
