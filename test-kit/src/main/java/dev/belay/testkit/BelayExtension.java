package dev.belay.testkit;

import dev.belay.Node;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// The JUnit extension behind [BelayTest], which says what it does.
///
/// Used directly, with `@ExtendWith` or `@RegisterExtension`, it does not keep tests from running
/// in parallel, and their reports would be taken for each other's.
public final class BelayExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(BelayExtension.class);

  /// Makes the extension; JUnit does.
  public BelayExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    TestWatch watch = new TestWatch();
    context.getStore(NAMESPACE).put(TestWatch.class, watch);
    if (!watch.hearsReports()) {
      context.publishReportEntry(
          "belay", "reports are not checked: System.Logger does not write to java.util.logging");
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestWatch watch = context.getStore(NAMESPACE).remove(TestWatch.class, TestWatch.class);
    if (watch != null) {
      watch.end(context.getExecutionException().isPresent());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Node.class || type == Nodes.class || type == Expected.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestWatch watch = context.getStore(NAMESPACE).get(TestWatch.class, TestWatch.class);
    Class<?> type = parameter.getParameter().getType();
    if (watch == null) {
      throw new ParameterResolutionException(
          type.getSimpleName()
              + " belongs to one test: it can be a parameter of test, @BeforeEach and @AfterEach"
              + " methods, not of constructors, @BeforeAll and @AfterAll methods");
    }
    if (type == Node.class) {
      return watch.nodes().own();
    }
    return type == Nodes.class ? watch.nodes() : watch.expected();
  }
}
