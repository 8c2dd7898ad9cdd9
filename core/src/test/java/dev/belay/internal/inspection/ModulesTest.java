package dev.belay.internal.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Types of modules that do not let themselves be looked into, and of class loaders that come and
/// go.
class ModulesTest {
  private static final String SOURCE =
      """
      package shop;
      public record Order(Object content, int number) {
        public record Line(String item, Size size, long price) {}
        public sealed interface Size permits Small, Large {}
        record Small() implements Size {}
        record Large(Line line) implements Size {}
        @interface Immutable {}
        @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
        @interface Sendable {}
        @Sendable public record Marked(Object content) {}
        public record Half(@Sendable Object content, int number) {}
        @Immutable public record NotSeen(Object content) {}
        public static class Bare { final Size size = null; public Bare() {} }
        public static Line line() { return new Line("rope", new Large(new Line("b", null, 2)), 1); }
        public static Object job(int[] numbers) { return (Runnable) () -> numbers[0]++; }
      }
      """;

  @TempDir private Path folder = Path.of("");

  private Path compile(String descriptor) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources").resolve("shop"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path order = Files.writeString(sources.resolve("Order.java"), SOURCE);
    Path module =
        Files.writeString(
            sources.resolveSibling("module-info.java"), "module shop {" + descriptor + "}");
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, "-d", classes.toString(), module.toString(), order.toString());
    assertThat(result).as("%s", said).isZero();
    return classes;
  }

  /// Loads a module with the package `shop`, and returns its first class.
  private Class<?> order(String descriptor) throws Exception {
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(compile(descriptor)), ModuleFinder.of(), Set.of("shop"));
    return ModuleLayer.boot()
        .defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader())
        .findLoader("shop")
        .loadClass("shop.Order");
  }

  private static Object make(Class<?> type, Object... arguments) throws Exception {
    return type.getConstructors()[0].newInstance(arguments);
  }

  private static Class<?> within(Class<?> order, String name) throws Exception {
    return order.getClassLoader().loadClass("shop.Order$" + name);
  }

  @Test
  void saysWhatToDoAboutAPackageThatIsNotOpen() throws Exception {
    Class<?> order = order("exports shop;");
    Flaw flaw = Flaws.in(List.of(make(order, "content", 1)));
    assertThat(flaw.path()).isEqualTo("List[0].content");
    assertThat(flaw.type()).isEqualTo("shop.Order");
    assertThat(flaw.problem()).contains("cannot be looked into").contains("package shop");
    assertThat(flaw.remedy())
        .contains("\"opens shop to dev.belay.core;\"")
        .contains("--add-opens")
        .contains("@Sendable");
    assertThat(flaw.certain()).isFalse();
  }

  @Test
  void looksIntoAPackageThatIsOpen() throws Exception {
    Class<?> order = order("exports shop; opens shop to dev.belay.core;");
    assertThat(Inspection.of(make(order, List.of("content"), 1)).flaw()).isNull();
    Flaw flaw = Flaws.in(make(order, new int[0], 1));
    assertThat(flaw.path()).isEqualTo("Order.content");
    assertThat(flaw.type()).isEqualTo("int[]");
  }

  /// Final and sealed types tell enough.
  @Test
  void needsNoOpenPackageWhereTheTypesDecide() throws Exception {
    Class<?> order = order("exports shop;");
    Object line = order.getMethod("line").invoke(null);
    assertThat(Inspection.of(line).flaw()).isNull();
    assertThat(Shape.of(line.getClass()).isImmutable()).isTrue();
  }

  @Test
  void needsNoOpenPackageWhereSomethingIsMarked() throws Exception {
    Class<?> order = order("exports shop;");
    assertThat(Inspection.of(make(within(order, "Marked"), new int[0])).flaw()).isNull();
    assertThat(Inspection.of(make(within(order, "Half"), new int[0], 1)).flaw()).isNull();
    assertThat(Inspection.of(make(within(order, "NotSeen"), "content")).flaw())
        .as("its mark cannot be seen at run time")
        .isNotNull();
  }

  /// What a lambda captured can be seen only where the package is open.
  @Test
  void isSilentAboutLambdasThatItCannotLookInto() throws Exception {
    Object hidden = order("exports shop;").getMethod("job", int[].class).invoke(null, new int[1]);
    Inspection inspection = Inspection.of(hidden);
    assertThat(inspection.flaw()).isNull();
    assertThat(inspection.captured()).isEmpty();
  }

  @Test
  void looksIntoLambdasOfAPackageThatIsOpen() throws Exception {
    Object seen =
        order("exports shop; opens shop;").getMethod("job", int[].class).invoke(null, new int[1]);
    assertThat(Inspection.of(seen).captured()).hasSize(1);
  }

  @Test
  void keepsNoClassLoader() throws Exception {
    WeakReference<ClassLoader> loader = used();
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (loader.get() != null && System.nanoTime() - deadline < 0) {
      System.gc();
    }
    assertThat(loader.get()).isNull();
  }

  private WeakReference<ClassLoader> used() throws Exception {
    Class<?> order = order("exports shop; opens shop;");
    assertThat(Inspection.of(make(order, List.of(make(order, new int[0], 1)), 1)).flaw())
        .isNotNull();
    assertThat(Inspection.of(make(order, order.getMethod("line").invoke(null), 1)).flaw()).isNull();
    Object job = order.getMethod("job", int[].class).invoke(null, new int[1]);
    assertThat(Inspection.of(job).captured()).hasSize(1);
    return new WeakReference<>(order.getClassLoader());
  }

  /// A class that needs another one which is not there.
  @Test
  void saysSoIfAClassIsMissing() throws Exception {
    Path classes = compile("exports shop; opens shop;");
    Class<?> bare = new Lacking(classes).loadClass("shop.Order$Bare");
    Flaw flaw = Flaws.in(make(bare));
    assertThat(flaw.problem()).contains("NoClassDefFoundError").contains("Size");
    assertThat(flaw.certain()).isFalse();
  }

  /// Has all classes but one.
  private static final class Lacking extends ClassLoader {
    private final Path classes;

    Lacking(Path classes) {
      super(null);
      this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.endsWith("Size")) {
        throw new ClassNotFoundException(name);
      }
      try {
        byte[] bytes = Files.readAllBytes(classes.resolve(name.replace('.', '/') + ".class"));
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /// Many threads meet a class for the first time: all see the same, and one warning comes of it.
  @Test
  void agreesWithItselfOnManyThreads() throws Exception {
    Class<?> order = order("exports shop; opens shop;");
    Object good = make(order, List.of(order.getMethod("line").invoke(null)), 1);
    Object bad = make(order, List.of(make(order, new int[0], 1)), 1);
    Object job = order.getMethod("job", int[].class).invoke(null, new int[1]);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<Flaw> captured = new java.util.concurrent.CopyOnWriteArrayList<>();
    CyclicBarrier start = new CyclicBarrier(8);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  start.await();
                } catch (Exception e) {
                  seen.add(e.toString());
                }
                seen.add("good: " + Inspection.of(good).flaw());
                seen.add("bad: " + Inspection.of(bad).flaw());
                captured.addAll(Inspection.of(job).captured());
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).hasSize(2).contains("good: null");
    assertThat(captured).hasSize(1);
  }
}
