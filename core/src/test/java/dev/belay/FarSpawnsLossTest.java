package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Carrier.Signal.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A process of one node asks another node for a process, and the connection is lost, or the parent
/// ends or does not wait any more: before the answer, with it, and after it.
@Timeout(60)
class FarSpawnsLossTest extends FarSpawns {
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
    // The other node may have had it in its hands before it heard of the loss; its child hears
    // then.
    Waiting.until("the other node has heard", () -> !wire.connects(there, here));
    Waiting.until("no child is left", () -> there.processCount() == 0);
  }

  private void untilAsked() {
    Waiting.until("it is asked", () -> line() instanceof Line line && !line.requests().isEmpty());
    // Who asks does not wait for the connection.
    Waiting.until("there is a connection", () -> wire.connects(here, there));
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
}
