package dev.belay.twins;

import static dev.belay.Belay.self;

import dev.belay.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A scenario, by its Erlang name: `links/fall_is_transitive` is the method `fallIsTransitive` of
/// [LinksTwins], and the function `fall_is_transitive` of `twin_links.erl`.
///
/// @param theme the theme
/// @param name the name within the theme
/// @param java the Java side, unless there is none
/// @param erlang the traces of the Erlang side's rounds; none if there is no Erlang side
record Scenario(String theme, String name, @Nullable Method java, List<Lanes> erlang) {
  /// Every class of Java scenarios.
  static final List<Class<?>> THEMES =
      List.of(
          AliasesTwins.class,
          DynamicSupervisorsTwins.class,
          ExitsTwins.class,
          LinksTwins.class,
          MonitorsTwins.class,
          NamesTwins.class,
          OrderTwins.class,
          RequestsTwins.class,
          RestartsTwins.class,
          ServerEndsTwins.class,
          ServersTwins.class,
          SpawningTwins.class,
          StartsTwins.class,
          StateMachinesTwins.class,
          StateTimeoutsTwins.class,
          SupervisorsTwins.class,
          TimersTwins.class,
          TrapsTwins.class,
          UnlinkingTwins.class);

  static final String SUFFIX = "Twins";
  static final String JAVA_SOURCES = "src/test/java";
  static final String ERLANG_SOURCES = "src/test/erlang";

  /// Finds the folder of this module.
  static Path module() {
    Path here = Path.of("").toAbsolutePath();
    Path module = here.endsWith("conformance") ? here : here.resolve("conformance");
    if (!Files.isDirectory(module.resolve(ERLANG_SOURCES))) {
      throw new IllegalStateException(
          "no " + ERLANG_SOURCES + " in " + module + ": run in the module or its parent");
    }
    return module;
  }

  /// Joins both sides: there is a scenario for whatever is on either.
  static List<Scenario> join(Map<String, List<Lanes>> erlang) {
    Map<String, Method> java = javaSide();
    TreeSet<String> all = new TreeSet<>(java.keySet());
    all.addAll(erlang.keySet());
    return all.stream()
        .map(name -> {
          String[] parts = name.split("/", 2);
          return new Scenario(
              parts[0], parts[1], java.get(name), erlang.getOrDefault(name, List.of()));
        })
        .toList();
  }

  /// Returns the Java scenarios: the methods that are marked as twins.
  static Map<String, Method> javaSide() {
    Map<String, Method> scenarios = new TreeMap<>();
    for (Class<?> theme : THEMES) {
      String title = snake(theme.getSimpleName().replace(SUFFIX, ""));
      for (Method method : theme.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Twin.class)) {
          scenarios.put(title + "/" + snake(method.getName()), method);
        }
      }
    }
    return scenarios;
  }

  /// The Java side as the body of its main process.
  Body body(Trace trace) {
    Method method = java;
    if (method == null) {
      throw new IllegalStateException(this + " has no Java side");
    }
    return () -> {
      trace.as("main", self());
      try {
        var constructor = method.getDeclaringClass().getDeclaredConstructor();
        method.invoke(constructor.newInstance(), trace);
      } catch (InvocationTargetException e) {
        switch (e.getCause()) {
          case Error error -> throw error;
          case Exception exception -> throw exception;
          case null, default -> throw e;
        }
      }
    };
  }

  /// Where the Erlang side is, or should be.
  String erlangSource(Path module) {
    Path file = Path.of(ERLANG_SOURCES, "twin_" + theme + ".erl");
    return located(module, file, name + "(T)");
  }

  /// Where the Java side is, or should be.
  String javaSource(Path module) {
    String type = capital(camel(theme)) + SUFFIX;
    String folder = Scenario.class.getPackageName().replace('.', '/');
    Path file = Path.of(JAVA_SOURCES, folder, type + ".java");
    return located(module, file, "  void " + camel(name) + "(Trace ");
  }

  private static String located(Path module, Path file, String beginning) {
    String place = module.getFileName().resolve(file).toString();
    try (Stream<String> lines = Files.lines(module.resolve(file))) {
      int line = lines.toList().stream().map(l -> l.startsWith(beginning)).toList().indexOf(true);
      return line < 0 ? place : place + ":" + (line + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String snake(String camel) {
    StringBuilder text = new StringBuilder();
    camel
        .chars()
        .forEach(c -> {
          if (Character.isUpperCase(c) && !text.isEmpty()) {
            text.append('_');
          }
          text.appendCodePoint(Character.toLowerCase(c));
        });
    return text.toString();
  }

  private static String camel(String snake) {
    List<String> words = new ArrayList<>(List.of(snake.split("_", -1)));
    StringBuilder text = new StringBuilder(words.removeFirst());
    words.forEach(word -> text.append(capital(word)));
    return text.toString();
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  @Override
  public String toString() {
    return theme + "/" + name;
  }
}
