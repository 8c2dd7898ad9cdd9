package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessInterruptedException;
import dev.belay.Ref;
import dev.belay.otp.Groups;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Monitors of process groups: rule PG10.
@BothStyles
@BelayTest
class GroupMonitorRulesTest {
  private static final String GROUP = "group";

  @BeforeEach
  void theScopeRunsOn(Expected expected) {
    expected.running();
  }

  private static List<Pid> sleepers(int count) {
    List<Pid> pids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pids.add(spawn(Belay::receive));
    }
    return pids;
  }

  @Rule(value = "PG10", otp = "pg:monitor")
  @Test
  void whoMonitorsAGroupIsToldEachChange(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      List<Pid> pids = sleepers(3);
      groups.join(GROUP, pids.getFirst());
      Groups.Monitor monitor = groups.monitor(GROUP);
      Ref ref = monitor.ref();
      assertThat(monitor.members()).containsExactly(pids.getFirst());
      groups.join("another", pids);
      groups.join(GROUP, pids);
      groups.leave(GROUP, pids.get(1), pids.get(1));
      groups.leave(GROUP, pids.get(1));
      exit(pids.getFirst(), ExitReason.KILL);
      assertThat(receive()).isEqualTo(new Groups.Joined(ref, GROUP, pids));
      assertThat(receive()).isEqualTo(new Groups.Left(ref, GROUP, List.of(pids.get(1))));
      // It was there twice.
      assertThat(receive())
          .isEqualTo(new Groups.Left(ref, GROUP, List.of(pids.getFirst(), pids.getFirst())));
      groups.leave(GROUP, pids.get(2));
      assertThat(groups.demonitor(ref)).isTrue();
      groups.join(GROUP, pids.get(2));
      assertThat(receive(Duration.ZERO)).isEmpty();
      assertThat(groups.demonitor(ref)).isFalse();
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    });
  }

  @Rule(
      value = "PG10",
      otp = {"pg:monitor_scope", "pg:monitor_nonempty_scope"})
  @Test
  void whoMonitorsAScopeIsToldAllChanges(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      List<Pid> pids = sleepers(2);
      Groups.ScopeMonitor empty = groups.monitorScope();
      assertThat(empty.groups()).isEmpty();
      groups.join("a", pids);
      groups.join("b", pids.getFirst());
      Groups.ScopeMonitor full = groups.monitorScope();
      assertThat(full.groups()).isEqualTo(Map.of("a", pids, "b", List.of(pids.getFirst())));
      groups.leave("a", pids.get(1));
      assertThat(received(empty.ref()))
          .containsExactly(
              new Groups.Joined(empty.ref(), "a", pids),
              new Groups.Joined(empty.ref(), "b", List.of(pids.getFirst())),
              new Groups.Left(empty.ref(), "a", List.of(pids.get(1))));
      assertThat(received(full.ref()))
          .containsExactly(new Groups.Left(full.ref(), "a", List.of(pids.get(1))));
      exit(pids.getFirst(), ExitReason.KILL);
      Await.until(() -> groups.groups().isEmpty());
      // The view changes before it is told; the answer to this comes after all.
      groups.leave("a", pids.getFirst());
      assertThat(received(full.ref()))
          .containsExactlyInAnyOrder(
              new Groups.Left(full.ref(), "a", List.of(pids.getFirst())),
              new Groups.Left(full.ref(), "b", List.of(pids.getFirst())));
      assertThat(groups.demonitor(empty.ref())).isTrue();
      assertThat(groups.demonitor(full.ref())).isTrue();
      groups.join("a", pids);
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }

  private static List<Groups.Change> received(Ref ref) {
    List<Groups.Change> changes = new ArrayList<>();
    while (true) {
      Groups.Change change =
          receive(
                  m -> m instanceof Groups.Change c && c.ref().equals(ref) ? c : null,
                  Duration.ZERO)
              .orElse(null);
      if (change == null) {
        return changes;
      }
      changes.add(change);
    }
  }

  @Rule(value = "PG10", otp = "pg:monitor")
  @Test
  void aMonitorEndsWithItsProcess(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      for (int round = 0; round < 20; round++) {
        Await.down(
            spawnMonitor(() -> {
              groups.monitor(GROUP);
              groups.monitorScope();
            }));
      }
      Pid scope = groups.pid().orElseThrow();
      Await.until(() -> info(scope).map(ProcessInfo::monitors).orElseThrow().isEmpty());
      groups.join(GROUP, self());
      assertThat(node.dropCounters().noReceiver()).isZero();
    });
  }

  @Rule("PG10")
  @Test
  void whoCeasesToMonitorIsForgotten(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      Groups.Monitor one = groups.monitor(GROUP);
      Groups.ScopeMonitor all = groups.monitorScope();
      assertThat(groups.demonitor(one.ref())).isTrue();
      assertThat(groups.demonitor(all.ref())).isTrue();
      groups.join(GROUP, self());
      // Of the member only, and nothing is sent to whoever wants no more.
      assertThat(info(groups.pid().orElseThrow()).orElseThrow().monitors()).hasSize(1);
      assertThat(node.dropCounters().noReceiver()).isZero();
    });
  }

  @Rule("PG10")
  @Test
  void whoIsInterruptedMonitorsNothing(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      groups.join(GROUP, self());
      Pid scope = groups.pid().orElseThrow();
      ServerRef<Object> server = ServerRef.of(node, scope, Object.class);
      Sys.suspend(server);
      for (boolean all : new boolean[] {false, true}) {
        // The scope finds the request nevertheless, and later.
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(ProcessInterruptedException.class)
            .isThrownBy(() -> {
              if (all) {
                groups.monitorScope();
              } else {
                groups.monitor(GROUP);
              }
            });
      }
      Sys.resume(server);
      groups.join(GROUP, self());
      assertThat(receive(Duration.ZERO)).isEmpty();
      // Of the member only.
      assertThat(info(scope).orElseThrow().monitors()).hasSize(1);
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
    });
  }

  /// Many join and leave, are killed and come again, while others begin and cease to monitor: each
  /// who adds up what he is told has what is there.
  @Rule("PG10")
  @Test
  void nothingIsMissingAndNothingTwice(Node node) {
    Groups groups = Groups.of(node);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger monitored = new AtomicInteger();
    node.run(() -> {
      List<Monitored> monitors = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i;
        monitors.add(
            spawnMonitor(() -> {
              while (!stop.get()) {
                addUp(groups, number % 2 == 0, 50);
                monitored.incrementAndGet();
              }
            }));
      }
      SplittableRandom random = new SplittableRandom(5);
      for (int round = 0;
          round < 100
              || (monitored.get() < 20 && monitors.stream().allMatch(GroupMonitorRulesTest::runs));
          round++) {
        List<Monitored> members = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          SplittableRandom its = random.split();
          members.add(
              spawnMonitor(
                  Staged.PATIENT,
                  () -> {
                    for (int step = 0; step < 10; step++) {
                      int group = its.nextInt(3);
                      if (its.nextBoolean()) {
                        groups.join(group, self(), self());
                      } else {
                        groups.leave(group, self());
                      }
                    }
                  }));
        }
        exit(members.getFirst().pid(), ExitReason.KILL);
        members.forEach(Await::down);
      }
      stop.set(true);
      // Those who wait for more are told.
      while (monitors.stream().anyMatch(GroupMonitorRulesTest::runs)) {
        groups.join(0, self());
        groups.leave(0, self());
      }
      for (Monitored monitor : monitors) {
        assertThat(Await.down(monitor).reason()).isEqualTo(ExitReason.NORMAL);
      }
    });
  }

  private static boolean runs(Monitored process) {
    return Belay.isAlive(process.pid());
  }

  /// Monitors for some changes, and compares with what a new monitor begins with.
  private static void addUp(Groups groups, boolean all, int changes) {
    Map<Object, List<Pid>> sum = new HashMap<>();
    Ref ref;
    if (all) {
      Groups.ScopeMonitor monitor = groups.monitorScope();
      ref = monitor.ref();
      monitor.groups().forEach((group, pids) -> sum.put(group, new ArrayList<>(pids)));
    } else {
      Groups.Monitor monitor = groups.monitor(0);
      ref = monitor.ref();
      sum.put(0, new ArrayList<>(monitor.members()));
    }
    for (int i = 0; i < changes; i++) {
      add(sum, ref, receive(Groups.Change.class));
    }
    // It begins to monitor once more, and marks a moment by a change of its own: then both agree.
    Groups.ScopeMonitor now = groups.monitorScope();
    Map<Object, List<Pid>> there = new HashMap<>();
    now.groups().forEach((group, pids) -> there.put(group, new ArrayList<>(pids)));
    groups.join(0, self());
    List<Pid> mark = List.of(self());
    addUntil(sum, new Groups.Joined(ref, 0, mark));
    addUntil(there, new Groups.Joined(now.ref(), 0, mark));
    groups.leave(0, self());
    groups.demonitor(now.ref());
    groups.demonitor(ref);
    assertThat(receive(Duration.ZERO)).isEmpty();
    sum.values().removeIf(List::isEmpty);
    there.values().removeIf(List::isEmpty);
    if (!all) {
      there.keySet().retainAll(List.of(0));
    }
    assertThat(sum).isEqualTo(there);
  }

  private static void addUntil(Map<Object, List<Pid>> sum, Groups.Change last) {
    while (true) {
      Groups.Change change =
          receive(m -> m instanceof Groups.Change c && c.ref().equals(last.ref()) ? c : null);
      add(sum, last.ref(), change);
      if (change.equals(last)) {
        return;
      }
    }
  }

  private static void add(Map<Object, List<Pid>> sum, Ref ref, Groups.Change change) {
    assertThat(change.ref()).isEqualTo(ref);
    List<Pid> pids = sum.computeIfAbsent(change.group(), group -> new ArrayList<>());
    switch (change) {
      case Groups.Joined joined -> pids.addAll(joined.pids());
      case Groups.Left left ->
          left.pids().forEach(pid -> assertThat(pids.remove(pid)).as("%s", pid).isTrue());
    }
  }
}
