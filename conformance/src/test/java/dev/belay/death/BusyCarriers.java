package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.NodeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Kills processes while all carriers are busy with other threads, and looks when and how their
/// deaths are told.
///
/// To be run in a JVM of its own: `BusyCarriers what style`.
final class BusyCarriers {
  private static final Duration KILL_GRACE = Duration.ofMillis(100);

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final Inbox inbox = node.inbox();
  private final Style style;

  private BusyCarriers(Style style) {
    this.style = style;
  }

  public static void main(String[] args) {
    BusyCarriers busy = new BusyCarriers(Style.of(args, 1));
    switch (args[0]) {
      case "has time" -> busy.hasTime();
      case "needs none" -> busy.needsNone();
      case "not for ever" -> busy.notForEver();
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.exit(0);
  }

  private void hasTime() {
    List<Monitored> all = new ArrayList<>();
    all.add(waitingInAVerb());
    try (Hogs hogs = new Hogs()) {
      hogs.haveAllCarriers();
      if (style == Style.RECEIVE) {
        // In turns one that has not begun is between two turns.
        all.add(inbox.spawnMonitor(Belay::receive));
      }
      kill(all);
      hogs.keepThemFor(KILL_GRACE.multipliedBy(5));
      assertThat(inbox.receive(Down.class, Duration.ZERO)).as("before it could unwind").isEmpty();
      all.forEach(one -> assertThat(node.info(one.pid())).isPresent());
    }
    all.forEach(one -> assertThat(isDeclared(one)).isFalse());
    assertThat(node.quarantined()).isEmpty();
  }

  private void needsNone() {
    Body waiting = style.of(() -> Belay.send(inbox.pid(), "here"), message -> Behaviour.done());
    List<Monitored> all = new ArrayList<>();
    all.add(inbox.spawnMonitor(waiting));
    assertThat(inbox.receive(String.class)).isEqualTo("here");
    try (Hogs hogs = new Hogs()) {
      hogs.haveAllCarriers();
      all.add(inbox.spawnMonitor(waiting));
      kill(all);
      all.forEach(one -> assertThat(isDeclared(one)).isFalse());
    }
    assertThat(inbox.receive(String.class, Duration.ZERO)).as("of who never began").isEmpty();
  }

  private void notForEver() {
    Monitored one = waitingInAVerb();
    try (Hogs hogs = new Hogs()) {
      hogs.haveAllCarriers();
      kill(List.of(one));
      assertThat(isDeclared(one)).isTrue();
      assertThat(node.quarantined()).hasSize(1);
    }
    Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
  }

  /// In turns it is in its first one.
  private Monitored waitingInAVerb() {
    Monitored one =
        inbox.spawnMonitor(
            style.of(() -> {
              Belay.send(inbox.pid(), "here");
              Belay.receive();
            }));
    assertThat(inbox.receive(String.class)).isEqualTo("here");
    return one;
  }

  private void kill(List<Monitored> processes) {
    processes.forEach(one -> node.exit(one.pid(), ExitReason.KILL));
  }

  /// Waits for the death of a killed process.
  private boolean isDeclared(Monitored process) {
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
    return down.trail().hops().stream().anyMatch(hop -> hop.declared());
  }
}
