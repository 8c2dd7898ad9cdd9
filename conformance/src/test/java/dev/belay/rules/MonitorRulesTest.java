package dev.belay.rules;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unalias;
import static dev.belay.Belay.unregister;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.Subject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Monitors: making them and what they tell (M1–M7, M16, M18–M20).
@BothStyles
class MonitorRulesTest extends Staged {
  private static final ExitReason FROP = ExitReason.term("frop");

  @Test
  @Rule(
      value = {"M1", "M10"},
      otp = "monitor:demonitor_flush")
  void eachMonitorIsOneOfItsOwn() {
    run(() -> {
      Pid pid = spawn(dev.belay.Belay::receive);
      Ref first = monitor(pid);
      Ref second = monitor(pid);
      Ref third = monitor(pid);
      Ref fourth = monitor(pid);
      assertThat(info(self()).orElseThrow().monitors()).containsExactly(pid, pid, pid, pid);
      assertThat(demonitor(first, Demonitor.FLUSH, Demonitor.FLUSH)).isTrue();
      exit(pid, ExitReason.term("bang"));
      downOf(second, pid, ExitReason.term("bang"));
      await("the others", () -> info(self()).orElseThrow().messageQueueLength() == 2);
      assertThat(demonitor(third, Demonitor.FLUSH)).isTrue();
      demonitor(fourth);
      downOf(fourth, pid, ExitReason.term("bang"));
      expectNothing();
    });
  }

  @Test
  @Rule(
      value = {"M2", "M3", "M4", "M19"},
      otp = "monitor:mon_1")
  void aDownSaysWhoAndWhy() {
    run(() -> {
      Pid brief = spawn(() -> {});
      Ref monitor = monitor(brief);
      Down down = expect(Down.class);
      assertThat(down.ref()).isEqualTo(monitor);
      assertThat(down.reason()).isIn(ExitReason.NORMAL, ExitReason.NO_PROC);
      Monitored atomic = spawnMonitor(() -> {});
      downOf(atomic.ref(), atomic.pid(), ExitReason.NORMAL);

      Pid other = spawn(dev.belay.Belay::receive);
      Ref others = monitor(other);
      exit(other, FROP);
      downOf(others, other, FROP);
      Monitored atomicToo = spawnMonitor(dev.belay.Belay::receive);
      exit(atomicToo.pid(), FROP);
      downOf(atomicToo.ref(), atomicToo.pid(), FROP);

      downOf(monitor(other), other, ExitReason.NO_PROC);

      // By name.
      Name name = new Name("jeeves", node().name());
      Pid jeeves = spawn(SpawnOptions.DEFAULT.name("jeeves"), dev.belay.Belay::receive);
      Ref byText = monitor("jeeves");
      send(jeeves, "stop");
      Down named = downOf(byText, name, ExitReason.NORMAL);
      assertThat(named.pid()).isEqualTo(jeeves);
      Pid next = spawn(SpawnOptions.DEFAULT.name("jeeves"), dev.belay.Belay::receive);
      Ref byName = monitor(name);
      exit(next, FROP);
      assertThat(downOf(byName, name, FROP).pid()).isEqualTo(next);
      assertThat(downOf(monitor(name), name, ExitReason.NO_PROC).process()).isNull();
      assertThat(downOf(monitor("jeeves"), name, ExitReason.NO_PROC).process()).isNull();
      expectNothing();
    });
  }

  @Test
  @Rule(
      value = {"M2", "M19"},
      otp = {"monitor:case_1", "monitor:case_1a", "monitor:case_2", "monitor:case_2a"})
  void watcherAndWatchedMayKillOrDemonitorEachOther() {
    run(() -> {
      for (boolean atomic : List.of(false, true)) {
        // The watched kills its watcher and ends.
        Monitored watcher =
            spawnMonitor(() -> {
              Pid me = self();
              watch(
                  atomic,
                  () -> {
                    receive(matching("ok"::equals));
                    exit(me, ExitReason.term("foo"));
                  });
              receive(matching("never"::equals));
            });
        downOf(watcher.ref(), watcher.pid(), ExitReason.term("foo"));
        // The watched tries to take the monitor off, which is not its own.
        Pid me = self();
        Monitored watched =
            watch(
                atomic,
                () -> {
                  Ref ref = expect(Ref.class);
                  demonitor(ref);
                  send(me, demonitor(ref, Demonitor.INFO));
                });
        send(watched.pid(), watched.ref());
        expectMessage(false);
        downOf(watched.ref(), watched.pid(), ExitReason.NORMAL);
      }
    });
  }

