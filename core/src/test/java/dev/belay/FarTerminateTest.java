package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Carrier.Signal.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `terminate` of a process of another node: one that knows such requests, one that does not, and
/// one of which that is not known yet.
@Timeout(60)
class FarTerminateTest extends FarSpawns {
  private static final ExitReason WHY = ExitReason.term("why");

  /// A process over there that traps exits, and does not end before its node closes.
  private Pid stubborn() throws InterruptedException {
    CountDownLatch trapping = new CountDownLatch(1);
    Pid pid =
        there.spawn(() -> {
          Belay.trapExits(true);
          trapping.countDown();
          while (!Belay.receive(Exit.class).reason().equals(ExitReason.SHUTDOWN)) {
            // It is not told to leave.
          }
        });
    trapping.await();
    return pid;
  }

  /// Connects, and waits until the other side has it that the inbox monitors.
  private void monitor(Inbox inbox, Pid pid) {
    inbox.monitor(pid);
    Waiting.until("it is monitored", () -> !there.info(pid).orElseThrow().monitoredBy().isEmpty());
  }

  @Test
  void itEndsWhateverTheOtherTrapsWithThatReason() throws InterruptedException {
    for (ExitReason reason : List.of(ExitReason.NORMAL, WHY, ExitReason.KILL)) {
      Pid pid = stubborn();
      try (Inbox inbox = here.inbox()) {
        monitor(inbox, pid);
        inbox.terminate(pid, reason);
        Down down = inbox.receive(Down.class, LONG).orElseThrow();
        assertThat(down.reason()).isEqualTo(reason);
        assertThat(down.trail().hops()).hasSize(1);
        assertThat(down.trail().hops().getFirst().how()).isEqualTo(Trail.How.TERMINATE);
        assertThat(down.trail().hops().getFirst().from()).isEqualTo(inbox.pid());
        assertThat(inbox.receive(SHORT)).isEmpty();
      }
    }
  }

