package dev.belay.rules;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Demonitor;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who is listed where, and taking monitors off (M8–M10, M12, M15, M17).
@BothStyles
class MonitorBookkeepingTest extends Staged {
  private static final ExitReason FROP = ExitReason.term("frop");

  @Test
  @Rule(
      value = {"M8", "M9", "M12", "M17"},
      otp = "erl_link:process_monitors")
  void bothEndsKnowOfTheMonitorUntilItIsGone() {
    for (boolean byName : List.of(false, true)) {
      Puppet watcher = puppet();
      Puppet watched = puppet(PATIENT.name("watched"));
      Subject subject = byName ? new Name("watched", node().name()) : watched.pid();
      Ref first = watcher.call(() -> monitor(subject));
      monitored(watcher, watched, subject);
      // Not its own: no error, and no effect.
      watched.does(() -> demonitor(first));
      monitored(watcher, watched, subject);
      watcher.does(() -> demonitor(first));
      notMonitored(watcher, watched);
      Ref second = watcher.call(() -> monitor(subject));
      monitored(watcher, watched, subject);
      watched.cast(() -> {
        throw exit(FROP);
      });
      Down down = watcher.call(() -> downOf(second, subject, FROP));
      assertThat(down.pid()).isEqualTo(watched.pid());
      assertThat(watcher.info().monitors()).isEmpty();
      Ref third = watcher.call(() -> monitor(subject));
      watcher.does(() -> downOf(third, subject, ExitReason.NO_PROC));
      assertThat(watcher.info().monitors()).isEmpty();
      watcher.does(Staged::expectNothing);
    }
  }

  @Test
  @Rule(
      value = {"M5", "M8", "M15", "M17"},
      otp = "monitor:list_cleanup")
  void listsAreCleanedUp() {
    Puppet master = puppet(PATIENT.name("master"));
    Name mastersName = new Name("master", node().name());
    Puppet first = puppet(PATIENT.name("jeeves"));
    Ref plain = master.call(() -> monitor(first.pid()));
    monitored(master, first, first.pid());
    master.does(() -> demonitor(plain));
    notMonitored(master, first);
    Name jeeves = new Name("jeeves", node().name());
    Ref named = master.call(() -> monitor("jeeves"));
    monitored(master, first, jeeves);
    first.cast(() -> {
      throw exit(ExitReason.NORMAL);
    });
    master.does(() -> downOf(named, jeeves, ExitReason.NORMAL));
    assertThat(master.info().monitors()).isEmpty();

    // The watcher dies.
    Puppet second = puppet();
    second.does(() -> monitor("master"));
    monitored(second, master, mastersName);
    second.cast(() -> {
      throw exit(FROP);
    });
    await("the end of the monitor", () -> master.info().monitoredBy().isEmpty());
    master.does(Staged::expectNothing);
  }

  @Test
  @Rule(
      value = {"M1", "M15", "M17"},
      otp = "monitor:mixer")
  void manyMonitorEachOther() {
    for (int round = 0; round < 10; round++) {
      mix(true, false, true);
      mix(true, false, false);
      mix(true, true, true);
      mix(true, true, false);
    }
  }

  /// Ten puppets and one in the middle watch each other, and stop.
  private void mix(boolean theyWatch, boolean itWatches, boolean byDying) {
    Puppet middle = puppet();
    List<Puppet> around = IntStream.range(0, 10).mapToObj(i -> puppet()).toList();
    Pid[] pids = around.stream().map(Puppet::pid).toArray(Pid[]::new);
    Map<Puppet, Ref> theirs = new HashMap<>();
    Map<Puppet, Ref> its = new HashMap<>();
    for (Puppet puppet : around) {
      if (theyWatch) {
        theirs.put(puppet, puppet.call(() -> monitor(middle.pid())));
      }
      if (itWatches) {
        its.put(puppet, middle.call(() -> monitor(puppet.pid())));
      }
    }
    assertThat(middle.info().monitoredBy()).containsExactlyInAnyOrder(pids);
    assertThat(middle.info().monitors())
        .containsExactlyInAnyOrder(itWatches ? pids : new Subject[0]);
    if (byDying) {
      around.forEach(puppet ->
          puppet.cast(() -> {
            throw exit(FROP);
          }));
      its.forEach((puppet, ref) -> middle.does(() -> downOf(ref, puppet.pid(), FROP)));
    } else {
      theirs.forEach((puppet, ref) -> puppet.does(() -> demonitor(ref)));
      its.forEach((puppet, ref) -> middle.does(() -> demonitor(ref)));
    }
    await(
        "empty lists",
        () -> middle.info().monitoredBy().isEmpty() && middle.info().monitors().isEmpty());
    middle.does(Staged::expectNothing);
    Stream.concat(around.stream(), Stream.of(middle)).forEach(Puppet::kill);
  }

