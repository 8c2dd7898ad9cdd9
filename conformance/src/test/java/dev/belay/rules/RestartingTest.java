package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.otp.Backoff;
import dev.belay.otp.CallReason;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What supervisors have beyond Erlang's: backoff, readiness, and patience with quarantined
/// threads.
@BothStyles
@BelayTest
class RestartingTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static Pid end(SupervisorRef supervisor, String id) {
    Pid pid = supervisor.child(id).orElseThrow();
    Ref ref = monitor(pid);
    Belay.terminate(pid, ODD);
    Await.down(ref);
    return pid;
  }

  private static Child waiting() {
    return Child.of(spawnLink(Belay::receive));
  }

  private static final Backoff HOURS = Backoff.between(Duration.ofHours(1), Duration.ofHours(2));

  /// The lower bounds are exact; a busy machine may take longer.
  @Test
  void eachFailureInARowDoublesTheWait(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(100, Duration.ofMinutes(1))
              .child(
                  ChildSpec.of("child", RestartingTest::waiting)
                      .backoff(
                          new Backoff(
                              Duration.ofMillis(20),
                              Duration.ofMillis(80),
                              0,
                              Duration.ofMinutes(1))))
              .startLink();
      for (int expected : new int[] {20, 40, 80, 80}) {
        long begin = System.nanoTime();
        Pid before = end(supervisor, "child");
        Await.until(() -> supervisor.child("child").isPresent());
        assertThat(supervisor.child("child").orElseThrow()).isNotEqualTo(before);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(expected * 1_000_000L);
      }
      supervisor.stop();
    });
  }

  /// Also when it is the start that fails, and the child had been healthy before.
  @Test
  void aStartThatFailsIsAFailureInARow(Node node) {
    node.run(() -> {
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1_000_000, Duration.ofMinutes(1))
              .child(
                  ChildSpec.of(
                          "child",
                          () -> {
                            if (starts.incrementAndGet() > 1) {
                              throw exit(ODD);
                            }
                            return waiting();
                          })
                      .backoff(
                          new Backoff(
                              Duration.ofMillis(1), Duration.ofHours(1), 0, Duration.ofMillis(5))))
              .startLink();
      Belay.sleep(Duration.ofMillis(6));
      end(supervisor, "child");
      Belay.sleep(Duration.ofMillis(300));
      // 1 + 2 + 4 … ms; without the doubling some hundreds.
      assertThat(starts.get()).isBetween(2, 30);
      supervisor.stop();
    });
  }

  @Test
  void aHealthyChildBeginsAnew(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(100, Duration.ofMinutes(1))
              .child(
                  ChildSpec.of("child", RestartingTest::waiting)
                      .backoff(
                          new Backoff(
                              Duration.ofMillis(1), Duration.ofHours(1), 0, Duration.ofMillis(5))))
              .startLink();
      // Without the healthy times between, the last waits would be longer than any test.
      for (int i = 0; i < 30; i++) {
        Belay.sleep(Duration.ofMillis(6));
        end(supervisor, "child");
        Await.until(() -> supervisor.child("child").isPresent());
      }
      supervisor.stop();
    });
  }

  private static SupervisorRef group(Backoff backoff) {
    return Supervisor.oneForAll()
        .child("sibling", Clerk::new)
        .child(ChildSpec.of("child", RestartingTest::waiting).backoff(backoff))
        .startLink();
  }

  /// All of a group are ended at once, and come back together.
  @Test
  void aGroupWaitsTogether(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          group(Backoff.between(Duration.ofMillis(10), Duration.ofSeconds(1)));
      Pid sibling = supervisor.child("sibling").orElseThrow();
      end(supervisor, "child");
      Await.until(() -> supervisor.child("child").isPresent());
      assertThat(supervisor.child("sibling")).isPresent().get().isNotEqualTo(sibling);
      supervisor.stop();
    });
  }

  @Test
  void whileAGroupWaitsNobodyOfItIsStartedByHand(Node node) {
    node.run(() -> {
      SupervisorRef supervisor = group(HOURS);
      end(supervisor, "child");
      assertThat(supervisor.children())
          .extracting(ChildInfo::restarting)
          .containsExactly(true, true);
      assertThat(
              catchThrowableOfType(
                      SupervisorException.class, () -> supervisor.restartChild("sibling"))
                  .why())
          .isEqualTo(SupervisorException.Why.RESTARTING);
      // Without the one that is waited for, the others go on.
      supervisor.terminateChild("child");
      assertThat(supervisor.child("sibling")).isPresent();
      assertThat(supervisor.child("child")).isEmpty();
      supervisor.stop();
      Await.until(() -> node.processCount() == 1);
    });
  }

  /// What is added while a group waits is started once, as all others are.
  @Test
  void whatIsAddedWhileAGroupWaitsIsThereOnce(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          group(Backoff.between(Duration.ofMillis(40), Duration.ofSeconds(1)));
      end(supervisor, "child");
      supervisor.startChild(ChildSpec.of("new", RestartingTest::waiting));
      Await.until(() -> supervisor.child("child").isPresent());
      assertThat(supervisor.children()).allMatch(child -> child.pid().isPresent());
      // The supervisor, its three children, and this one. (Not the count, which those are still
      // part
      // of for a moment whose end was told already.)
      assertThat(node.processes()).hasSize(5);
      supervisor.stop();
      assertThat(node.processes()).hasSize(1);
    });
  }

  @Test
  void aChildThatIsWaitedForCanBeEndedAndStartedByHand(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(ChildSpec.of("child", RestartingTest::waiting).backoff(HOURS))
              .startLink();
      end(supervisor, "child");
      assertThat(supervisor.children()).singleElement().returns(true, ChildInfo::restarting);
      supervisor.terminateChild("child");
      assertThat(supervisor.restartChild("child").pid()).isPresent();
      supervisor.stop();
    });
  }

  @Test
  void aDynamicChildThatIsWaitedForCanBeEnded(Node node) {
    node.run(() -> {
      DynamicSupervisorRef supervisor = DynamicSupervisor.oneForOne().startLink();
      Pid child =
          supervisor
              .startChild(ChildSpec.of("child", RestartingTest::waiting).backoff(HOURS))
              .pid()
              .orElseThrow();
      Ref ref = monitor(child);
      Belay.terminate(child, ODD);
      Await.down(ref);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(1, 0, 0, 1));
      supervisor.terminateChild(child);
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(0, 0, 0, 0));
      supervisor.stop();
    });
  }

  @Test
  void aBackoffMakesSense() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.between(second, Duration.ofMillis(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(second, second, 1.5, second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(second, second, Double.NaN, second));
  }

  @Test
  void theNextChildWaitsUntilThisOneIsReady(Node node) {
    node.run(() -> {
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.of(
                          "slow",
                          () ->
                              Child.of(
                                  spawnLink(() -> {
                                    Belay.sleep(Duration.ofMillis(20));
                                    order.add("ready");
                                    Supervisor.ready();
                                    Belay.receive();
                                  })))
                      .awaitReady(Await.LONG))
              .child(
                  ChildSpec.of(
                      "next",
                      () -> {
                        order.add("next");
                        return waiting();
                      }))
              .startLink();
      assertThat(order).containsExactly("ready", "next");
      supervisor.stop();
    });
  }

  @Test
  void oneThatIsNotReadyInTimeHasNotStarted(Node node) {
    node.run(() -> {
      ChildSpec never =
          ChildSpec.of("never", RestartingTest::waiting).awaitReady(Duration.ofMillis(20));
      ChildSpec dies =
          ChildSpec.of(
                  "dies",
                  () ->
                      Child.of(
                          spawnLink(() -> {
                            throw exit(ODD);
                          })))
              .awaitReady(Await.LONG);
      assertThat(whyNotStarted(node, never))
          .contains(ExitReason.term(CallReason.TIMEOUT).toString());
      assertThat(whyNotStarted(node, dies)).contains("odd");
      Await.until(() -> node.processCount() == 1);
    });
  }

  private static String whyNotStarted(Node node, ChildSpec child) {
    return String.valueOf(
        catchThrowableOfType(
                StartException.class,
                () -> Supervisor.oneForOne().child(child).start(node, StartOptions.DEFAULT))
            .getMessage());
  }

  /// A child whose thread does not end when it is told to.
  ///
  /// @param deaf set when it has begun not to hear
  private static ChildSpec stubborn(
      AtomicBoolean deaf, AtomicBoolean release, AtomicInteger starts) {
    SpawnOptions hasty = SpawnOptions.DEFAULT.link().grace(Duration.ZERO).killGrace(Duration.ZERO);
    return ChildSpec.of(
        "stubborn",
        () -> {
          boolean first = starts.incrementAndGet() == 1;
          return Child.of(
              Belay.spawn(
                  hasty,
                  () -> {
                    deaf.set(true);
                    while (first && !release.get()) {
                      LockSupport.parkNanos(100_000);
                    }
                    Belay.receive();
                  }));
        });
  }

  @Test
  void oneThatWasDeclaredDeadIsRestartedWhenItsThreadIsGone(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(stubborn(deaf, release, starts).awaitQuarantined(Await.LONG))
              .child("sibling", Clerk::new)
              .startLink();
      Pid pid = supervisor.child("stubborn").orElseThrow();
      expected.quarantine(pid);
      Await.until(deaf::get);
      end(supervisor, "stubborn");
      Belay.sleep(Duration.ofMillis(60));
      assertThat(starts).hasValue(1);
      assertThat(node.quarantined()).hasSize(1);
      // The supervisor is not deaf meanwhile.
      assertThat(supervisor.child("sibling")).isPresent();
      release.set(true);
      Await.until(() -> supervisor.child("stubborn").isPresent());
      assertThat(node.quarantined()).isEmpty();
      supervisor.stop();
    });
  }

  @Test
  void ifTheThreadStaysTheSupervisorEnds(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      trapExits(true);
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(stubborn(deaf, release, starts).awaitQuarantined(Duration.ofMillis(50)))
              .startLink();
      Pid pid = supervisor.child("stubborn").orElseThrow();
      expected.quarantine(pid);
      Await.until(deaf::get);
      end(supervisor, "stubborn");
      assertThat(Await.exitOf(supervisor.pid().orElseThrow()).reason())
          .isEqualTo(ExitReason.SHUTDOWN);
      assertThat(starts).hasValue(1);
      release.set(true);
      Await.until(() -> node.quarantined().isEmpty());
    });
  }

  /// A sibling's death is no way around it.
  @Test
  void aGroupIsPatientToo(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForAll()
              .intensity(3, Duration.ofMinutes(1))
              .child("sibling", Clerk::new)
              .child(stubborn(deaf, release, starts).awaitQuarantined(Await.LONG))
              .startLink();
      expected.quarantine(supervisor.child("stubborn").orElseThrow());
      Await.until(deaf::get);
      end(supervisor, "sibling");
      Belay.sleep(Duration.ofMillis(60));
      assertThat(starts).hasValue(1);
      assertThat(supervisor.children()).allMatch(ChildInfo::restarting);
      release.set(true);
      Await.until(() -> supervisor.child("stubborn").isPresent());
      assertThat(starts).hasValue(2);
      assertThat(supervisor.child("sibling")).isPresent();
      supervisor.stop();
    });
  }

  /// Nor is the end of the child that all others wait for.
  @Test
  void whoGoesOnWithoutAChildIsPatientToo(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForAll()
              .child(ChildSpec.of("first", RestartingTest::waiting).backoff(HOURS))
              .child("sibling", Clerk::new)
              .child(stubborn(deaf, release, starts).awaitQuarantined(Await.LONG))
              .startLink();
      expected.quarantine(supervisor.child("stubborn").orElseThrow());
      Await.until(deaf::get);
      end(supervisor, "first");
      supervisor.terminateChild("first");
      Belay.sleep(Duration.ofMillis(60));
      assertThat(starts).hasValue(1);
      assertThat(supervisor.children())
          .extracting(ChildInfo::restarting)
          .containsExactly(true, true, false);
      release.set(true);
      Await.until(() -> supervisor.child("stubborn").isPresent());
      assertThat(starts).hasValue(2);
      assertThat(supervisor.child("sibling")).isPresent();
      assertThat(supervisor.child("first")).isEmpty();
      supervisor.stop();
    });
  }

  /// The supervisor hears of its end only when it looks for it, and then not how it was.
  @Test
  void oneThatIsNotLinkedIsWaitedForToo(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      SpawnOptions hasty = SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO);
      ChildSpec loner =
          ChildSpec.of(
              "loner",
              () ->
                  Child.of(
                      Belay.spawn(
                          hasty,
                          () -> {
                            deaf.set(true);
                            while (!release.get()) {
                              LockSupport.parkNanos(100_000);
                            }
                            Belay.receive();
                          })));
      SupervisorRef supervisor =
          Supervisor.oneForOne().child(loner.awaitQuarantined(Await.LONG)).startLink();
      expected.quarantine(supervisor.child("loner").orElseThrow());
      Await.until(deaf::get);
      end(supervisor, "loner");
      supervisor.terminateChild("loner");
      assertThat(
              catchThrowableOfType(
                      SupervisorException.class, () -> supervisor.restartChild("loner"))
                  .why())
          .isEqualTo(SupervisorException.Why.QUARANTINED);
      release.set(true);
      Await.until(() -> node.quarantined().isEmpty());
      supervisor.restartChild("loner");
      supervisor.stop();
    });
  }

  /// A child whose second process does not hear, and its third begins as it should.
  private static ChildSpec stubbornOnceAgain(
      AtomicReference<Pid> second, AtomicBoolean release, AtomicInteger starts) {
    SpawnOptions hasty = SpawnOptions.DEFAULT.link().grace(Duration.ZERO).killGrace(Duration.ZERO);
    return ChildSpec.of(
        "stubborn",
        () -> {
          boolean deaf = starts.incrementAndGet() == 2;
          return Child.of(
              Belay.spawn(
                  hasty,
                  () -> {
                    if (deaf) {
                      second.set(Belay.self());
                      while (!release.get()) {
                        LockSupport.parkNanos(100_000);
                      }
                    }
                    Supervisor.ready();
                    Belay.receive();
                  }));
        });
  }

  private static void isPatientWith(
      SupervisorRef supervisor, Node node, AtomicBoolean release, AtomicInteger starts) {
    Await.until(() -> node.quarantined().size() == 1);
    Belay.sleep(Duration.ofMillis(60));
    // It has heard of the end, and of what it has sent itself then.
    supervisor.count();
    supervisor.count();
    assertThat(starts).hasValue(2);
    assertThat(supervisor.children()).singleElement().returns(true, ChildInfo::restarting);
    release.set(true);
    Await.until(() -> supervisor.child("stubborn").isPresent());
    assertThat(starts).hasValue(3);
    supervisor.stop();
  }

  /// It was not ready, and so has not started; its thread is there all the same.
  @Test
  void oneThatIsDeclaredDeadBeforeItIsReadyIsWaitedForToo(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicReference<Pid> second = new AtomicReference<>();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(10, Duration.ofMinutes(1))
              .child(
                  stubbornOnceAgain(second, release, starts)
                      .awaitReady(Await.LONG)
                      .awaitQuarantined(Await.LONG))
              .startLink();
      end(supervisor, "stubborn");
      Await.until(() -> second.get() != null);
      expected.quarantine(second.get());
      Belay.terminate(second.get(), ODD);
      isPatientWith(supervisor, node, release, starts);
    });
  }

  /// It did not begin in time, was killed, and did not hear that either.
  @Test
  void oneThatIsDeclaredDeadBeforeItHasBegunIsWaitedForToo(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicReference<Pid> second = new AtomicReference<>();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      StartOptions hasty =
          StartOptions.DEFAULT
              .timeout(Duration.ofMillis(300))
              .spawn(SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO));
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(10, Duration.ofMinutes(1))
              .child(
                  ChildSpec.server(
                          "stubborn",
                          hasty,
                          () ->
                              Clerk.with(clerk -> {
                                if (starts.incrementAndGet() == 2) {
                                  second.set(Belay.self());
                                  while (!release.get()) {
                                    LockSupport.parkNanos(100_000);
                                  }
                                }
                              }))
                      .awaitQuarantined(Await.LONG))
              .startLink();
      end(supervisor, "stubborn");
      Await.until(() -> second.get() != null);
      expected.quarantine(second.get());
      isPatientWith(supervisor, node, release, starts);
    });
  }

  @Test
  void withoutPatienceItIsRestartedAtOnce(Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      AtomicBoolean deaf = new AtomicBoolean();
      AtomicBoolean release = new AtomicBoolean();
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne().child(stubborn(deaf, release, starts)).startLink();
      Pid pid = supervisor.child("stubborn").orElseThrow();
      expected.quarantine(pid);
      Await.until(deaf::get);
      end(supervisor, "stubborn");
      assertThat(supervisor.child("stubborn")).isPresent();
      assertThat(node.quarantined()).hasSize(1);
      release.set(true);
      Await.until(() -> node.quarantined().isEmpty());
      supervisor.stop();
    });
  }
}
