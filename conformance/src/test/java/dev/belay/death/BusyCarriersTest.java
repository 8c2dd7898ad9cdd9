package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Turns;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that would unwind, but is given no carrier to do so, is not declared dead as soon as
/// its grace is over; for ever nobody waits for it.
@BelayTest
class BusyCarriersTest {
  private static final Duration KILL_GRACE = Duration.ofMillis(100);

  @Test
  void aProcessThatIsNotGivenACarrierHasTime(Node node) {
    try (Inbox inbox = node.inbox()) {
      Monitored idle = idleProcess(inbox, Style.RECEIVE);
      Monitored inItsTurn = idleProcess(inbox, Style.TURNS);
      Monitored young;
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        young = inbox.spawnMonitor(Belay::receive);
        node.exit(idle.pid(), ExitReason.KILL);
        node.exit(inItsTurn.pid(), ExitReason.KILL);
        node.exit(young.pid(), ExitReason.KILL);
        hogs.keepThemFor(KILL_GRACE.multipliedBy(5));
        assertThat(inbox.receive(Down.class, Duration.ZERO)).as("before it could unwind").isEmpty();
        assertThat(node.info(idle.pid())).isPresent();
        assertThat(node.info(inItsTurn.pid())).isPresent();
      }
      assertThat(downOf(inbox, idle).trail().hops()).noneMatch(hop -> hop.declared());
      assertThat(downOf(inbox, inItsTurn).trail().hops()).noneMatch(hop -> hop.declared());
      assertThat(downOf(inbox, young).trail().hops()).noneMatch(hop -> hop.declared());
      assertThat(node.quarantined()).isEmpty();
    }
  }

  /// It has nothing to unwind.
  @Test
  void aProcessBetweenTwoTurnsNeedsNone(Node node) {
    try (Inbox inbox = node.inbox()) {
      Monitored idle = inbox.spawnMonitor(Turns.of(() -> waiting(inbox)));
      assertThat(inbox.receive(String.class)).isEqualTo("here");
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        Monitored young = inbox.spawnMonitor(Turns.of(() -> waiting(inbox)));
        node.exit(idle.pid(), ExitReason.KILL);
        node.exit(young.pid(), ExitReason.KILL);
        assertThat(downOf(inbox, idle).trail().hops()).noneMatch(hop -> hop.declared());
        assertThat(downOf(inbox, young).trail().hops()).noneMatch(hop -> hop.declared());
      }
    }
  }

  private static Behaviour waiting(Inbox inbox) {
    Belay.send(inbox.pid(), "here");
    return message -> Behaviour.done();
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  @Tag("full")
  void nobodyWaitsForItForEver(Style style, Node node, Expected expected) {
    try (Inbox inbox = node.inbox()) {
      Monitored idle = idleProcess(inbox, style);
      expected.quarantine(idle.pid());
      try (Hogs hogs = new Hogs()) {
        hogs.haveAllCarriers();
        node.exit(idle.pid(), ExitReason.KILL);
        assertThat(downOf(inbox, idle).trail().hops()).anyMatch(hop -> hop.declared());
      }
      Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
    }
  }

  /// Waits in a verb; in turns that is in its first one.
  private static Monitored idleProcess(Inbox inbox, Style style) {
    Monitored idle =
        inbox.spawnMonitor(
            style.of(() -> {
              Belay.send(inbox.pid(), "here");
              Belay.receive();
            }));
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
}