  @Test
  void aProcessAndANodeTerminateAsWell() throws InterruptedException {
    Pid one = stubborn();
    Pid other = stubborn();
    try (Inbox inbox = here.inbox()) {
      monitor(inbox, one);
      monitor(inbox, other);
      here.spawn(() -> Belay.terminate(one));
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NORMAL);
      here.terminate(other, WHY);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason()).isEqualTo(WHY);
    }
  }

  @Test
  void itComesAfterWhatWasSentBefore() {
    List<Object> got = new ArrayList<>();
    CompletableFuture<List<Object>> all = new CompletableFuture<>();
    CountDownLatch begin = new CountDownLatch(1);
    Pid pid =
        there.spawn(() -> {
          Belay.trapExits(true);
          try {
            begin.await();
            while (true) {
              got.add(Belay.receive());
            }
          } finally {
            all.complete(got);
          }
        });
    try (Inbox inbox = here.inbox()) {
      monitor(inbox, pid);
      inbox.link(pid);
      inbox.trapExits(true);
      inbox.exit(pid, ExitReason.SHUTDOWN);
      inbox.terminate(pid, WHY);
      inbox.exit(pid, ExitReason.KILL);
      // The first reason that ends it wins (X5): the exit signal was trapped, the kill came later.
      assertThat(inbox.receive(Exit.class, LONG).orElseThrow().reason()).isEqualTo(WHY);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason()).isEqualTo(WHY);
    } finally {
      begin.countDown();
    }
    // S4: nothing of it is seen when the process is exiting.
    assertThat(all.orTimeout(20, TimeUnit.SECONDS).join()).isEmpty();
  }

  @Test
  void whoIsNotConnectedIsConnectedFirst() throws InterruptedException {
    Pid pid = stubborn();
    wire.delay(there);
    CompletableFuture<Boolean> done =
        in(
            here,
            () -> {
              Belay.terminate(pid, WHY);
              return true;
            });
    Waiting.until("it waits", () -> here.dump().contains("waits for a connection to there"));
    assertThat(done).isNotDone();
    assertThat(there.isAlive(pid)).isTrue();
    wire.release(there);
    assertThat(done.join()).isTrue();
    Waiting.until("it has ended", () -> !there.isAlive(pid));
  }

  @Test
  void aPlainThreadWaitsToo() throws InterruptedException {
    Pid pid = stubborn();
    wire.delay(there);
    Thread thread = Thread.ofPlatform().start(() -> here.terminate(pid, WHY));
    Waiting.until("it waits", () -> thread.getState() == Thread.State.WAITING);
    wire.release(there);
    assertThat(thread.join(LONG)).isTrue();
    Waiting.until("it has ended", () -> !there.isAlive(pid));
  }

  @Test
  void whoIsToldToExitDoesNotWait() throws InterruptedException {
    Pid pid = stubborn();
    wire.delay(there);
    try (Inbox inbox = here.inbox()) {
      Monitored waiting = inbox.spawnMonitor(() -> Belay.terminate(pid, WHY));
      Waiting.until("it waits", () -> here.dump().contains("waits for a connection to there"));
      inbox.exit(waiting.pid(), ExitReason.SHUTDOWN);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.SHUTDOWN);
      wire.release(there);
      // It has said nothing, then or later.
      monitor(inbox, pid);
      assertThat(there.isAlive(pid)).isTrue();
    }
  }

  @Test
  void whoIsInterruptedDoesNotWait() throws InterruptedException {
    Pid pid = stubborn();
    wire.delay(there);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                here.terminate(pid, WHY);
                thrown.complete(new AssertionError("it has returned"));
              } catch (ProcessInterruptedException e) {
                thrown.complete(e);
              }
            });
    Waiting.until("it waits", () -> thread.getState() == Thread.State.WAITING);
    thread.interrupt();
    assertThat(thrown.orTimeout(20, TimeUnit.SECONDS).join())
        .isInstanceOf(ProcessInterruptedException.class)
        .hasMessageContaining("terminate() to there");
    wire.release(there);
    assertThat(there.isAlive(pid)).isTrue();
  }

  @Test
  void whoCannotBeReachedIsNoError() {
    Node stranger = Node.start(NodeOptions.DEFAULT.name("stranger").daemon(true));
    try (stranger) {
      Pid pid = stranger.spawn(Belay::receive);
      here.terminate(pid, WHY);
      inProcess(() -> {
        Belay.terminate(pid, WHY);
        return true;
      });
      assertThat(stranger.isAlive(pid)).isTrue();
    }
  }

  @Test
  void whoKnowsNoSuchRequestIsNotAsked() throws InterruptedException {
    wire.estrange(there);
    Pid pid = stubborn();
    // Also before they are connected: it is known afterwards.
    assertThatExceptionOfType(VerbException.class)
        .isThrownBy(() -> here.terminate(pid, WHY))
        .withMessageContaining("exit(pid, reason)");
    inProcess(() -> {
      assertThatExceptionOfType(VerbException.class).isThrownBy(() -> Belay.terminate(pid));
      return true;
    });
    try (Inbox inbox = here.inbox()) {
      monitor(inbox, pid);
      inbox.exit(pid, ExitReason.KILL);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.KILLED);
    }
  }

  @Test
  void aLossInTheMidstIsToldOnceAndLeavesTheOther() throws InterruptedException {
    Pid pid = stubborn();
    try (Inbox inbox = here.inbox()) {
      monitor(inbox, pid);
      wire.hold(Kind.TERMINATE);
      inbox.terminate(pid, WHY);
      Waiting.until("both sides are connected", () -> wire.connects(there, here));
      wire.cut(there, here);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
      wire.release(Kind.TERMINATE);
      // The next connection is another one, and brings nothing of the old.
      Waiting.until(
          "they are connected again",
          () -> {
            inbox.monitor(pid);
            return !there.info(pid).orElseThrow().monitoredBy().isEmpty();
          });
      assertThat(there.isAlive(pid)).isTrue();
    }
  }

  @Test
  void theDeadAreTerminatedWithoutAnError() throws InterruptedException {
    Pid pid = stubborn();
    there.exit(pid, ExitReason.KILL);
    Waiting.until("it is dead", () -> !there.isAlive(pid));
    try (Inbox inbox = here.inbox()) {
      inbox.terminate(pid, WHY);
      inbox.monitor(pid);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_PROC);
    }
  }
}