  /// Spawns and monitors, in one step or two, and lets the process begin.
  private static Monitored watch(boolean atomic, dev.belay.Body body) {
    Monitored child;
    if (atomic) {
      child = spawnMonitor(body);
    } else {
      Pid pid = spawn(body);
      child = new Monitored(pid, monitor(pid));
    }
    send(child.pid(), "ok");
    return child;
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  @Rule(
      value = {"M4", "A5", "M18"},
      otp = "monitor:monitor_3_noproc_gh6185")
  void whoMonitorsWhatIsNotThereIsTold(boolean alias, boolean tagged) {
    Pid dead = dead();
    run(() -> {
      List<Subject> nobody =
          List.of(
              dead, new Name("undefined name", node().name()), new Name("another", node().name()));
      for (Subject subject : nobody) {
        Object tag = new Object();
        Ref monitor = monitor(subject, options(alias, tagged, tag));
        Down down = downOf(monitor, subject, ExitReason.NO_PROC);
        assertThat(down.userTag()).isSameAs(tagged ? tag : null);
        if (alias) {
          send(monitor, "by alias");
          expectMessage("by alias");
          assertThat(unalias(monitor)).isTrue();
        }
        send(monitor, "too late");
        expectNothing();
      }
      // And if the watcher dies at once, nothing is left.
      for (Subject subject : nobody) {
        Monitored watcher =
            spawnMonitor(() -> {
              monitor(subject, options(alias, tagged, "tag"));
              throw exit(FROP);
            });
        downOf(watcher.ref(), watcher.pid(), FROP);
      }
    });
  }

  private static MonitorOptions options(boolean alias, boolean tagged, Object tag) {
    MonitorOptions options = MonitorOptions.DEFAULT;
    options = alias ? options.alias(AliasMode.EXPLICIT) : options;
    return tagged ? options.tag(tag) : options;
  }

  @Test
  @Rule(
      value = "M5",
      otp = {"monitor:named_down", "monitor:list_cleanup"})
  void aNameIsLookedUpOnce() {
    run(() -> {
      Name name = new Name("name", node().name());
      Pid first = spawn(dev.belay.Belay::receive);
      Pid second = spawn(dev.belay.Belay::receive);
      register("name", first);
      Ref monitor = monitor("name");
      unregister("name");
      register("name", second);
      exit(second, FROP);
      assertThat(dev.belay.Belay.isAlive(second)).isFalse();
      settle();
      expectNothing();
      exit(first, ExitReason.SHUTDOWN);
      Down down = downOf(monitor, name, ExitReason.SHUTDOWN);
      assertThat(down.pid()).isEqualTo(first);
      // Registered later.
      Ref early = monitor("later");
      downOf(early, new Name("later", node().name()), ExitReason.NO_PROC);
      Pid third = spawn(dev.belay.Belay::receive);
      register("later", third);
      exit(third, FROP);
      assertThat(dev.belay.Belay.isAlive(third)).isFalse();
      settle();
      expectNothing();
    });
  }

  @Test
  @Rule(
      value = "M6",
      otp = {"erl_link:process_monitors", "monitor:demon_2"})
  void monitoringOneselfNeverFires() {
    run(() -> {
      Ref byPid = monitor(self());
      register("me");
      Ref byName = monitor("me");
      assertThat(byPid).isNotEqualTo(byName);
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
      assertThat(info(self()).orElseThrow().monitoredBy()).doesNotContain(self());
      demonitor(byPid);
      demonitor(byPid);
      demonitor(byName);
      expectNothing();
      Monitored child =
          spawnMonitor(() -> {
            monitor(self());
            throw exit(FROP);
          });
      downOf(child.ref(), child.pid(), FROP);
    });
  }

  @Test
  @Rule(
      value = {"M16", "M3"},
      otp = {"monitor:mon_2", "erl_link:dist_process_monitors"})
  void whatCannotBeReachedGivesNoConnection() {
    Node other = nodes().start();
    Puppet there = Puppet.start(other, PATIENT.name("jeeves"));
    expected().maybeRunning(there.pid());
    run(() -> {
      Name name = new Name("jeeves", other.name());
      assertThat(downOf(monitor(there.pid()), there.pid(), ExitReason.NO_CONNECTION).pid())
          .isEqualTo(there.pid());
      downOf(monitor(name), name, ExitReason.NO_CONNECTION);
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
      Ref monitor = monitor(there.pid());
      demonitor(monitor, Demonitor.FLUSH);
      expectNothing();
    });
    assertThat(there.info().monitoredBy()).isEmpty();
  }

  @Test
  @Rule(value = "M18", otp = "process:monitor_tag")
  void aMonitorMayHaveATag() {
    Puppet elsewhere = Puppet.start(nodes().start(), PATIENT);
    expected().maybeRunning(elsewhere.pid());
    Pid dead = dead();
    run(() -> {
      List<Object> tag = List.of("any", "value");
      MonitorOptions tagged = MonitorOptions.DEFAULT.tag(tag);
      Pid named = spawn(SpawnOptions.DEFAULT.name("named"), dev.belay.Belay::receive);
      List<Ref> monitors = new ArrayList<>();
      monitors.add(monitor(named, tagged));
      monitors.add(monitor(new Name("named", node().name()), tagged));
      exit(named, FROP);
      monitors.add(monitor(dead, tagged));
      monitors.add(monitor(new Name("nobody", node().name()), tagged));
      monitors.add(monitor(elsewhere.pid(), tagged));
      monitors.add(spawnMonitor(SpawnOptions.DEFAULT, tagged, () -> {}).ref());
      for (Ref monitor : monitors) {
        assertThat(downOf(monitor).tag()).contains(tag);
      }
      Monitored plain = spawnMonitor(() -> {});
      assertThat(downOf(plain.ref()).tag()).isEmpty();
      Ref flushed = monitor(dead, tagged);
      assertThat(demonitor(flushed, Demonitor.FLUSH, Demonitor.INFO)).isFalse();
      expectNothing();
    });
  }

  @Test
  @Rule(value = "M18", otp = "monitor:monitor_tag_storage")
  void aThousandTaggedDowns() {
    run(() -> {
      Object tag = new Object();
      List<Pid> children = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        children.add(spawn(dev.belay.Belay::receive));
        monitor(children.getLast(), MonitorOptions.DEFAULT.tag(tag));
      }
      children.forEach(child -> exit(child, FROP));
      await("all", () -> info(self()).orElseThrow().messageQueueLength() == 1_000);
      for (int i = 0; i < 1_000; i++) {
        Down down = expect(Down.class);
        assertThat(down.userTag()).isSameAs(tag);
        assertThat(down.reason()).isEqualTo(FROP);
        assertThat(children.remove(down.pid())).isTrue();
      }
    });
  }

  @Test
  @Rule(value = "M19", otp = "process:dist_spawn_monitor")
  void spawnMonitorHasTheTrueReason() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Monitored child =
            spawnMonitor(() -> {
              throw exit(FROP);
            });
        downOf(child.ref(), child.pid(), FROP);
      }
    });
  }

  @Test
  @Rule(value = "M20", otp = "process:spawn_request_bif")
  void whoIsLinkedAndMonitorsHearsBoth() {
    run(() -> {
      trapExits(true);
      Monitored child =
          spawnMonitor(
              SpawnOptions.DEFAULT.link(),
              () -> {
                throw exit(FROP);
              });
      downOf(child.ref(), child.pid(), FROP);
      Exit exit = expect(Exit.class);
      assertThat(exit.pid()).isEqualTo(child.pid());
      assertThat(exit.reason()).isEqualTo(FROP);
      expectNothing();
    });
  }
}
