package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that would unwind, but is given no carrier to do so, is not declared dead as soon as
/// its grace is over; for ever nobody waits for it.
@BelayTest
class BusyCarriersTest {
  private static final Duration KILL_GRACE = Duration.ofMillis(100);

  @Test
  void aProcessThatIsNotGivenACarrierHasTime(Node node) {
    try (Inbox inbox = node.inbox()) {
      Monitored idle = idleProcess(inbox);
      Monitored young;
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        young = inbox.spawnMonitor(Belay::receive);
        node.exit(idle.pid(), ExitReason.KILL);
        node.exit(young.pid(), ExitReason.KILL);
        hogs.keepThemFor(KILL_GRACE.multipliedBy(5));
        assertThat(inbox.receive(Down.class, Duration.ZERO)).as("before it could unwind").isEmpty();
        assertThat(node.info(idle.pid())).isPresent();
      }
      assertThat(downOf(inbox, idle).trail().hops()).noneMatch(hop -> hop.declared());
      assertThat(downOf(inbox, young).trail().hops()).noneMatch(hop -> hop.declared());
      assertThat(node.quarantined()).isEmpty();
    }
  }

  @Test
  @Tag("full")
  void nobodyWaitsForItForEver(Node node, Expected expected) {
    try (Inbox inbox = node.inbox()) {
      Monitored idle = idleProcess(inbox);
      expected.quarantine(idle.pid());
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        node.exit(idle.pid(), ExitReason.KILL);
        assertThat(downOf(inbox, idle).trail().hops()).anyMatch(hop -> hop.declared());
      }
      Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
    }
  }

  private static Monitored idleProcess(Inbox inbox) {
    Monitored idle =
        inbox.spawnMonitor(() -> {
          Belay.send(inbox.pid(), "here");
          Belay.receive();
        });
    assertThat(inbox.receive(String.class)).isEqualTo("here");
    return idle;
  }

  private static Down downOf(Inbox inbox, Monitored process) {
    Down down =
        inbox
            .receive(
                message ->
                    message instanceof Down signal && signal.ref().equals(process.ref())
                        ? signal
                        : null,
                Duration.ofMinutes(1))
            .orElseThrow();
    assertThat(down.reason()).isEqualTo(ExitReason.KILLED);
    return down;
  }

  /// Virtual threads that compute without end, twice as many as there are carriers.
  private static final class Hogs implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger running = new AtomicInteger();
    private final int carriers = Runtime.getRuntime().availableProcessors();
    private final List<Thread> threads = new ArrayList<>();

    void haveAllCarriers() {
      for (int i = 0; i < 2 * carriers; i++) {
        threads.add(
            Thread.startVirtualThread(() -> {
              running.incrementAndGet();
              while (!over.get()) {
                Thread.onSpinWait();
              }
            }));
      }
      Await.until("all carriers are busy", () -> running.get() >= carriers);
    }

    void keepThemFor(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      Await.until("the time is over", () -> System.nanoTime() - end >= 0);
    }

    @Override
    public void close() {
      over.set(true);
      Await.until("the carriers are free", () -> threads.stream().noneMatch(Thread::isAlive));
    }
  }
}
