package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorException.Why;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Supervisors whose children come and go: SV25, SV35 and what else differs for them.
@BothStyles
@BelayTest
class DynamicSupervisorRulesTest {
  private static final ExitReason ODD = ExitReason.term("odd");
  private static final ChildSpec WAITING =
      ChildSpec.of("child", () -> Child.of(spawnLink(Belay::receive)));

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static Why refused(Runnable action) {
    return catchThrowableOfType(SupervisorException.class, action::run).why();
  }

  private static void end(DynamicSupervisorRef supervisor, Pid pid, ExitReason reason) {
    Ref ref = monitor(pid);
    Belay.terminate(pid, reason);
    Await.down(ref);
    supervisor.count();
  }

  @Rule(
      value = {"SV35", "SV8"},
      otp = {"supervisor:child_adm_simple", "supervisor:simple_one_for_one"})
  @Test
  void childrenComeAndGo(Node node) {
    node.run(() -> {
      DynamicSupervisorRef supervisor =
          DynamicSupervisor.oneForOne().intensity(5, Duration.ofMinutes(1)).startLink();
      Pid permanent = supervisor.startChild(WAITING).pid().orElseThrow();
      Pid temporary = supervisor.startChild(WAITING.restart(Restart.TEMPORARY)).pid().orElseThrow();
      assertThat(supervisor.children()).containsExactlyInAnyOrder(permanent, temporary);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(2, 2, 0, 2));
      end(supervisor, temporary, ODD);
      assertThat(supervisor.children()).containsExactly(permanent);
      end(supervisor, permanent, ODD);
      assertThat(supervisor.children()).hasSize(1).doesNotContain(permanent);
      supervisor.stop();
    });
  }

  @Rule(value = "SV35", otp = "supervisor:child_adm_simple")
  @Test
  void aChildIsEndedByItsPid(Node node) {
    node.run(() -> {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      Pid child = supervisor.startChild(WAITING).pid().orElseThrow();
      supervisor.terminateChild(child);
      assertThat(isAlive(child)).isFalse();
      assertThat(supervisor.children()).isEmpty();
      supervisor.terminateChild(child);
      Monitored stranger = spawnMonitor(() -> Await.message("end"));
      assertThat(refused(() -> supervisor.terminateChild(stranger.pid()))).isEqualTo(Why.NOT_FOUND);
      assertThat(isAlive(stranger.pid())).isTrue();
      Belay.send(stranger.pid(), "end");
      Await.down(stranger);
      supervisor.stop();
    });
  }

  @Rule(value = "SV35", otp = "supervisor:sup_start_child_returns_error_simple")
  @Test
  void aStartThatFailsLeavesNothing(Node node) {
    node.run(() -> {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().maxChildren(1).startLink();
      assertThat(
              catchThrowableOfType(
                      SupervisorException.class,
                      () ->
                          supervisor.startChild(
                              ChildSpec.of(
                                  "child",
                                  () -> {
                                    throw exit(ODD);
                                  })))
                  .reason())
          .contains(ODD);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(0, 0, 0, 0));
      supervisor.startChild(WAITING);
      assertThat(refused(() -> supervisor.startChild(WAITING))).isEqualTo(Why.TOO_MANY);
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV7", "SV45"},
      otp = "supervisor:sup_start_ignore_permanent_child_start_child_simple")
  @Test
  void aChildThatIsNotWantedAnyMoreDoesNoHarm(Node node) {
    node.run(() -> {
      AtomicBoolean wanted = new AtomicBoolean(true);
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      ChildSpec spec =
          ChildSpec.of(
              "child", () -> wanted.get() ? Child.of(spawnLink(Belay::receive)) : Child.ignored());
      Pid child = supervisor.startChild(spec.restart(Restart.TRANSIENT)).pid().orElseThrow();
      wanted.set(false);
      end(supervisor, child, ODD);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(0, 0, 0, 0));
      assertThat(supervisor.startChild(spec).pid()).isEmpty();
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV16", "SV17"},
      otp = {"supervisor:hanging_restart_loop_simple", "supervisor:simple_one_for_one_escalation"})
  @Test
  void tooManyRestartsEndIt(Node node) {
    node.run(() -> {
      trapExits(true);
      AtomicInteger starts = new AtomicInteger();
      DynamicSupervisorRef supervisor =
          DynamicSupervisor.oneForOne().intensity(4, Duration.ofMinutes(1)).startLink();
      Pid sibling = supervisor.startChild(WAITING).pid().orElseThrow();
      Pid child =
          supervisor
              .startChild(
                  ChildSpec.of(
                      "child",
                      () -> {
                        if (starts.incrementAndGet() > 1) {
                          throw exit(ODD);
                        }
                        return Child.of(spawnLink(Belay::receive));
                      }))
              .pid()
              .orElseThrow();
      exit(child, ODD);
      assertThat(Await.exitOf(supervisor.pid().orElseThrow()).reason())
          .isEqualTo(ExitReason.SHUTDOWN);
      assertThat(starts).hasValue(5);
      assertThat(isAlive(sibling)).isFalse();
    });
  }

  /// If they were ended one after the other it would take 50 times as long.
  @Rule(
      value = {"SV25", "SV21"},
      otp = {"supervisor:simple_one_for_one_shutdown", "supervisor:sup_stop_timeout_dynamic"})
  @Test
  void allAreEndedAtOnce(Node node, Expected expected) {
    expected.report("was told to shut down and ended otherwise: killed");
    node.run(() -> {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      List<Pid> deaf = new ArrayList<>();
      ChildSpec spec =
          ChildSpec.of(
                  "deaf",
                  () ->
                      Child.of(
                          spawnLink(() -> {
                            trapExits(true);
                            while (true) {
                              receive();
                            }
                          })))
              .shutdown(Shutdown.within(Duration.ofMillis(200)));
      for (int i = 0; i < 50; i++) {
        deaf.add(supervisor.startChild(spec).pid().orElseThrow());
      }
      deaf.add(supervisor.startChild(spec.shutdown(Shutdown.BRUTAL_KILL)).pid().orElseThrow());
      Await.until(() -> deaf.stream().allMatch(pid -> info(pid).orElseThrow().trapsExits()));
      long begin = System.nanoTime();
      supervisor.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
      assertThat(deaf).noneMatch(Belay::isAlive);
    });
  }

  @Rule(value = "SV36", otp = "supervisor:simple_one_for_one_scale_many_temporary_children")
  @Test
  void manyAreEndedInLinearTime(Node node) {
    node.run(() -> {
      long few = timeToEnd(500);
      assertThat(timeToEnd(5_000)).isLessThan(50 * few);
    });
  }

  private static long timeToEnd(int children) {
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      for (int i = 0; i < children; i++) {
        supervisor.startChild(WAITING.restart(Restart.TEMPORARY));
      }
      long begin = System.nanoTime();
      supervisor.stop();
      best = Math.min(best, System.nanoTime() - begin);
    }
    return best;
  }

  @Rule(value = "SV41", otp = "supervisor:significant_simple")
  @Test
  void noneIsSignificant(Node node) {
    node.run(() -> {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      assertThat(
              refused(
                  () -> supervisor.startChild(WAITING.restart(Restart.TEMPORARY).significant())))
          .isEqualTo(Why.START_FAILED);
      supervisor.stop();
    });
  }

  /// Below another one, which is killed.
  @Rule("SV18")
  @Test
  void itComesBackWithoutChildren(Node node) {
    node.run(() -> {
      SupervisorRef outer =
          Supervisor.oneForOne()
              .child(DynamicSupervisor.oneForOne().asChild("sessions"))
              .startLink();
      Pid before = outer.child("sessions").orElseThrow();
      Pid child = DynamicSupervisorRef.of(node, before).startChild(WAITING).pid().orElseThrow();
      Ref ref = monitor(before);
      exit(before, ExitReason.KILL);
      Await.down(ref);
      Pid after = outer.child("sessions").orElseThrow();
      assertThat(after).isNotEqualTo(before);
      assertThat(info(child)).isEmpty();
      assertThat(DynamicSupervisorRef.of(node, after).children()).isEmpty();
      outer.stop();
    });
  }

  @Rule(value = "SV16", otp = "supervisor:hanging_restart_loop_simple")
  @Test
  void aChildThatIsNotReadyWhenItIsStartedAgainIsCountedOnce(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      DynamicSupervisorRef supervisor =
          DynamicSupervisor.oneForOne().intensity(5, Duration.ofMinutes(1)).startLink();
      AtomicInteger starts = new AtomicInteger();
      ChildSpec moody =
          ChildSpec.of(
                  "child",
                  () -> {
                    int start = starts.incrementAndGet();
                    return Child.of(
                        spawnLink(() -> {
                          if (start == 2) {
                            Belay.exit(ODD);
                          }
                          Supervisor.ready();
                          Belay.receive();
                        }));
                  })
              .awaitReady(Await.LONG);
      Pid first = supervisor.startChild(moody).pid().orElseThrow();
      end(supervisor, first, ODD);
      Await.until(() -> starts.get() == 3 && supervisor.children().size() == 1);
      assertThat(supervisor.children()).doesNotContain(first);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(1, 1, 0, 1));
      supervisor.stop();
    });
  }
}
