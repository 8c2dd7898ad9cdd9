package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pids and references of a node that come back to it from others, as mere numbers, when their
/// processes are long dead: they are the node's own all the same.
@Timeout(30)
class ReturnedPidsTest {
  private static final int MANY = 600;

  private final Wire wire = new Wire();
  private final Node node = Node.start(NodeOptions.DEFAULT.name("home").daemon(true));
  private final Carrier.Access access;

  ReturnedPidsTest() {
    wire.add(node);
    access = wire.of(node);
  }

  @AfterEach
  void close() {
    node.close();
  }

  /// The pid of a process that has ended, as it comes back.
  private Pid dead() {
    Pid pid = node.spawn(() -> {});
    Waiting.until("it is gone", () -> node.processes().stream().noneMatch(pid::equals));
    Pid returned = access.pid(node.name(), access.creation(), pid.number());
    assertThat(returned).isEqualTo(pid).isNotSameAs(pid);
    return returned;
  }

  /// A pid of the node's name from before it was started.
  private Pid ofAnEarlierLife() {
    return access.pid(node.name(), access.creation() - 1, 1);
  }

  @Test
  void aLinkIsRefused() {
    for (Pid pid : List.of(dead(), ofAnEarlierLife())) {
      node.run(() -> {
        // L3
        assertThatThrownBy(() -> Belay.link(pid)).isInstanceOf(NoProcessException.class);
        Belay.trapExits(true);
        Belay.link(pid);
        Exit exit = Belay.receive(Exit.class);
        assertThat(exit.pid()).isEqualTo(pid);
        assertThat(exit.reason()).isEqualTo(ExitReason.NO_PROC);
      });
    }
  }

  @Test
  void aMonitorIsToldSo() {
    for (Pid pid : List.of(dead(), ofAnEarlierLife())) {
      node.run(() -> {
        // M4
        Ref ref = Belay.monitor(pid);
        Down down = Belay.receive(Down.class);
        assertThat(down.ref()).isEqualTo(ref);
        assertThat(down.reason()).isEqualTo(ExitReason.NO_PROC);
      });
    }
  }

  @Test
  void itIsNotAlive() {
    for (Pid pid : List.of(dead(), ofAnEarlierLife())) {
      assertThat(node.isAlive(pid)).isFalse();
      assertThat(node.info(pid)).isEmpty();
    }
  }

  @Test
  void aTimerForItDoesNotRun() {
    Pid pid = dead();
    TimerRef timer = node.sendAfter(Duration.ofHours(1), pid, "late");
    // TM8
    assertThat(node.readTimer(timer)).isEmpty();
    assertThat(node.cancelTimer(timer)).isEmpty();
  }

  @Test
  void aMonitorThatHasFiredCanBeFlushedHoweverManyThereAre() {
    node.run(() -> {
      List<Pid> pids = new ArrayList<>();
      List<int[]> refs = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        Pid pid = Belay.spawn(() -> Belay.receive());
        pids.add(pid);
        refs.add(access.words(Belay.monitor(pid)));
      }
      pids.forEach(pid -> Belay.exit(pid, ExitReason.KILL));
      Waiting.until(
          "all have been told of",
          () -> Belay.info(Belay.self()).orElseThrow().messageQueueLength() == MANY);
      // More monitors go out, so that the node looks which it has to know still.
      Pid pid = Belay.self();
      for (int i = 0; i < MANY; i++) {
        Ref alias = Belay.alias();
        access.words(alias);
        Belay.unalias(alias);
      }
      for (int[] words : refs) {
        Ref ref = access.reference(node.name(), access.creation(), words);
        assertThat(Belay.demonitor(ref, Demonitor.FLUSH, Demonitor.INFO)).isFalse();
      }
      // M10
      assertThat(Belay.info(pid).orElseThrow().messageQueueLength()).isZero();
    });
  }
}