  @Test
  @Rule(
      value = "M9",
      otp = {"monitor:demon_1", "monitor:demon_2", "monitor:demon_3"})
  void aMonitorMayBeTakenOffAtAnyTime() {
    Puppet elsewhere = Puppet.start(nodes().start(), PATIENT);
    expected().maybeRunning(elsewhere.pid());
    Ref foreign = elsewhere.call(() -> monitor(elsewhere.pid()));
    run(() -> {
      demonitor(makeRef());
      demonitor(foreign);
      Pid pid = spawn(PATIENT, dev.belay.Belay::receive);
      Ref before = monitor(pid);
      demonitor(before);
      demonitor(before);
      exit(pid, FROP);
      assertThat(dev.belay.Belay.isAlive(pid)).isFalse();
      settle();
      expectNothing();

      // The DOWN that is queued already stays.
      Pid other = spawn(PATIENT, dev.belay.Belay::receive);
      Ref after = monitor(other);
      exit(other, FROP);
      await("the DOWN", () -> dev.belay.Belay.info(self()).orElseThrow().messageQueueLength() == 1);
      demonitor(after);
      downOf(after, other, FROP);
      demonitor(after);
      expectNothing();

      Ref unreachable = monitor(elsewhere.pid());
      demonitor(unreachable);
      downOf(unreachable, elsewhere.pid(), ExitReason.NO_CONNECTION);
      expectNothing();
    });
  }

  @Test
  @Rule(value = "M10", otp = "monitor:demonitor_flush")
  void flushRemovesTheDownOfThatMonitorOnly() {
    Pid dead = dead();
    run(() -> {
      List<Ref> monitors = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        monitors.add(
            i % 2 == 0
                ? monitor(dead)
                : monitor(dead, dev.belay.MonitorOptions.DEFAULT.tag("tag " + i)));
      }
      dev.belay.Belay.send(self(), "a message");
      demonitor(monitors.get(1), Demonitor.FLUSH);
      demonitor(monitors.get(4), Demonitor.FLUSH);
      demonitor(monitors.get(4), Demonitor.FLUSH);
      for (int i : List.of(0, 2, 3)) {
        Object next = dev.belay.Belay.receive(PATIENCE).orElseThrow();
        assertThat(next)
            .isInstanceOfSatisfying(
                Down.class, down -> assertThat(down.ref()).isEqualTo(monitors.get(i)));
      }
      expectMessage("a message");
      expectNothing();
    });
  }

  @Test
  @Rule(
      value = "M12",
      otp = {"monitor:demon_e_1", "monitor:demonitor_flush"})
  void somebodyElsesMonitorStays() {
    Puppet watcher = puppet();
    Puppet watched = puppet();
    Ref monitor = watcher.call(() -> monitor(watched.pid()));
    run(() -> {
      demonitor(monitor);
      assertThat(demonitor(monitor, Demonitor.FLUSH)).isTrue();
      assertThat(demonitor(monitor, Demonitor.INFO)).isFalse();
      assertThat(demonitor(makeRef(), Demonitor.INFO)).isFalse();
    });
    monitored(watcher, watched, watched.pid());
    watched.kill();
    watcher.does(() -> downOf(monitor, watched.pid(), ExitReason.KILLED));
  }

  private static void monitored(Puppet watcher, Puppet watched, Subject subject) {
    assertThat(watcher.info().monitors()).containsExactly(subject);
    assertThat(watched.info().monitoredBy()).containsExactly(watcher.pid());
  }

  private static void notMonitored(Puppet watcher, Puppet watched) {
    assertThat(watcher.info().monitors()).isEmpty();
    assertThat(watched.info().monitoredBy()).isEmpty();
  }
}
