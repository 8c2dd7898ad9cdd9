package dev.belay.verbs;

import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.skip;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.Selector;
import dev.belay.VerbException;
import dev.belay.rules.Await;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A verb that is called where it cannot work says so, and what to do instead.
@BothStyles
@BelayTest
class WhereVerbsWorkTest {
  /// What is no verb of a process: for plain threads, for selectors, and for any thread.
  private static final String[] NO_VERBS = {"run", "skip", "handOff", "inProcess"};

  /// What only reads and may be called while a selector looks at a message.
  private static final List<String> READING = List.of("self", "node", "info", "processes");

  private static Calls calls(Node node) {
    List<Calls> made = new ArrayList<>();
    node.run(() -> {
      Pid dead = Belay.spawn(() -> {});
      made.add(Calls.with(dead, makeRef(), sendAfter(Duration.ofHours(1), self(), "never")));
    });
    return made.getFirst();
  }

  private static Map<Method, Throwable> callAll(Calls calls) {
    Map<Method, Throwable> thrown = new TreeMap<>(Comparator.comparing(Method::toString));
    for (Method verb : Calls.methods(Belay.class, true, NO_VERBS)) {
      Optional<Throwable> result = calls.thrownBy(verb, null);
      thrown.put(verb, result.orElseGet(() -> new AssertionError(verb + " threw nothing")));
    }
    return thrown;
  }

  private static void assertRefused(Map<Method, Throwable> thrown, String... parts) {
    assertThat(thrown).hasSizeGreaterThan(40);
    assertSoftly(soft ->
        thrown.forEach((verb, e) ->
            soft.assertThat(e)
                .as("%s", verb)
                .isInstanceOf(VerbException.class)
                .hasMessageStartingWith(verb.getName() + "() was called ")
                .hasMessageContainingAll(parts)));
  }

  @Test
  void onAPlainThread(Node node) {
    assertRefused(
        callAll(calls(node)),
        "on Thread[",
        "which is not the thread of a process",
        "use Belay.run or Node.spawn");
  }

  @Test
  void onAThreadThatAProcessStarted(Node node) {
    Calls calls = calls(node);
    node.run(() -> {
      List<Map<Method, Throwable>> thrown = new ArrayList<>();
      Thread.ofVirtual().name("child of a process").start(() -> thrown.add(callAll(calls))).join();
      Thread.ofPlatform().name("child of a process").start(() -> thrown.add(callAll(calls))).join();
      assertThat(thrown).hasSize(2);
      thrown.forEach(
          each -> assertRefused(each, "child of a process", "send a message to the process"));
    });
  }

  /// And the process goes on as if nothing had been: the callback cannot be mistaken for it.
  @Test
  void inTheCallbackOfAFuture(Node node) {
    node.run(() -> {
      Pid me = self();
      CompletableFuture<String> source = new CompletableFuture<>();
      CompletableFuture<String> future =
          source.thenApply(result -> {
            send(me, result);
            return result;
          });
      Thread.ofPlatform().start(() -> source.complete("result")).join();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(future::get)
          .withCauseInstanceOf(VerbException.class)
          .withMessageContaining("callbacks of a future");
      assertThat(receive(Duration.ZERO)).isEmpty();
      CompletableFuture<?> instead = CompletableFuture.runAsync(() -> node.send(me, "result"));
      assertThat((Object) instead.get()).isNull();
      assertThat(receive(Duration.ZERO)).contains("result");
    });
  }

  @Test
  void inASelector(Node node) {
    Calls calls = calls(node);
    node.run(() -> {
      send(self(), "message");
      Map<Method, Throwable> thrown =
          receive(message -> {
            assertThat(message).isEqualTo("message");
            return callAll(calls);
          });
      thrown.keySet().removeIf(verb -> READING.contains(verb.getName()));
      assertThat(thrown).hasSizeGreaterThan(40);
      assertSoftly(soft ->
          thrown.forEach((verb, e) ->
              soft.assertThat(e)
                  .as("%s", verb)
                  .isInstanceOf(VerbException.class)
                  .hasMessageStartingWith(verb.getName() + "() was called inside a selector")
                  .hasMessageContaining("call the verb after receive() has returned")));
    });
  }

