package dev.belay.internal.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is known of the JDK's types is complete, as far as the JDK itself says what is immutable.
class JdkTypesTest {
  /// Builders, and a class whose instances call users' code.
  private static final Set<String> NOT_IMMUTABLE =
      Set.of(
          "java.time.Clock",
          "java.time.InstantSource",
          "java.time.format.DateTimeFormatterBuilder",
          "java.time.zone.ZoneRulesProvider");

  private static List<Class<?>> classesOf(String packageName) throws IOException {
    Path folder =
        FileSystems.getFileSystem(URI.create("jrt:/"))
            .getPath("modules/java.base/" + packageName.replace('.', '/'));
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          classes.add(load(packageName + "." + name.substring(0, name.length() - 6)));
        }
      }
    }
    return classes;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, null);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isKnown(Class<?> type) {
    Shape shape = Shape.of(type);
    return shape.isImmutable() || KnownTypes.container(type) != null;
  }

  /// The JDK marks its classes without identity, which are immutable.
  @Test
  void knowsWhatTheJdkCallsValueBased() throws IOException {
    List<Class<?>> valueBased = new ArrayList<>();
    for (String name :
        List.of(
            "java.lang", "java.util", "java.time", "java.time.chrono", "java.util.concurrent")) {
      for (Class<?> type : classesOf(name)) {
        boolean marked =
            Arrays.stream(type.getAnnotations())
                .anyMatch(each -> each.annotationType().getSimpleName().equals("ValueBased"));
        if (marked && !Modifier.isAbstract(type.getModifiers())) {
          valueBased.add(type);
        }
      }
    }
    assertThat(valueBased).hasSizeGreaterThan(30).contains(Integer.class);
    assertThat(valueBased)
        // Lists and maps that are computed when they are looked at, a preview.
        .filteredOn(type -> !type.getName().contains("$Stable"))
        .allMatch(JdkTypesTest::isKnown);
  }

  @Test
  void knowsTheTypesOfJavaTime() throws IOException {
    List<Class<?>> types = new ArrayList<>();
    for (String name :
        List.of(
            "java.time",
            "java.time.chrono",
            "java.time.format",
            "java.time.temporal",
            "java.time.zone")) {
      for (Class<?> type : classesOf(name)) {
        if (Modifier.isPublic(type.getModifiers())
            && !Modifier.isAbstract(type.getModifiers())
            && !Throwable.class.isAssignableFrom(type)
            && !NOT_IMMUTABLE.contains(type.getName())
            && (type.getConstructors().length > 0 || hasInstances(type))) {
          types.add(type);
        }
      }
    }
    assertThat(types).hasSizeGreaterThan(25);
    assertThat(types).allMatch(JdkTypesTest::isKnown);
  }

  private static boolean hasInstances(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .anyMatch(field -> !Modifier.isStatic(field.getModifiers()));
  }

  /// The names in the table are of classes that there are.
  @Test
  void knowsContainersThatExist() {
    assertThat(KnownTypes.containers())
        .hasSizeGreaterThan(15)
        .allSatisfy(name -> assertThat(load(name).isInterface()).isFalse());
  }
}
