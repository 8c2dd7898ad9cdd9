package dev.belay.verbs;

import dev.belay.AliasMode;
import dev.belay.Body;
import dev.belay.Demonitor;
import dev.belay.Destination;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.NodeType;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import dev.belay.Subject;
import dev.belay.TimerRef;
import dev.belay.Trail;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Calls all public methods of a class, with arguments that are all right in themselves, so that
/// none is forgotten when some are added.
///
/// @param arguments one for each type that occurs
record Calls(Map<Class<?>, Object> arguments) {
  /// Makes the arguments from what a node has given out.
  static Calls with(Pid pid, Ref ref, TimerRef timer) {
    return new Calls(
        Map.ofEntries(
            Map.entry(Pid.class, pid),
            Map.entry(Destination.class, pid),
            Map.entry(Subject.class, pid),
            Map.entry(Ref.class, ref),
            Map.entry(TimerRef.class, timer),
            Map.entry(String.class, "a_name"),
            Map.entry(Object.class, "a message"),
            Map.entry(Class.class, String.class),
            Map.entry(boolean.class, true),
            Map.entry(Duration.class, Duration.ZERO),
            Map.entry(ExitReason.class, ExitReason.NORMAL),
            Map.entry(Exit.class, new Exit(pid, ExitReason.NORMAL, Trail.EMPTY)),
            Map.entry(LinkMode.class, LinkMode.NORMAL),
            Map.entry(AliasMode.class, AliasMode.EXPLICIT),
            Map.entry(NodeType.class, NodeType.ALL),
            Map.entry(Demonitor[].class, new Demonitor[] {Demonitor.FLUSH}),
            Map.entry(AutoCloseable.class, (AutoCloseable) () -> {}),
            Map.entry(Selector.class, (Selector<Object>) message -> message),
            Map.entry(Body.class, (Body) () -> {}),
            Map.entry(SpawnOptions.class, SpawnOptions.DEFAULT),
            Map.entry(MonitorOptions.class, MonitorOptions.DEFAULT)));
  }

  /// The public methods of a class, sorted.
  ///
  /// @param statics the static ones, or the others
  /// @param except the names of those to leave out
  static List<Method> methods(Class<?> type, boolean statics, String... except) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> Modifier.isStatic(method.getModifiers()) == statics)
        .filter(method -> !method.isSynthetic())
        .filter(method -> !List.of(except).contains(method.getName()))
        .sorted(Comparator.comparing(Method::toString))
        .toList();
  }

  /// Calls a method.
  ///
  /// @param on the object, or null for static ones
  /// @return what it threw, if it threw
  Optional<Throwable> thrownBy(Method method, @Nullable Object on) {
    Object[] values =
        Arrays.stream(method.getParameterTypes())
            .map(type -> Optional.ofNullable(arguments.get(type)).orElseThrow(() -> unknown(type)))
            .toArray();
    try {
      method.invoke(on, values);
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.ofNullable(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static AssertionError unknown(Class<?> type) {
    return new AssertionError("there is no argument of " + type);
  }
}
