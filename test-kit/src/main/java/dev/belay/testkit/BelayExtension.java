package dev.belay.testkit;

import dev.belay.Node;
import dev.belay.NodeOptions;
import java.util.function.UnaryOperator;
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

  /// Changes the options of the nodes that a test starts: for extensions that run tests with
  /// several kinds of nodes. May be called before or after this extension's own `beforeEach`.
  ///
  /// @param context of one test
  /// @param change what is done with the options of each node that its [Node] or [Nodes] start from
  ///   now on
  public static void changeOptions(ExtensionContext context, UnaryOperator<NodeOptions> change) {
    context.getStore(NAMESPACE).put(NodeOptions.class, change);
  }

  @SuppressWarnings("unchecked") // only changeOptions puts it there
  private static NodeOptions changed(ExtensionContext context, NodeOptions options) {
    UnaryOperator<NodeOptions> change =
        context.getStore(NAMESPACE).get(NodeOptions.class, UnaryOperator.class);
    return change == null ? options : change.apply(options);
  }

  static TestWatch watch(ExtensionContext context) {
    TestWatch watch = context.getStore(NAMESPACE).get(TestWatch.class, TestWatch.class);
    if (watch == null) {
      throw new IllegalStateException("BelayExtension has not begun with this test");
    }
    return watch;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    TestWatch watch = new TestWatch(options -> changed(context, options));
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
    return type == Node.class
        || type == Nodes.class
        || type == Expected.class
        || type == Probe.class;
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
    if (type == Probe.class) {
      return watch.probe();
    }
    return type == Nodes.class ? watch.nodes() : watch.expected();
  }
}
