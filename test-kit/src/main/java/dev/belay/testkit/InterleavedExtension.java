package dev.belay.testkit;

import dev.belay.internal.host.Hosts;
import java.lang.reflect.Method;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/// The JUnit extension behind [Interleaved], which says what it does. It needs [BelayExtension]
/// beside it.
public final class InterleavedExtension implements TestTemplateInvocationContextProvider {
  private static final String SEED = "belay.seed";
  private static final String RUNS = "belay.runs";

  /// Makes the extension; JUnit does.
  public InterleavedExtension() {}

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context
        .getTestMethod()
        .filter(m -> m.isAnnotationPresent(Interleaved.class))
        .isPresent();
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Interleaved asked = context.getRequiredTestMethod().getAnnotation(Interleaved.class);
    @Nullable String property = System.getProperty(SEED);
    boolean random = "random".equals(property);
    long only = property == null || random ? asked.seed() : seed(property);
    if (only != 0) {
      return Stream.of(new Run(new Ticket(only, "seed " + only), new AtomicBoolean()));
    }
    @Nullable String wanted = System.getProperty(RUNS);
    int runs = wanted == null ? asked.runs() : runs(wanted);
    if (runs < 1) {
      throw new IllegalArgumentException(runs + " runs: there must be at least 1");
    }
    // Not 0, which stands for none.
    long before = random ? new SplittableRandom().nextLong(1, Long.MAX_VALUE - runs) : 0;
    AtomicBoolean failed = new AtomicBoolean();
    return IntStream.rangeClosed(1, runs)
        .takeWhile(run -> !failed.get())
        .mapToObj(run -> {
          long seed = before + run;
          String name = "run " + run + " of " + runs + (random ? ", seed " + seed : "");
          return new Run(new Ticket(seed, name), failed);
        });
  }

  private static long seed(String value) {
    try {
      long seed = Long.parseLong(value.strip());
      if (seed != 0) { // which would stand for none
        return seed;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "-D" + SEED + "=" + value + ": must be a number other than 0, or random");
  }

  private static int runs(String value) {
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("-D" + RUNS + "=" + value + ": must be a number", e);
    }
  }

  /// What is known of a run before it begins.
  ///
  /// @param seed its seed
  /// @param name how it is shown
  record Ticket(long seed, String name) {}

  private record Run(Ticket ticket, AtomicBoolean failed) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return ticket.name();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new Conductor(ticket, failed));
    }
  }

  /// Has one run interleaved.
  private static final class Conductor implements BeforeEachCallback, InvocationInterceptor {
    private final Ticket ticket;
    private final AtomicBoolean failed;
    private @Nullable InterleavedRun run;

    Conductor(Ticket ticket, AtomicBoolean failed) {
      this.ticket = ticket;
      this.failed = failed;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
      InterleavedRun fresh = new InterleavedRun(ticket, () -> failed.set(true));
      run = fresh;
      BelayExtension.watch(context).interleave(fresh);
    }

    @Override
    public void interceptBeforeEachMethod(
        Invocation<@Nullable Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      within(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<@Nullable Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      within(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
        Invocation<@Nullable Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      within(invocation);
    }

    private void within(Invocation<@Nullable Void> invocation) throws Throwable {
      InterleavedRun mine = run;
      if (mine == null) {
        invocation.proceed();
        return;
      }
      try {
        Hosts.callWith(mine.host(), invocation::proceed);
      } catch (Throwable e) {
        throw mine.explained(e);
      }
      mine.check();
    }
  }
}