  /// A selector that calls a verb fails; its message stays, and the process may go on.
  @Test
  void aSelectorThatCallsAVerbLosesNothing(Node node) {
    node.run(() -> {
      send(self(), "first");
      send(self(), "second");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> receive(message -> receive()));
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> receive(message -> message.equals("second") ? receive() : skip()));
      assertThat(receive()).isEqualTo("first");
      // What only reads works.
      Pid me = self();
      Object second = receive(message -> self().equals(me) ? message : skip());
      assertThat(second).isEqualTo("second");
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }

  @Test
  void ofAnOwnedResource(Node node) {
    AtomicInteger closed = new AtomicInteger();
    node.run(() -> {
      Owned<AutoCloseable> owned = Belay.own(closed::incrementAndGet);
      List<Body> calls = List.of(owned::release, owned::close, () -> owned.giveTo(self()));
      send(self(), "message");
      for (Body call : calls) {
        assertThatExceptionOfType(VerbException.class)
            .isThrownBy(() -> receive(message -> refused(call)))
            .withMessageContaining("inside a selector");
        CompletableFuture.runAsync(() ->
                assertThatExceptionOfType(VerbException.class)
                    .isThrownBy(call::run)
                    .withMessageContaining("not the thread of a process"))
            .get();
      }
      assertThat(closed).hasValue(0);
      assertThat(owned.get()).isNotNull();
    });
    assertThat(closed).hasValue(1);
  }

  private static Object refused(Body call) {
    try {
      call.run();
      return "not refused";
    } catch (VerbException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// `false` is not null: a predicate would take whatever comes first.
  @Test
  void aPredicateIsNoSelector(Node node) {
    node.run(() -> {
      send(self(), "first");
      send(self(), "go");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> receive("go"::equals))
          .withMessageContaining("Write receive(Selector.matching(predicate))");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> receive("first"::equals, Duration.ZERO))
          .withMessageContaining("The message is still in the mailbox");
      assertThat(receive(Selector.matching("go"::equals))).isEqualTo("go");
      assertThat(receive(Selector.matching("go"::equals), Duration.ZERO)).isEmpty();
      assertThat(receive()).isEqualTo("first");
    });
  }

  /// The resource is in the runtime's hands from the call on, also when the call is wrong.
  @Test
  void whatCannotBeOwnedIsClosed(Node node) {
    AtomicInteger closed = new AtomicInteger();
    assertThatExceptionOfType(VerbException.class)
        .isThrownBy(() -> Belay.own(closed::incrementAndGet))
        .withMessageStartingWith("own() was called on ");
    assertThat(closed).hasValue(1);
    node.run(() -> {
      send(self(), "message");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> receive(message -> Belay.own(closed::incrementAndGet)))
          .withMessageStartingWith("own() was called inside a selector");
      assertThat(closed).hasValue(2);
    });
    assertThat(closed).hasValue(2);
  }

  /// A process on a thread of a process: the two are not taken for each other.
  @Test
  void aNodeRunWithinAProcessHasAProcessOfItsOwn(Node node) {
    node.run(() -> {
      Pid me = self();
      Monitored other = spawnMonitor(() -> assertThat(self()).isNotEqualTo(me));
      assertThat(Await.down(other).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(self()).isEqualTo(me);
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(() -> Belay.run(() -> {}))
          .withMessageContaining("run() was called within a process")
          .withMessageContaining("use spawn()");
      assertThatExceptionOfType(VerbException.class)
          .isThrownBy(node::close)
          .withMessageContaining("close() of node " + node.name() + " was called by its process")
          .withMessageContaining("close the node from a plain thread");
    });
  }
}
