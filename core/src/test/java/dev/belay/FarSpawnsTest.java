package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Carrier.Signal.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A process of one node asks another node for a process, over a wire that a test can hold and cut:
/// in which order the answer, the end of the child, the end of the parent and the loss of the
/// connection may come.
@Timeout(60)
class FarSpawnsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final Wire wire = new Wire();
  private final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  private final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));

  FarSpawnsTest() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /// Asks in the name of the calling process.
  private Carrier.Spawned spawn(
      Object what, @Nullable LinkMode link, @Nullable MonitorOptions monitor) {
    return wire.of(here).spawn("there", what, link, monitor);
  }

  private Carrier.Spawned spawnBoth(Body body) {
    return spawn(body, LinkMode.NORMAL, MonitorOptions.DEFAULT);
  }

  private static Pid child(Carrier.Spawned spawned) {
    return Objects.requireNonNull(spawned.child(), "there is a child");
  }

  /// What a process gave, or why it gave nothing.
  private static <T> CompletableFuture<T> in(Node node, Callable<T> code) {
    CompletableFuture<T> result = new CompletableFuture<>();
    node.spawn(() -> {
      try {
        result.complete(code.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
        throw e;
      }
    });
    return result.orTimeout(30, TimeUnit.SECONDS);
  }

  private <T> T inProcess(Callable<T> code) {
    return in(here, code).join();
  }

  /// Waits for ever, traps exits, and says what exit it heard.
  private static Body trapping(CompletableFuture<Exit> heard) {
    return () -> {
      Belay.trapExits(true);
      heard.complete(Belay.receive(Exit.class));
    };
  }

  private static Exit heard(CompletableFuture<Exit> exit) {
    return exit.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /// Until there is a child that traps exits.
  private void untilOneTraps() {
    Waiting.until(
        "a child traps exits",
        () ->
            there.processes().stream()
                .anyMatch(pid -> there.info(pid).map(ProcessInfo::trapsExits).orElse(false)));
  }

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

  // SP3, SP9: no connection, and its loss

  @Test
  void whatCannotBeReachedIsAPidWithoutUse() {
    inProcess(() -> {
      Belay.trapExits(true);
      Carrier.Spawned spawned =
          wire.of(here)
              .spawn(
                  "nowhere",
                  (Body) Belay::receive,
                  LinkMode.NORMAL,
                  MonitorOptions.DEFAULT.tag("tag"));
      assertNoConnection(spawned, "tag");
      return true;
    });
  }

  /// Both bonds tell that there is no connection, and tell it once.
  private static void assertNoConnection(Carrier.Spawned spawned, @Nullable Object tag) {
    Exit exit = Belay.receive(Exit.class);
    assertThat(exit.pid()).isEqualTo(spawned.child());
    assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
    Down down = Belay.receive(Down.class);
    assertThat(down.ref()).isEqualTo(spawned.ref());
    assertThat(down.pid()).isEqualTo(spawned.child());
    assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
    assertThat(down.tag()).isEqualTo(Optional.ofNullable(tag));
    assertThat(Belay.receive(SHORT)).isEmpty();
    ProcessInfo info = Belay.info(Belay.self()).orElseThrow();
    assertThat(info.links()).isEmpty();
    assertThat(info.monitors()).isEmpty();
  }

  @Test
  void theLossBeforeTheRequestIsThereIsToldOnce() {
    wire.hold(Kind.SPAWN_REQUEST);
    CompletableFuture<Boolean> done =
        in(
            here,
            () -> {
              Belay.trapExits(true);
              assertNoConnection(spawnBoth(Belay::receive), null);
              return true;
            });
    untilAsked();
    wire.cut(here, there);
    assertThat(done.join()).isTrue();
    wire.release(Kind.SPAWN_REQUEST);
    assertThat(there.processCount()).isZero();
  }

  private void untilAsked() {
    Waiting.until("it is asked", () -> line() instanceof Line line && !line.requests().isEmpty());
  }

  private Carrier.@Nullable Outbox line() {
    return wire.of(here).line("there");
  }

  @Test
  void theLossBeforeTheAnswerIsToldOnceAndTheChildHearsIt() {
    wire.hold(Kind.SPAWN_REPLY);
    CompletableFuture<Exit> heard = new CompletableFuture<>();
    CompletableFuture<Boolean> done =
        in(
            here,
            () -> {
              Belay.trapExits(true);
              assertNoConnection(spawnBoth(trapping(heard)), null);
              return true;
            });
    untilOneTraps();
    wire.cut(here, there);
    assertThat(done.join()).isTrue();
    wire.release(Kind.SPAWN_REPLY);
    assertThat(heard(heard).reason()).isEqualTo(ExitReason.NO_CONNECTION);
  }

  @Test
  void theLossAfterTheAnswerIsToldOnce() {
    CompletableFuture<Exit> heard = new CompletableFuture<>();
    inProcess(() -> {
      Belay.trapExits(true);
      Carrier.Spawned spawned = spawnBoth(trapping(heard));
      assertThat(child(spawned).node()).isEqualTo("there");
      untilOneTraps();
      wire.cut(here, there);
      assertNoConnection(spawned, null);
      return true;
    });
    assertThat(heard(heard).reason()).isEqualTo(ExitReason.NO_CONNECTION);
  }

  @Test
  void whateverTheMomentOfTheLossItIsToldOnce() {
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Boolean> asking = new CompletableFuture<>();
      CompletableFuture<Boolean> done =
          in(
              here,
              () -> {
                Belay.trapExits(true);
                asking.complete(true);
                Carrier.Spawned spawned = spawnBoth(Belay::receive);
                Exit exit = Belay.receive(Exit.class);
                assertThat(exit.pid()).isEqualTo(spawned.child());
                assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
                Down down = Belay.receive(Down.class);
                assertThat(down.ref()).isEqualTo(spawned.ref());
                assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
                assertThat(Belay.receive(Duration.ZERO)).isEmpty();
                return true;
              });
      asking.join();
      Waiting.until(
          "it is told",
          () -> {
            wire.cut(here, there);
            return done.isDone();
          });
      assertThat(done.join()).isTrue();
    }
    Waiting.until("no child is left", () -> there.processCount() == 0);
  }

  /// The lock of the parent's cell is held until the answer and the loss are both about to take it.
  @Test
  void anAnswerDuringTheLossIsToldOnce() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      wire.hold(Kind.SPAWN_REPLY);
      CompletableFuture<Pid> asking = new CompletableFuture<>();
      CompletableFuture<Boolean> done =
          in(
              here,
              () -> {
                Belay.trapExits(true);
                asking.complete(Belay.self());
                Carrier.Spawned spawned = spawnBoth(Belay::receive);
                Exit exit = Belay.receive(Exit.class);
                assertThat(exit.pid()).isEqualTo(spawned.child());
                assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
                Down down = Belay.receive(Down.class);
                assertThat(down.ref()).isEqualTo(spawned.ref());
                assertThat(down.reason()).isEqualTo(ExitReason.NO_CONNECTION);
                assertThat(Belay.receive(Duration.ZERO)).isEmpty();
                assertThat(linksOf(Belay.self())).isEmpty();
                return true;
              });
      Waiting.until("the child is born", () -> there.processCount() == 1);
      Cell cell = Objects.requireNonNull(asking.join().cell);
      Thread cutting = Thread.ofPlatform().unstarted(() -> wire.cut(here, there));
      cell.lock();
      try {
        wire.release(Kind.SPAWN_REPLY);
        cutting.start();
        for (int spin = 0; spin < 200; spin++) {
          cell.host().relax(spin);
        }
      } finally {
        cell.lockWord = 0;
      }
      cutting.join();
      assertThat(done.join()).isTrue();
      Waiting.until("no child is left", () -> there.processCount() == 0);
    }
  }

  @Test
  void anAnswerThatWasNotAskedForCostsTheConnection() {
    wire.hold(Kind.SPAWN_REQUEST);
    CompletableFuture<Boolean> done =
        in(
            here,
            () -> {
              Belay.trapExits(true);
              assertNoConnection(spawnBoth(Belay::receive), null);
              return true;
            });
    untilAsked();
    Line line = (Line) Objects.requireNonNull(line());
    Ref ref = line.requests().keySet().iterator().next();
    line.incoming().spawned(ref, there.spawn(() -> {}), true, false);
    assertThat(line.isLost()).isTrue();
    assertThat(done.join()).isTrue();
    wire.release(Kind.SPAWN_REQUEST);
  }

  // L23: the parent ends before the answer

  @Test
  void theChildOfAParentThatHasDiedHearsItsReason() {
    for (ExitReason reason : List.of(ExitReason.term("why"), ExitReason.KILL)) {
      wire.hold(Kind.SPAWN_REPLY);
      CompletableFuture<Exit> heard = new CompletableFuture<>();
      Pid parent = here.spawn(() -> spawnBoth(trapping(heard)));
      untilOneTraps();
      here.exit(parent, reason);
      Waiting.until("the parent is dead", () -> !here.isAlive(parent));
      assertThat(heard).isNotDone();
      wire.release(Kind.SPAWN_REPLY);
      Exit exit = heard(heard);
      assertThat(exit.pid()).isEqualTo(parent);
      assertThat(exit.reason())
          .isEqualTo(reason.equals(ExitReason.KILL) ? ExitReason.KILLED : reason);
      Waiting.until("the child is gone", () -> there.processCount() == 0);
    }
  }

  @Test
  void theMonitorOfAParentThatHasDiedIsTakenOff() {
    wire.hold(Kind.SPAWN_REPLY);
    CompletableFuture<Pid> born = new CompletableFuture<>();
    Pid parent =
        here.spawn(() ->
            spawn(
                (Body)
                    () -> {
                      born.complete(Belay.self());
                      Belay.receive();
                    },
                null,
                MonitorOptions.DEFAULT));
    Pid child = born.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(there.info(child).orElseThrow().monitoredBy()).hasSize(1);
    here.exit(parent, ExitReason.SHUTDOWN);
    Waiting.until("the parent is dead", () -> !here.isAlive(parent));
    wire.release(Kind.SPAWN_REPLY);
    Waiting.until(
        "the monitor is off", () -> there.info(child).orElseThrow().monitoredBy().isEmpty());
    assertThat(there.isAlive(child)).isTrue();
  }

  @Test
  void theChildHearsOfItsParentOnlyWhenThatIsDead() {
    wire.hold(Kind.SPAWN_REPLY);
    CompletableFuture<Exit> heard = new CompletableFuture<>();
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean closedBefore = new AtomicBoolean();
    CompletableFuture<Pid> pid = new CompletableFuture<>();
    Pid parent =
        here.spawn(
            SpawnOptions.DEFAULT.closeTime(LONG),
            () -> {
              Belay.own(() -> {
                // The answer comes while the parent is exiting, and before it is dead.
                wire.release(Kind.SPAWN_REPLY);
                Pid me = pid.join();
                Waiting.until("it is tied", () -> !linksOf(me).isEmpty());
                closed.set(true);
              });
              spawn(
                  (Body)
                      () -> {
                        Belay.trapExits(true);
                        Exit exit = Belay.receive(Exit.class);
                        closedBefore.set(closed.get());
                        heard.complete(exit);
                      },
                  LinkMode.NORMAL,
                  null);
            });
    pid.complete(parent);
    untilOneTraps();
    here.exit(parent, ExitReason.term("why"));
    assertThat(heard(heard).reason()).isEqualTo(ExitReason.term("why"));
    assertThat(closedBefore).isTrue();
  }

  private List<Pid> linksOf(Pid pid) {
    return here.info(pid).map(ProcessInfo::links).orElse(List.of());
  }

  @Test
  void whateverTheMomentOfItsParentsEndTheChildHearsIt() {
    for (int i = 0; i < 200; i++) {
      CompletableFuture<Boolean> asking = new CompletableFuture<>();
      Pid parent =
          here.spawn(() -> {
            asking.complete(true);
            spawnBoth(Belay::receive);
            Belay.receive();
          });
      asking.join();
      here.exit(parent, ExitReason.term("why"));
    }
    Waiting.until("no parent is left", () -> here.processCount() == 0);
    Waiting.until("no child is left", () -> there.processCount() == 0);
  }

  // SP10: the parent does not wait any more

  @Test
  void anInterruptedParentLeavesItsChildAbandoned() {
    wire.hold(Kind.SPAWN_REPLY);
    CompletableFuture<Exit> heard = new CompletableFuture<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    CompletableFuture<Boolean> done =
        in(
            here,
            () -> {
              Belay.trapExits(true);
              thread.complete(Thread.currentThread());
              assertThatThrownBy(() -> spawnBoth(trapping(heard)))
                  .isInstanceOf(ProcessInterruptedException.class);
              left.complete(true);
              assertThat(Belay.receive()).isEqualTo("go on");
              assertThat(linksOf(Belay.self())).isEmpty();
              assertThat(Belay.receive(SHORT)).isEmpty();
              return true;
            });
    untilOneTraps();
    thread.join().interrupt();
    assertThat(left.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
    wire.release(Kind.SPAWN_REPLY);
    assertThat(heard(heard).reason()).isEqualTo(Carrier.Signal.ABANDONED);
    here.processes().forEach(pid -> here.send(pid, "go on"));
    assertThat(done.join()).isTrue();
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
