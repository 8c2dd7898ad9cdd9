package dev.belay.verbs;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Turns;
import dev.belay.VerbException;
import dev.belay.testkit.BelayExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Verbs know whose thread they are called on, also after the thread has been given a handler of
/// uncaught exceptions, which is where the runtime keeps it.
@ExtendWith(BelayExtension.class)
class CurrentTest {
  private static void setAnother() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProcessKnowsItselfWhateverHandlerItSets(boolean inTurns, Node node) {
    try (Inbox inbox = node.inbox()) {
      Pid me = inbox.pid();
      Body body =
          inTurns
              ? Turns.of(() -> {
                setAnother();
                send(me, self());
                return message -> {
                  send(me, self());
                  setAnother();
                  send(me, self());
                  return Behaviour.done();
                };
              })
              : () -> {
                setAnother();
                send(me, self());
                receive();
                send(me, self());
                setAnother();
                send(me, self());
              };
      Pid pid = inbox.spawn(body);
      // One of its neighbours must not be taken for it.
      Pid other =
          inbox.spawn(inTurns ? Turns.of(() -> message -> Behaviour.done()) : Belay::receive);
      inbox.send(pid, "go on");
      List<Pid> said = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        said.add(inbox.receive(Pid.class));
      }
      assertThat(said).containsOnly(pid);
      inbox.send(other, "end");
    }
  }

  @Test
  void anotherThreadIsNoneWhateverHandlerItHas(Node node) throws Exception {
    Pid pid = node.spawn(() -> receive());
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .uncaughtExceptionHandler((thread, thrown) -> done.completeExceptionally(thrown))
        .start(() -> {
          assertThatExceptionOfType(VerbException.class).isThrownBy(() -> self());
          done.complete(null);
        });
    done.get(30, TimeUnit.SECONDS);
    Thread plain =
        Thread.ofPlatform()
            .unstarted(
                () -> assertThatExceptionOfType(VerbException.class).isThrownBy(() -> self()));
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    plain.setUncaughtExceptionHandler((thread, what) -> thrown.complete(what));
    plain.start();
    plain.join();
    assertThat(thrown).isNotDone();
    node.send(pid, "end");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aThreadWithTheSameHandlerIsNotTheProcess(boolean inTurns, Node node) throws Exception {
    CompletableFuture<Throwable> said = new CompletableFuture<>();
    Body body =
        () -> {
          Thread child =
              Thread.ofVirtual()
                  .uncaughtExceptionHandler(Thread.currentThread().getUncaughtExceptionHandler())
                  .start(() -> {
                    try {
                      said.complete(new AssertionError("it is " + self()));
                    } catch (VerbException e) {
                      said.complete(e);
                    }
                  });
          child.join();
        };
    node.spawn(
        inTurns
            ? Turns.of(() -> {
              body.run();
              return Behaviour.done();
            })
            : body);
    assertThat(said.get(30, TimeUnit.SECONDS)).isInstanceOf(VerbException.class);
  }

  @Test
  void aThreadThatAProcessStartsIsNotTheProcess(Node node) throws Exception {
    CompletableFuture<Throwable> said = new CompletableFuture<>();
    node.spawn(() -> {
      Thread child =
          Thread.startVirtualThread(() -> {
            try {
              said.complete(new AssertionError("it is " + self()));
            } catch (VerbException e) {
              said.complete(e);
            }
          });
      child.join();
    });
    assertThat(said.get(30, TimeUnit.SECONDS)).isInstanceOf(VerbException.class);
  }
}
