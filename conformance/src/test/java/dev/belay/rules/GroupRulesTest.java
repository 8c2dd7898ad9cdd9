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
import java.util.List;
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
