package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Groups;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
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

/// Process groups: section PG.
@BothStyles
@BelayTest
class GroupRulesTest {
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

  @Rule(
      value = "PG1",
      otp = {"pg:process_owner_check", "pg:errors", "pg:single"})
  @Test
  void onlyProcessesOfTheNodeJoin(Node node, Nodes nodes) {
    Groups groups = Groups.of(node);
    Node other = nodes.start();
    Pid stranger = other.spawn(Belay::receive);
    node.run(() -> {
      assertThat(groups.members(GROUP)).isEmpty();
      assertThat(groups.groups()).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> groups.join(GROUP, self(), stranger))
          .withMessageContaining(stranger + "): the process is of node " + other.name());
      assertThat(groups.members(GROUP)).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> groups.leave(GROUP, stranger))
          .withMessageContaining(stranger.toString());
      groups.join(GROUP);
      assertThat(groups.groups()).isEmpty();
      groups.join(GROUP, self());
      assertThat(groups.members(GROUP)).containsExactly(self());
      assertThat(groups.localMembers(GROUP)).containsExactly(self());
      assertThat(groups.groups()).containsExactly(GROUP);
      assertThat(groups.leave(GROUP, self())).isTrue();
      assertThat(groups.groups()).isEmpty();
      assertThat(groups.members(GROUP)).isEmpty();
    });
  }

  @Rule(
      value = "PG2",
      otp = {"pg:double", "pg:group_leave"})
  @Test
  void oneMayJoinSeveralTimes(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      Pid me = self();
      Pid other = sleepers(1).getFirst();
      groups.join(GROUP, me);
      groups.join(GROUP, other, me);
      assertThat(groups.members(GROUP)).containsExactly(me, other, me);
      assertThat(groups.leave(GROUP, me)).isTrue();
      assertThat(groups.members(GROUP)).containsExactly(other, me);
      assertThat(groups.leave("another", me)).isFalse();
      assertThat(groups.leave(GROUP, me, me, me)).isTrue();
      assertThat(groups.members(GROUP)).containsExactly(other);
      assertThat(groups.leave(GROUP, me)).isFalse();
      assertThat(groups.leave(GROUP, me, other)).isTrue();
      assertThat(groups.groups()).isEmpty();
      // Those who are in no group are of no concern any more.
      Pid scope = groups.pid().orElseThrow();
      assertThat(info(scope).map(ProcessInfo::monitors).orElseThrow()).isEmpty();
    });
  }

  /// Whenever one looks, it is as if each change had been made to a list.
  @Rule("PG2")
  @Test
  void manyChangesInARow(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      List<Pid> pids = sleepers(20);
      List<Pid> model = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(7);
      for (int round = 0; round < 2_000; round++) {
        List<Pid> some = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          some.add(pids.get(random.nextInt(pids.size())));
        }
        // For a while it grows, then it shrinks.
        if (random.nextInt(10) < (round / 500 % 2 == 0 ? 6 : 4)) {
          groups.join(GROUP, some);
          model.addAll(some);
        } else {
          boolean any = false;
          for (Pid pid : some) {
            any |= model.remove(pid);
          }
          assertThat(groups.leave(GROUP, some)).isEqualTo(any);
        }
        if (random.nextInt(10) == 0) {
          assertThat(groups.members(GROUP)).isEqualTo(model);
        }
      }
      assertThat(groups.members(GROUP)).isEqualTo(model);
    });
  }

  @Rule(
      value = "PG3",
      otp = {"pg:two", "pg:initial"})
  @Test
  void whatIsDoneIsSeenByAll(Node node) {
    Groups groups = Groups.of(node);
    Pid pid = node.spawn(Belay::receive);
    for (int round = 0; round < 200; round++) {
      groups.join(GROUP, pid);
      assertThat(groups.members(GROUP)).containsExactly(pid);
      node.run(() -> {
        assertThat(Groups.of(node).members(GROUP)).containsExactly(pid);
        groups.leave(GROUP, pid);
      });
      assertThat(groups.members(GROUP)).isEmpty();
    }
  }

  /// A batch is seen whole or not at all.
  @Rule("PG3")
  @Test
  void aBatchIsOneChange(Node node) {
    Groups groups = Groups.of(node);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger torn = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    node.run(() -> {
      List<Pid> batch = sleepers(10);
      Monitored reader =
          spawnMonitor(() -> {
            while (!stop.get()) {
              int size = groups.members(GROUP).size();
              if (size % batch.size() != 0) {
                torn.incrementAndGet();
              }
              if (size > 0) {
                seen.incrementAndGet();
              }
              Belay.relinquish();
            }
          });
      for (int round = 0; round < 200 || (seen.get() == 0 && round < 100_000); round++) {
        groups.join(GROUP, batch);
        groups.leave(GROUP, batch);
      }
      stop.set(true);
      Await.down(reader);
    });
    assertThat(torn).hasValue(0);
  }

  @Rule(value = "PG4", otp = "pg:two")
  @Test
  void whoEndsLeavesAllGroups(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      Pid stays = sleepers(1).getFirst();
      Monitored goes = spawnMonitor(() -> Await.message("end"));
      for (int i = 0; i < 10; i++) {
        groups.join(i, goes.pid());
        groups.join(i % 3, goes.pid(), stays);
      }
      send(goes.pid(), "end");
      Await.down(goes);
      Await.until(() -> groups.groups().size() == 3);
      assertThat(groups.members(0)).containsExactly(stays, stays, stays, stays);
      assertThat(groups.members(1)).containsExactly(stays, stays, stays);
      // Whoever is dead already leaves as well.
      groups.join("late", goes.pid());
      Await.until(() -> groups.members("late").isEmpty());
    });
  }

  @Rule(value = "PG4", otp = "pg:leave_exit_race")
  @Test
  void leavingWhileEnding(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      SplittableRandom random = new SplittableRandom(3);
      for (int round = 0; round < 300; round++) {
        Monitored member =
            spawnMonitor(
                Staged.PATIENT,
                () -> {
                  groups.join(GROUP, self());
                  groups.join("other", self(), self());
                  while (groups.leave(GROUP, self())) {
                    groups.join(GROUP, self());
                  }
                });
        Pid pid = member.pid();
        Monitored leaver =
            spawnMonitor(() -> {
              for (int i = 0; i < 3; i++) {
                groups.leave(GROUP, pid);
                groups.leave("other", pid);
              }
            });
        Together.spend(random.nextInt(2_000));
        exit(pid, ExitReason.KILL);
        Await.down(member);
        Await.down(leaver);
      }
      Await.until(() -> groups.groups().isEmpty());
      // Nor is anything left of them where nobody sees it.
      Pid scope = groups.pid().orElseThrow();
      Await.until(() -> info(scope).map(ProcessInfo::monitors).orElseThrow().isEmpty());
      groups.join(GROUP, self());
      assertThat(groups.members(GROUP)).containsExactly(self());
    });
  }

  @Rule(
      value = "PG7",
      otp = {"pg:overlay_missing", "pg:missing_scope_join"})
  @Test
  void scopesKnowNothingOfEachOther(Node node) {
    node.run(() -> {
      Groups one = Groups.startLink("one");
      Groups two = Groups.start(node, "two");
      one.join(GROUP, self());
      assertThat(one.members(GROUP)).containsExactly(self());
      assertThat(two.groups()).isEmpty();
      assertThat(two.leave(GROUP, self())).isFalse();
      assertThat(Groups.of(node).members(GROUP)).isEmpty();
      assertThat(Belay.whereis("one")).isEqualTo(one.pid()).isPresent();
      assertThatExceptionOfType(StartException.class)
          .isThrownBy(() -> Groups.start(node, "one"))
          .satisfies(e -> assertThat(e.alreadyStarted()).isEqualTo(one.pid()));

      Groups missing = Groups.of(node, "missing");
      assertThat(missing.members(GROUP)).isEmpty();
      assertThat(missing.groups()).isEmpty();
      assertThat(missing.pid()).isEmpty();
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> missing.join(GROUP, self()))
          .withMessageContaining("no scope \"missing\"")
          .returns(ExitReason.NO_PROC, CallException::reason);
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> missing.monitor(GROUP))
          .returns(ExitReason.NO_PROC, CallException::reason);
      assertThat(one)
          .isEqualTo(Groups.of(node, "one"))
          .hasSameHashCodeAs(Groups.of(node, "one"))
          .isNotEqualTo(two)
          .hasToString("Groups[one on " + node.name() + "]");
    });
  }

  @Rule(value = "PG8", otp = "pg:scope_restart")
  @Test
  void aScopeThatIsStartedAgainHasForgotten(Node node, Expected expected) {
    expected.maybeReport("supervisor <");
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(100, Duration.ofSeconds(1))
              .child(Groups.child("scope"))
              .startLink();
      Groups groups = Groups.of(node, "scope");
      for (int round = 0; round < 20; round++) {
        groups.join(GROUP, self());
        Groups.Monitor monitor = groups.monitor(GROUP);
        assertThat(monitor.members()).containsExactly(self());
        Pid before = groups.pid().orElseThrow();
        exit(before, ExitReason.KILL);
        // Who monitors is told that there is nothing more to come.
        assertThat(receive()).isInstanceOf(Down.class);
        assertThat(groups.members(GROUP)).isEmpty();
        assertThat(supervisor.count().active()).isEqualTo(1);
        assertThat(groups.pid()).isPresent().isNotEqualTo(java.util.Optional.of(before));
        assertThat(groups.members(GROUP)).isEmpty();
        assertThat(groups.leave(GROUP, self())).isFalse();
        assertThat(groups.demonitor(monitor.ref())).isFalse();
      }
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
      supervisor.stop();
    });
  }

  @Rule("PG8")
  @Test
  void theDefaultScopeIsStartedWhenItIsNeeded(Node node) {
    Groups groups = Groups.of(node);
    node.run(() -> {
      Pid me = self();
      assertThat(groups.pid()).isEmpty();
      for (int round = 0; round < 20; round++) {
        List<Monitored> joining = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          joining.add(
              spawnMonitor(() -> {
                groups.join(GROUP, self());
                send(me, "joined");
                Await.message("end");
              }));
        }
        joining.forEach(member -> Await.message("joined"));
        assertThat(groups.members(GROUP)).hasSize(10);
        Pid scope = groups.pid().orElseThrow();
        assertThat(Belay.whereis(Groups.DEFAULT_SCOPE)).contains(scope);
        exit(scope, ExitReason.KILL);
        assertThat(Belay.isAlive(scope)).isFalse();
        assertThat(groups.members(GROUP)).isEmpty();
        for (Monitored member : joining) {
          send(member.pid(), "end");
          assertThat(Await.down(member).reason()).isEqualTo(ExitReason.NORMAL);
        }
      }
    });
  }

  @Rule("PG7")
  @Test
  void whoeverHasOnlyTakenTheNameIsNoScope(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk =
          Server.start(StartOptions.DEFAULT.name(Groups.DEFAULT_SCOPE), Clerk::new);
      assertThatExceptionOfType(CallException.class)
          .isThrownBy(() -> Groups.of(node).join(GROUP, self()))
          .returns(ExitReason.term(CallReason.BAD_REQUEST), CallException::reason);
      clerk.stop();
      Groups.of(node).join(GROUP, self());
    });
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
          round < 100 || (monitored.get() < 20 && monitors.stream().allMatch(GroupRulesTest::runs));
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
      while (monitors.stream().anyMatch(GroupRulesTest::runs)) {
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

  @Rule(value = "PG12", otp = "pg:thundering_herd")
  @Test
  void thousandsAtOnce(Node node) {
    Groups groups = Groups.of(node);
    int herd = 5_000;
    node.run(() -> {
      List<Monitored> members = new ArrayList<>();
      for (int i = 0; i < herd; i++) {
        boolean leaves = i % 2 == 0;
        members.add(
            spawnMonitor(() -> {
              groups.join(GROUP, self());
              Await.message("go");
              if (leaves) {
                groups.leave(GROUP, self());
              }
            }));
      }
      Await.until(() -> groups.members(GROUP).size() == herd);
      assertThat(groups.members(GROUP)).doesNotHaveDuplicates();
      for (Monitored member : members) {
        send(member.pid(), "go");
      }
      members.forEach(Await::down);
      Await.until(() -> groups.groups().isEmpty());
    });
  }
}
