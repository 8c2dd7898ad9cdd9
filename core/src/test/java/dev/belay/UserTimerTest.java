package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Timers leave nothing behind, however they end (TM8).
class UserTimerTest {
  private static final Duration LATER = Duration.ofHours(1);

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));

  @AfterEach
  void close() {
    node.close();
  }

  private static Cell cellOf(Pid pid) {
    return Objects.requireNonNull(pid.cell);
  }

  @Test
  void aTimerThatFiredIsGone() {
    try (Inbox inbox = node.inbox()) {
      for (int i = 0; i < 100; i++) {
        inbox.sendAfter(Duration.ofMillis(1), inbox.pid(), i);
        inbox.startTimer(Duration.ofMillis(1), new Name("nobody", node.name()), i);
      }
      for (int i = 0; i < 100; i++) {
        inbox.receive();
      }
      // Behind the hundred that go to nobody.
      inbox.sendAfter(Duration.ofMillis(2), inbox.pid(), "last");
      inbox.receive();
      assertThat(node.timers.armed()).isZero();
      assertThat(cellOf(inbox.pid()).timers).isNull();
    }
  }

  @Test
  void aTimerThatWasCancelledIsGone() {
    try (Inbox inbox = node.inbox()) {
      List<TimerRef> timers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        timers.add(inbox.sendAfter(LATER.plusMillis(i * 37 % 100), inbox.pid(), i));
        timers.add(inbox.sendAfter(LATER, new Name("nobody", node.name()), i));
      }
      assertThat(node.timers.armed()).isEqualTo(200);
      timers.forEach(timer -> assertThat(inbox.cancelTimer(timer)).isPresent());
      assertThat(node.timers.armed()).isZero();
      assertThat(cellOf(inbox.pid()).timers).isNull();
    }
  }

  @Test
  void timersOfTheDeadAreGone() {
    Pid pid = node.spawn(Belay::receive);
    for (int i = 0; i < 602; i++) {
      node.sendAfter(LATER.plusMillis(i), pid, i);
    }
    TimerRef byName = node.sendAfter(LATER, new Name("nobody", node.name()), "stays");
    assertThat(node.timers.armed()).isEqualTo(603);
    node.exit(pid, ExitReason.KILL);
    assertThat(node.isAlive(pid)).isFalse();
    assertThat(cellOf(pid).timers).isNull();
    Waiting.until("it is gone", () -> node.processCount() == 0);
    assertThat(node.timers.armed()).as("the one aimed at a name").isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      assertThat(node.readTimer(node.sendAfter(LATER, pid, "to the dead"))).isEmpty();
    }
    assertThat(node.timers.armed()).isEqualTo(1);
    assertThat(cellOf(pid).timers).isNull();
    assertThat(node.cancelTimer(byName)).isPresent();
    assertThat(node.timers.armed()).isZero();
  }

  /// A receive with a timeout, and a sleep, give their entry back.
  @Test
  void waitingLeavesNoDeadline() {
    node.run(() -> {
      Belay.send(Belay.self(), "there");
      assertThat(Belay.receive(LATER)).contains("there");
      Belay.sendAfter(Duration.ofMillis(5), Belay.self(), "comes");
      assertThat(Belay.receive(LATER)).contains("comes");
      assertThat(Belay.receive(Duration.ofMillis(5))).isEmpty();
      Belay.sleep(Duration.ofMillis(5));
      assertThat(node.timers.armed()).isZero();
    });
  }
}
