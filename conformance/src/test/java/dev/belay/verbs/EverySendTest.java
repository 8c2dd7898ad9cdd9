package dev.belay.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Destination;
import dev.belay.Inbox;
import dev.belay.MutableMessageException;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.death.Forked;
import dev.belay.rules.Await;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever sends a message refuses one that can be changed, in development mode; and only there.
///
/// What sends a message is found by itself: the public methods that take an object of any kind.
class EverySendTest {
  private static final String NAME = "a_name";

  private static final NodeOptions DEVELOPMENT = NodeOptions.DEFAULT.developmentMode(true);

  private record Parcel(List<String> things) {}

  /// A process that lets its messages lie.
  private static Pid receiver(Node node, AtomicReference<@Nullable Ref> alias) {
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.name(NAME),
            () -> {
              alias.set(Belay.alias(AliasMode.EXPLICIT));
              Belay.receive(Never.class);
            });
    Await.until(() -> alias.get() != null);
    return pid;
  }

  private record Never() {}

  private static List<Method> sending(Class<?> type, boolean statics) {
    return Calls.methods(type, statics, "handOff").stream()
        .filter(method -> Arrays.asList(method.getParameterTypes()).contains(Object.class))
        .toList();
  }

  /// Calls everything that sends, to every kind of destination.
  ///
  /// @return what each call threw
  private static Map<String, Optional<Throwable>> sendAll(Node node, Object message) {
    AtomicReference<@Nullable Ref> alias = new AtomicReference<>();
    Pid pid = receiver(node, alias);
    Map<String, Optional<Throwable>> thrown = new ConcurrentHashMap<>();
    Ref byAlias = Objects.requireNonNull(alias.get());
    for (Destination to : List.of(pid, new Name(NAME, node.name()), byAlias)) {
      Map<Class<?>, Object> arguments = new HashMap<>();
      arguments.put(Destination.class, to);
      arguments.put(String.class, NAME);
      arguments.put(Duration.class, Duration.ZERO);
      arguments.put(Object.class, message);
      Calls calls = new Calls(arguments);
      Body all = () -> sending(Belay.class, true).forEach(each -> call(calls, each, null, thrown));
      node.run(all);
      sending(Node.class, false).forEach(each -> call(calls, each, node, thrown));
      try (Inbox inbox = node.inbox()) {
        sending(Inbox.class, false).forEach(each -> call(calls, each, inbox, thrown));
      }
    }
    return thrown;
  }

  private static void call(
      Calls calls, Method method, @Nullable Object on, Map<String, Optional<Throwable>> thrown) {
    String what = method + " to " + calls.arguments().get(Destination.class);
    thrown.put(what, calls.thrownBy(method, on));
  }

  private static int length(Node node) {
    Pid pid = node.whereis(NAME).orElseThrow();
    return node.info(pid).map(ProcessInfo::messageQueueLength).orElseThrow();
  }

  @Test
  void refusesWhatCanBeChanged() {
    try (Node node = Node.start(DEVELOPMENT.daemon(true))) {
      Map<String, Optional<Throwable>> thrown = sendAll(node, new Parcel(new ArrayList<>()));
      assertThat(thrown).hasSizeGreaterThanOrEqualTo(3 * 11);
      assertThat(thrown.keySet()).anyMatch(call -> call.contains("Belay.startTimer"));
      assertSoftly(soft ->
          thrown.forEach((call, e) ->
              soft.assertThat(e.orElse(null))
                  .as("%s", call)
                  .isInstanceOf(MutableMessageException.class)
                  .hasMessageContaining("Parcel.things (java.util.ArrayList)")
                  .hasMessageContaining("List.copyOf(…)")));
      // A timer that had been started after all would come before this one.
      Pid pid = node.whereis(NAME).orElseThrow();
      node.sendAfter(Duration.ofMillis(1), pid, "the only one");
      Await.until(() -> length(node) > 0);
      assertThat(length(node)).isOne();
    }
  }

  @Test
  void sendsWhatCannotBeChanged() {
    try (Node node = Node.start(DEVELOPMENT.daemon(true))) {
      Map<String, Optional<Throwable>> thrown = sendAll(node, new Parcel(List.of("rope")));
      assertThat(thrown.values()).allMatch(Optional::isEmpty);
      Await.until(() -> length(node) == thrown.size());
    }
  }

  @Test
  void sendsAnythingWithoutDevelopmentMode() {
    try (Node node = Node.start(NodeOptions.DEFAULT.daemon(true))) {
      Map<String, Optional<Throwable>> thrown = sendAll(node, new Parcel(new ArrayList<>()));
      assertThat(thrown.values()).allMatch(Optional::isEmpty);
      Await.until(() -> length(node) == thrown.size());
    }
  }

  /// Sends an array, in a JVM of its own.
  static final class Sender {
    private Sender() {}

    public static void main(String[] args) {
      Belay.run(() -> {
        try {
          Belay.send(Belay.self(), new int[] {args.length});
          System.out.println("sent");
        } catch (MutableMessageException e) {
          System.out.println("refused: " + e.path());
        }
      });
    }
  }

  @Test
  void isTurnedOnWithTheJvm() throws Exception {
    assertThat(Forked.run(Await.LONG, List.of("-Dbelay.dev=true"), Sender.class))
        .contains("refused: int[]");
    assertThat(Forked.run(Await.LONG, List.of("-Dbelay.dev=false"), Sender.class)).contains("sent");
    assertThat(Forked.run(Await.LONG, List.of(), Sender.class)).contains("sent");
  }
}
