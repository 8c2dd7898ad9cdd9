package dev.belay.rules;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Monitors that are taken off while the monitored process dies (M9, M11, M13).
@BothStyles
class MonitorRaceTest extends Staged {
  @Test
  @Rule(value = "M9", otp = "erl_link:otp_5772_monitor")
  void noDownComesAfterDemonitorAndFlush() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid pid =
            spawn(
                PATIENT,
                () -> {
                  while (true) {
                    receive();
                  }
                });
        Ref monitor = monitor(pid);
        exit(pid, ExitReason.term("bang"));
        demonitor(monitor);
        receive(Down.class, Duration.ZERO);
        // Once it is dead nothing can be on its way any more.
        assertThat(isAlive(pid)).isFalse();
        settle();
        expectNothing();
      }
    });
  }

  @Test
  @Rule(value = "M11", otp = "monitor:local_remove_monitor")
  void theAnswerOfDemonitorIsTrueAtThatInstant() {
    run(() -> {
      Pid master = self();
      for (int group = 0; group < 100; group++) {
        spawnLink(() -> {
          List<Ref> monitors = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            monitors.add(monitor(spawn(() -> {})));
          }
          int on = 0;
          for (Ref monitor : monitors) {
            boolean was = demonitor(monitor, Demonitor.INFO);
            boolean there = takeDown(monitor).isPresent();
            if (was == there) {
              throw new AssertionError("demonitor said " + was + ", and a DOWN: " + there);
            }
            on += was ? 1 : 0;
          }
          expectNothing();
          send(master, on);
        });
      }
      int on = 0;
      for (int group = 0; group < 100; group++) {
        on += expect(Integer.class);
      }
      assertThat(on).isBetween(0, 10_000);
    });
  }

  @Test
  @Rule({"M9", "M11"})
  void noDownComesFromTheDyingAfterDemonitor() {
    Random random = new Random(1);
    run(() -> {
      for (int round = 0; round < 3_000; round++) {
        Together together = new Together();
        Pid dying = spawn(PATIENT, together::meet);
        Ref monitor = monitor(dying);
        int delay = random.nextInt(2_000);
        together.meet();
        Together.spend(delay);
        boolean was = demonitor(monitor, Demonitor.INFO);
        await("its death", () -> !isAlive(dying));
        settle();
        assertThat(takeDown(monitor).isPresent()).isEqualTo(!was);
        expectNothing();
      }
    });
  }

  @Test
  @Rule("M11")
  void withFlushTheAnswerTellsWhetherThatWasNeeded() {
    run(() -> {
      for (int round = 0; round < 10_000; round++) {
        Pid pid = spawn(() -> {});
        Ref monitor = monitor(pid);
        if (round % 3 == 0) {
          relinquish();
        }
        int before = dev.belay.Belay.info(self()).orElseThrow().messageQueueLength();
        boolean notNeeded = demonitor(monitor, Demonitor.FLUSH, Demonitor.INFO);
        // If the DOWN was there before, it had to be flushed.
        assertThat(before == 1 && notNeeded).isFalse();
        expectNothing();
        assertThat(demonitor(monitor, Demonitor.INFO)).isFalse();
        assertThat(demonitor(monitor, Demonitor.FLUSH, Demonitor.INFO)).isFalse();
      }
    });
  }

  private static Optional<Down> takeDown(Ref monitor) {
    return receive(
        m -> m instanceof Down down && down.ref().equals(monitor) ? down : null, Duration.ZERO);
  }

  @Test
  @Rule(
      value = {"M13", "A5"},
      otp = "monitor:down_on_alias_gh5310")
  void aDownIsVoidAfterDemonitorThoughTheReferenceIsStillAnAlias() {
    run(() -> {
      Pid parent = self();
      for (int round = 0; round < 200; round++) {
        ExitReason reason =
            round % 2 == 0 ? ExitReason.term("bye") : ExitReason.term(List.of("by", round));
        Pid dying =
            spawn(() -> {
              send(parent, "ready");
              receive(matching("go"::equals));
              throw exit(reason);
            });
        Pid watcher =
            spawnLink(() -> {
              Ref monitor = monitor(dying, MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT));
              send(parent, "ready");
              receive(matching("go"::equals));
              demonitor(monitor, Demonitor.FLUSH);
              await("its death", () -> !isAlive(dying));
              settle();
              expectNothing();
              send(monitor, "the alias lives");
              expectMessage("the alias lives");
              send(parent, "done");
            });
        expectMessage("ready");
        expectMessage("ready");
        send(dying, "go");
        send(watcher, "go");
        expectMessage("done");
      }
    });
  }

  @Test
  @Rule(
      value = {"M13", "A2", "A6"},
      otp = "monitor:unexpected_alias_at_demonitor_gh5310")
  void anAliasThatEndsWithItsMonitorIsNoAliasAfterDemonitor() {
    run(() -> {
      for (AliasMode mode : List.of(AliasMode.REPLY, AliasMode.DEMONITOR)) {
        Pid pid = spawnLink(() -> send(expect(Ref.class), "hello via alias"));
        Ref monitor = monitor(pid);
        Ref alias = monitor(pid, MonitorOptions.DEFAULT.alias(mode));
        demonitor(alias, Demonitor.FLUSH);
        send(pid, alias);
        downOf(monitor, pid, ExitReason.NORMAL);
        expectNothing();
      }
    });
  }
}
