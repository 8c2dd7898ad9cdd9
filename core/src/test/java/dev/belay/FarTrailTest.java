package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Carrier.Signal.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is known of a death on another node besides its reason: who died first, and by which bonds
/// the reason came here.
@Timeout(60)
class FarTrailTest extends FarSpawns {
  private static final ExitReason WHY = ExitReason.term("why");

  private static void awaitLinks(Node node, Pid pid, int count) {
    Waiting.until(
        "it is linked", () -> node.info(pid).map(i -> i.links().size()).orElse(0) == count);
  }

  /// Waits for a message, and ends.
  private Pid mortal(String label) {
    return there.spawn(
        SpawnOptions.DEFAULT.label(label),
        () -> {
          Belay.receive(String.class);
          throw Belay.exit(WHY);
        });
  }

  @Test
  void exitAndDownSayWhoDied() {
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      Pid pid = mortal("the one");
      inbox.link(pid);
      inbox.monitor(pid);
      inbox.send(pid, "go");
      Trail trail =
          new Trail(List.of(new Trail.Hop(pid, "the one", Trail.How.OWN_END, pid, false)), 0);
      assertThat(inbox.receive(LONG)).contains(new Exit(pid, WHY, trail));
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.reason()).isEqualTo(WHY);
      assertThat(down.trail()).isEqualTo(trail);
    }
  }

  /// here ── there ── here: a chain of three, which the reason goes along.
  @Test
  void itGoesOnOverSeveralNodes() {
    try (Inbox inbox = here.inbox()) {
      Pid first = mortal("first");
      Pid second =
          here.spawn(
              SpawnOptions.DEFAULT.label("second"),
              () -> {
                Belay.link(first);
                Belay.receive();
              });
      awaitLinks(there, first, 1);
      Pid third =
          there.spawn(
              SpawnOptions.DEFAULT.label("third"),
              () -> {
                Belay.link(second);
                Belay.receive();
              });
      awaitLinks(here, second, 2);
      inbox.monitor(third);
      inbox.send(first, "go");
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.reason()).isEqualTo(WHY);
      assertThat(down.trail().omitted()).isZero();
      assertThat(down.trail().hops())
          .containsExactly(
              new Trail.Hop(first, "first", Trail.How.OWN_END, first, false),
              new Trail.Hop(second, "second", Trail.How.LINK, first, false),
              new Trail.Hop(third, "third", Trail.How.LINK, second, false));
    }
  }

  @Test
  void whoWasDeclaredDeadIsSaidToHaveBeen() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Pid pid =
        there.spawn(
            SpawnOptions.DEFAULT.killGrace(Duration.ofMillis(10)),
            () -> {
              begun.countDown();
              boolean over = false;
              while (!over) {
                try {
                  stuck.await();
                  over = true;
                } catch (InterruptedException _) {
                  // It does not mind.
                }
              }
            });
    begun.await();
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      inbox.terminate(pid, WHY);
      Down down = inbox.receive(Down.class, LONG).orElseThrow();
      assertThat(down.reason()).isEqualTo(WHY);
      assertThat(down.trail().hops()).singleElement().matches(Trail.Hop::declared);
    } finally {
      stuck.countDown();
    }
  }

  @Test
  void whoWasNotThereHasNoTrail() {
    Pid pid = mortal("gone");
    there.send(pid, "go");
    Waiting.until("it is dead", () -> !there.isAlive(pid));
    try (Inbox inbox = here.inbox()) {
      inbox.trapExits(true);
      inbox.link(pid);
      assertThat(inbox.receive(LONG)).contains(new Exit(pid, ExitReason.NO_PROC, Trail.EMPTY));
      inbox.monitor(new Name("nobody", "there"));
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().trail()).isEqualTo(Trail.EMPTY);
    }
  }

  /// The child is born when its parent is dead: what it hears is the parent's death, all of it.
  @Test
  void aChildHearsHowItsParentDied() {
    CompletableFuture<Exit> exit = new CompletableFuture<>();
    CompletableFuture<Pid> parent = new CompletableFuture<>();
    wire.hold(Kind.SPAWN_REPLY);
    try (Inbox inbox = here.inbox()) {
      Monitored asking =
          inbox.spawnMonitor(() -> {
            parent.complete(Belay.self());
            spawn(trapping(exit), LinkMode.NORMAL, null);
          });
      untilOneTraps();
      inbox.exit(asking.pid(), WHY);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason()).isEqualTo(WHY);
      wire.release(Kind.SPAWN_REPLY);
      Exit told = exit.orTimeout(20, TimeUnit.SECONDS).join();
      Pid dead = parent.join();
      assertThat(told)
          .isEqualTo(
              new Exit(
                  dead,
                  WHY,
                  new Trail(
                      List.of(new Trail.Hop(dead, "", Trail.How.EXIT_SIGNAL, inbox.pid(), false)),
                      0)));
    }
  }
}
