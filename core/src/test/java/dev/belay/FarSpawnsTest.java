package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Carrier.Signal.Kind;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A process of one node asks another node for a process, and is answered: what it gets, and when
/// its bonds are there.
@Timeout(60)
class FarSpawnsTest extends FarSpawns {
  // SP7: the answer comes first

  @Test
  void aChildIsOfTheOtherNodeAndHasItsParent() {
    List<Object> seen =
        inProcess(() -> {
          Pid me = Belay.self();
          Carrier.Spawned spawned = spawn((Body) () -> Belay.send(me, Belay.self()), null, null);
          assertThat(spawned.ref()).isNull();
          assertThat(spawned.refusal()).isNull();
          assertThat(Belay.info(me).orElseThrow().links()).isEmpty();
          return List.of(child(spawned), Belay.receive());
        });
    assertThat(seen.get(0)).isEqualTo(seen.get(1));
    assertThat(((Pid) seen.get(0)).node()).isEqualTo("there");
  }

  @Test
  void theAnswerIsFoundInAFullMailboxAndBeforeWhatTheChildSends() {
    int backlog = 10_000;
    Object first =
        inProcess(() -> {
          Pid me = Belay.self();
          for (int i = 0; i < backlog; i++) {
            Belay.send(me, i);
          }
          for (int i = 0; i < 100; i++) {
            child(spawn((Body) () -> Belay.send(me, "hello"), null, null));
          }
          for (int i = 0; i < backlog; i++) {
            assertThat(Belay.receive()).isEqualTo(i);
          }
          return Belay.receive();
        });
    assertThat(first).isEqualTo("hello");
  }

  @Test
  void aTurnStyleProcessSpawns() {
    CompletableFuture<Pid> born = new CompletableFuture<>();
    Pid turns =
        here.spawn(
            Turns.of(() ->
                message -> {
                  born.complete(child(spawn((Body) Belay::receive, null, null)));
                  return Behaviour.same();
                }));
    here.send(turns, "go");
    assertThat(born.orTimeout(20, TimeUnit.SECONDS).join().node()).isEqualTo("there");
  }

  // L23, M19: the bonds are there before the child can end

  @Test
  void linkAndMonitorTellOfAChildThatEndsAtOnce() {
    inProcess(() -> {
      Belay.trapExits(true);
      for (int i = 0; i < 100; i++) {
        Carrier.Spawned spawned =
            spawnBoth(() -> {
              throw Belay.exit(ExitReason.term("bye"));
            });
        Exit exit = Belay.receive(Exit.class);
        assertThat(exit.pid()).isEqualTo(spawned.child());
        assertThat(exit.reason()).isEqualTo(ExitReason.term("bye"));
        Down down = Belay.receive(Down.class);
        assertThat(down.ref()).isEqualTo(spawned.ref());
        assertThat(down.pid()).isEqualTo(spawned.child());
        assertThat(down.reason()).isEqualTo(ExitReason.term("bye"));
      }
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void theBondsAreListedAndCanBeTakenBack() {
    inProcess(() -> {
      Carrier.Spawned spawned = spawnBoth(Belay::receive);
      Pid child = child(spawned);
      ProcessInfo info = Belay.info(Belay.self()).orElseThrow();
      assertThat(info.links()).containsExactly(child);
      assertThat(info.monitors()).containsExactly(child);
      Ref ref = Objects.requireNonNull(spawned.ref());
      assertThat(Belay.demonitor(ref, Demonitor.INFO)).isTrue();
      Belay.unlink(child);
      Belay.exit(child, ExitReason.KILL);
      Waiting.until("it is dead", () -> there.processCount() == 0);
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void anyExitTakesTheParentAlong() {
    try (Inbox inbox = here.inbox()) {
      Monitored parent =
          inbox.spawnMonitor(() -> {
            spawn((Body) () -> {}, LinkMode.ANY_EXIT, null);
            Belay.receive();
          });
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.pid()).isEqualTo(parent.pid());
      assertThat(down.reason()).isEqualTo(ExitReason.NORMAL);
    }
  }

  @Test
  void aMonitorMayHaveATagAndAnAlias() {
    inProcess(() -> {
      MonitorOptions options = MonitorOptions.DEFAULT.tag("tag").alias(AliasMode.REPLY);
      Carrier.Spawned spawned =
          spawn(
              (Body)
                  () -> {
                    Ref alias = Belay.receive(Ref.class);
                    Belay.send(alias, "one");
                    Belay.send(alias, "two");
                    Belay.receive(String.class);
                  },
              null,
              options);
      Belay.send(child(spawned), Objects.requireNonNull(spawned.ref()));
      assertThat(Belay.receive(LONG)).contains("one");
      assertThat(Belay.receive(SHORT)).isEmpty();

      Carrier.Spawned other = spawn((Body) () -> {}, null, options);
      Down down = Belay.receive(Down.class);
      assertThat(down.ref()).isEqualTo(other.ref());
      assertThat(down.tag()).contains("tag");
      return true;
    });
  }

  // SP8: a refusal

  @Test
  void aRefusalLeavesNothing() {
    inProcess(() -> {
      Belay.trapExits(true);
      Carrier.Spawned spawned = spawn("badopt", LinkMode.NORMAL, MonitorOptions.DEFAULT);
      assertThat(spawned.refusal()).isEqualTo("badopt");
      assertThat(spawned.child()).isNull();
      assertThat(spawned.ref()).isNull();
      ProcessInfo info = Belay.info(Belay.self()).orElseThrow();
      assertThat(info.links()).isEmpty();
      assertThat(info.monitors()).isEmpty();
      wire.cut(here, there);
      assertThat(Belay.receive(SHORT)).isEmpty();
      return true;
    });
  }

  @Test
  void whatCannotBeSentIsTheParentsToHear() {
    inProcess(() -> {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> spawn(Thread.currentThread(), LinkMode.NORMAL, null))
          .withMessageContaining("cannot be sent");
      return child(spawnBoth(() -> {}));
    });
  }

  // who may ask

  @Test
  void aPlainThreadSpawnsWithoutBonds() {
    CompletableFuture<Pid> born = new CompletableFuture<>();
    Carrier.Spawned spawned = spawn((Body) () -> born.complete(Belay.self()), null, null);
    Pid self = born.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(spawned.child()).isEqualTo(self);
    assertThatThrownBy(() -> spawn((Body) () -> {}, LinkMode.NORMAL, null))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("spawnLink()");
    assertThatThrownBy(() -> spawn((Body) () -> {}, null, MonitorOptions.DEFAULT))
        .isInstanceOf(VerbException.class)
        .hasMessageContaining("spawnMonitor()");
  }

  @Test
  void aProcessOfAnotherNodeIsRefused() {
    String message =
        in(
                there,
                () -> {
                  try {
                    return "spawned " + spawn((Body) () -> {}, null, null);
                  } catch (VerbException e) {
                    return String.valueOf(e.getMessage());
                  }
                })
            .join();
    assertThat(message).contains("a process of node there");
  }

  @Test
  void whoWaitsSaysForWhat() {
    wire.hold(Kind.SPAWN_REPLY);
    CompletableFuture<Pid> done = in(here, () -> child(spawn((Body) () -> {}, null, null)));
    Waiting.until("it is seen", () -> here.dump().contains("waits for there to spawn a process"));
    wire.release(Kind.SPAWN_REPLY);
    assertThat(done.join().node()).isEqualTo("there");
  }
}
