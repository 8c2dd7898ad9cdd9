package dev.belay.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests that are subjects of tests, and keeps how they ended.
final class Outcomes {
  /// How one test ended.
  ///
  /// @param name how it is shown
  /// @param result how it ended
  record Outcome(String name, TestExecutionResult result) {
    Status status() {
      return result.getStatus();
    }

    /// What it failed or was given up with.
    Throwable thrown() {
      return result.getThrowable().orElseThrow();
    }

    String message() {
      return String.valueOf(thrown().getMessage());
    }
  }

  private Outcomes() {}

  static List<Outcome> of(Class<?> subjects) {
    return run(selectClass(subjects), Map.of());
  }

  static List<Outcome> of(Class<?> subjects, String method, Class<?>... parameters) {
    return run(selectMethod(subjects, method, parameters), Map.of());
  }

  private static List<Outcome> run(DiscoverySelector what, Map<String, String> parameters) {
    List<Outcome> outcomes = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(what)
                .configurationParameters(parameters)
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
                  outcomes.add(new Outcome(test.getDisplayName(), result));
                }
              }
            });
    return outcomes;
  }
}
