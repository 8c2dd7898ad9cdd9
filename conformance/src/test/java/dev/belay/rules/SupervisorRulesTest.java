package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Trail;
import dev.belay.otp.AutoShutdown;
import dev.belay.otp.CallException;
import dev.belay.otp.Child;
import dev.belay.otp.ChildCounts;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.FailedToStart;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorException;
import dev.belay.otp.SupervisorException.Why;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How supervisors start and end their children, and what they can be asked for: the rest of
/// section SV.
@BothStyles
@BelayTest
class SupervisorRulesTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static ChildSpec clerk(String id) {
    return ChildSpec.server(id, Clerk::new);
  }

  /// A child that only waits.
  private static Child waiting() {
    return Child.of(spawnLink(Belay::receive));
  }

  private static Why refused(Runnable action) {
    return catchThrowableOfType(SupervisorException.class, action::run).why();
  }

  // starting

  @Rule(
      value = "SV1",
      otp = {"supervisor:sup_start_normal", "supervisor:order_of_children"})
  @Test
  void childrenStartOneAfterTheOther(Node node) {
    node.run(() -> {
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      Supervisor what = Supervisor.oneForOne();
      for (String id : List.of("a", "b", "c")) {
        what = what.child(ChildSpec.server(id, () -> Clerk.with(clerk -> order.add(id))));
      }
      SupervisorRef supervisor = what.startLink();
      assertThat(order).containsExactly("a", "b", "c");
      assertThat(supervisor.children()).extracting(ChildInfo::id).containsExactly("c", "b", "a");
      assertThat(info(supervisor.pid().orElseThrow()).orElseThrow().trapsExits()).isTrue();
      supervisor.stop();
    });
  }

  @Rule(value = "SV2", otp = "supervisor:extra_return")
  @Test
  void aChildIsStartedInTheSupervisorAndMayBringInformation(Node node) {
    node.run(() -> {
      AtomicReference<Pid> where = new AtomicReference<>();
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      Child child =
          supervisor.startChild(
              ChildSpec.of(
                  "child",
                  () -> {
                    where.set(self());
                    return Child.of(spawnLink(Belay::receive), "information");
                  }));
      assertThat(where.get()).isEqualTo(supervisor.pid().orElseThrow());
      assertThat(child.info()).contains("information");
      assertThat(child.pid()).isEqualTo(supervisor.child("child"));
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV3", "SV24"},
      otp = "supervisor:sup_start_fail")
  @Test
  void ifOneDoesNotStartThoseBeforeItAreEnded(Node node) {
    node.run(() -> {
      List<String> ended = Collections.synchronizedList(new ArrayList<>());
      Supervisor what = Supervisor.oneForOne();
      for (String id : List.of("a", "b")) {
        what =
            what.child(
                ChildSpec.server(
                    id,
                    () ->
                        Clerk.with(clerk -> {
                          trapExits(true);
                          clerk.onCleanUp = reason -> ended.add(id);
                        })));
      }
      Supervisor failing =
          what.child(
              ChildSpec.of(
                  "c",
                  () -> {
                    throw exit(ODD);
                  }));
      StartException failure =
          catchThrowableOfType(
              StartException.class, () -> failing.start(node, StartOptions.DEFAULT));
      assertThat(failure.reason()).isEqualTo(ExitReason.shutdown(new FailedToStart("c", ODD)));
      assertThat(ended).containsExactly("b", "a");
      // Three processes were started in vain; only this one is left.
      Await.until(() -> node.processCount() == 1);
    });
  }

  @Rule(
      value = {"SV5", "SV33"},
      otp = "supervisor:sup_start_map")
  @Test
  void defaults(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child("worker", Clerk::new)
              .child("inner", Supervisor.oneForAll())
              .startLink();
      ChildSpec worker = supervisor.spec("worker");
      assertThat(worker.restart()).isEqualTo(Restart.PERMANENT);
      assertThat(worker.shutdown()).isEqualTo(Shutdown.within(Duration.ofSeconds(5)));
      assertThat(worker.isSupervisor()).isFalse();
      assertThat(worker.isSignificant()).isFalse();
      assertThat(supervisor.spec("inner").shutdown()).isEqualTo(Shutdown.INFINITE);
      assertThat(supervisor.spec("inner").isSupervisor()).isTrue();
      assertThat(refused(() -> supervisor.spec("nobody"))).isEqualTo(Why.NOT_FOUND);
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV4", "SV6"},
      otp = {"supervisor:child_specs", "supervisor:sup_flags"})
  @Test
  void badSpecificationsAreRefused(Node node) {
    node.run(() -> {
      assertThatIllegalArgumentException().isThrownBy(() -> clerk(" "));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Supervisor.oneForOne().intensity(-1, Duration.ofSeconds(1)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Supervisor.oneForOne().intensity(1, Duration.ZERO));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Shutdown.within(Duration.ofSeconds(-1)));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Supervisor.oneForOne().child(clerk("twin")).child(clerk("twin")).startLink())
          .withMessageContaining("two children have the id \"twin\"");
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              Supervisor.oneForOne()
                  .child(clerk("c").restart(Restart.TRANSIENT).significant())
                  .startLink())
          .withMessageContaining("autoShutdown");
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              Supervisor.oneForOne()
                  .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                  .child(clerk("c").significant())
                  .startLink())
          .withMessageContaining("permanent");
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      assertThat(
              refused(
                  () -> supervisor.startChild(clerk("c").restart(Restart.TRANSIENT).significant())))
          .isEqualTo(Why.START_FAILED);
      supervisor.stop();
    });
  }

  @Rule(
      value = "SV7",
      otp = {
        "supervisor:sup_start_ignore_child",
        "supervisor:sup_start_ignore_temporary_child",
        "supervisor:sup_start_ignore_temporary_child_start_child"
      })
  @Test
  void aChildMayNotWantToBeStarted(Node node) {
    node.run(() -> {
      ChildSpec unneeded =
          ChildSpec.server(
              "server",
              () ->
                  Clerk.with(clerk -> {
                    throw Clerk.unneeded();
                  }));
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(unneeded)
              .child(ChildSpec.of("temporary", Child::ignored).restart(Restart.TEMPORARY))
              .startLink();
      assertThat(supervisor.children())
          .singleElement()
          .returns("server", ChildInfo::id)
          .returns(Optional.empty(), ChildInfo::pid);
      assertThat(
              supervisor
                  .startChild(ChildSpec.of("other", Child::ignored).restart(Restart.TEMPORARY))
                  .pid())
          .isEmpty();
      assertThat(supervisor.children()).hasSize(1);
      supervisor.stop();
    });
  }

  // ending

  /// Ends a supervisor's only child by hand, and tells how the child ended.
  private static ExitReason ended(SupervisorRef supervisor) {
    Ref ref = monitor(supervisor.child("child").orElseThrow());
    supervisor.terminateChild("child");
    return Await.down(ref).reason();
  }

  @Rule(
      value = {"SV21", "SV23"},
      otp = {
        "supervisor:sup_stop_timeout",
        "supervisor:sup_stop_brutal_kill",
        "supervisor:sup_stop_infinity"
      })
  @Test
  void aChildIsEndedAsItsSpecificationSays(Node node, Expected expected) {
    expected.report("was told to shut down and ended otherwise: killed");
    node.run(() -> {
      ChildSpec deaf =
          ChildSpec.of(
              "child",
              () ->
                  Child.of(
                      spawnLink(() -> {
                        trapExits(true);
                        while (true) {
                          receive();
                        }
                      })));
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      // Linked before it traps: give it the time to.
      supervisor.startChild(deaf.shutdown(Shutdown.within(Duration.ofMillis(30))));
      Await.until(() -> info(supervisor.child("child").orElseThrow()).orElseThrow().trapsExits());
      assertThat(ended(supervisor)).isEqualTo(ExitReason.KILLED);
      supervisor.deleteChild("child");

      supervisor.startChild(deaf.shutdown(Shutdown.BRUTAL_KILL));
      assertThat(ended(supervisor)).isEqualTo(ExitReason.KILLED);
      supervisor.deleteChild("child");

      AtomicBoolean may = new AtomicBoolean();
      supervisor.startChild(
          ChildSpec.server(
                  "child",
                  () ->
                      Clerk.with(clerk -> {
                        trapExits(true);
                        clerk.onCleanUp = reason -> Await.until(may::get);
                      }))
              .shutdown(Shutdown.INFINITE));
      Pid child = supervisor.child("child").orElseThrow();
      Monitored other =
          spawnMonitor(() -> {
            Belay.sleep(Duration.ofMillis(30));
            assertThat(isAlive(child)).isTrue();
            may.set(true);
          });
      assertThat(ended(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(Await.down(other).reason()).isEqualTo(ExitReason.NORMAL);
      supervisor.stop();
    });
  }

  @Rule(value = "SV22", otp = "supervisor:child_unlink")
  @Test
  void aChildThatHasUnlinkedItselfIsEndedAllTheSame(Node node) {
    node.run(() -> {
      AtomicReference<Pid> parent = new AtomicReference<>();
      Pid me = self();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.of(
                      "child",
                      () -> {
                        parent.set(self());
                        return Child.of(
                            spawnLink(() -> {
                              unlink(parent.get());
                              send(me, "unlinked");
                              receive();
                            }));
                      }))
              .startLink();
      Await.message("unlinked");
      assertThat(ended(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
      supervisor.stop();
    });
  }

  /// Its exit signal is in the supervisor's mailbox when it is told to end the child.
  @Rule(
      value = {"SV22", "SV23"},
      otp = "supervisor:sup_stop_race")
  @Test
  void aChildThatEndsByItselfMeanwhileHasItsOwnReason(Node node, Expected expected) {
    expected.report("was told to shut down and ended otherwise: odd");
    node.run(() -> {
      SupervisorRef supervisor = Supervisor.oneForOne().child("child", Clerk::new).startLink();
      Pid pid = supervisor.child("child").orElseThrow();
      AtomicBoolean begun = new AtomicBoolean();
      AtomicBoolean go = new AtomicBoolean();
      Monitored asker =
          spawnMonitor(() ->
              supervisor.startChild(
                  ChildSpec.of(
                      "slow",
                      () -> {
                        begun.set(true);
                        Await.until(go::get);
                        return waiting();
                      })));
      Await.until(begun::get);
      Monitored ender = spawnMonitor(() -> supervisor.terminateChild("child"));
      Await.until(
          () -> info(supervisor.pid().orElseThrow()).orElseThrow().messageQueueLength() > 0);
      Ref ref = monitor(pid);
      Belay.terminate(pid, ODD);
      Await.down(ref);
      go.set(true);
      Await.down(asker);
      Await.down(ender);
      assertThat(supervisor.child("child")).isEmpty();
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV24", "SV26"},
      otp = "supervisor:order_of_children")
  @Test
  void theEndOfTheParentEndsTheTree(Node node) {
    node.run(() -> {
      List<String> ended = Collections.synchronizedList(new ArrayList<>());
      AtomicReference<SupervisorRef> supervisor = new AtomicReference<>();
      Monitored parent =
          spawnMonitor(() -> {
            Supervisor what = Supervisor.oneForOne();
            for (String id : List.of("a", "b", "c")) {
              what =
                  what.child(
                      ChildSpec.server(
                          id,
                          () ->
                              Clerk.with(clerk -> {
                                trapExits(true);
                                clerk.onCleanUp = reason -> ended.add(id + " " + reason);
                              })));
            }
            supervisor.set(what.startLink());
            Await.message("end");
            throw exit(ODD);
          });
      Await.until(() -> supervisor.get() != null);
      Ref ref = monitor(supervisor.get().pid().orElseThrow());
      send(parent.pid(), "end");
      Down down = Await.down(ref);
      assertThat(down.reason()).isEqualTo(ODD);
      // It has ended because the parent has, and the trail says so.
      assertThat(down.trail().hops())
          .extracting(Trail.Hop::pid)
          .containsExactly(parent.pid(), supervisor.get().pid().orElseThrow());
      assertThat(ended).containsExactly("c shutdown", "b shutdown", "a shutdown");
    });
  }

  /// What Belay adds: the children's end of the link goes down with any exit.
  @Rule("SV26")
  @ParameterizedTest
  @EnumSource
  void whateverEndsASupervisorEndsItsChildren(Blow blow, Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child("child", Clerk::new)
              .child("inner", Supervisor.oneForOne().child("leaf", Clerk::new))
              .start(node, StartOptions.DEFAULT);
      Pid pid = supervisor.pid().orElseThrow();
      Pid inner = supervisor.child("inner").orElseThrow();
      List<Pid> below =
          List.of(
              supervisor.child("child").orElseThrow(),
              inner,
              SupervisorRef.of(node, inner).child("leaf").orElseThrow());
      switch (blow) {
        case KILL -> exit(pid, ExitReason.KILL);
        case TERMINATE -> Belay.terminate(pid);
      }
      Await.until(() -> below.stream().allMatch(child -> info(child).isEmpty()));
    });
  }

  enum Blow {
    KILL,
    TERMINATE
  }

  // what it is asked for

  @Rule(
      value = {"SV27", "SV28", "SV29", "SV30", "SV31"},
      otp = {"supervisor:child_adm", "supervisor:sup_start_restart_child_returns_error"})
  @Test
  void administration(Node node) {
    node.run(() -> {
      AtomicBoolean broken = new AtomicBoolean();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.of(
                      "child",
                      () -> {
                        if (broken.get()) {
                          throw new IllegalStateException("on purpose");
                        }
                        return waiting();
                      }))
              .startLink();
      Pid pid = supervisor.child("child").orElseThrow();
      assertThatExceptionOfType(SupervisorException.class)
          .isThrownBy(() -> supervisor.startChild(clerk("child")))
          .returns(Why.ALREADY_STARTED, SupervisorException::why)
          .returns(Optional.of(pid), SupervisorException::running);
      assertThat(refused(() -> supervisor.restartChild("child"))).isEqualTo(Why.RUNNING);
      assertThat(refused(() -> supervisor.deleteChild("child"))).isEqualTo(Why.RUNNING);

      supervisor.terminateChild("child");
      assertThat(isAlive(pid)).isFalse();
      supervisor.terminateChild("child");
      assertThat(supervisor.children()).singleElement().returns(false, ChildInfo::restarting);
      assertThat(refused(() -> supervisor.startChild(clerk("child"))))
          .isEqualTo(Why.ALREADY_PRESENT);
      broken.set(true);
      assertThatExceptionOfType(SupervisorException.class)
          .isThrownBy(() -> supervisor.restartChild("child"))
          .returns(Why.START_FAILED, SupervisorException::why)
          .withCauseInstanceOf(IllegalStateException.class);
      broken.set(false);
      assertThat(supervisor.restartChild("child").pid()).isPresent();
      supervisor.terminateChild("child");
      supervisor.deleteChild("child");
      assertThat(supervisor.children()).isEmpty();

      for (Why why :
          List.of(
              refused(() -> supervisor.terminateChild("child")),
              refused(() -> supervisor.restartChild("child")),
              refused(() -> supervisor.deleteChild("child")))) {
        assertThat(why).isEqualTo(Why.NOT_FOUND);
      }
      // A start that fails leaves no specification.
      broken.set(true);
      assertThat(
              refused(() ->
                  supervisor.startChild(
                      ChildSpec.of(
                          "new",
                          () -> {
                            throw exit(ODD);
                          }))))
          .isEqualTo(Why.START_FAILED);
      assertThat(supervisor.children()).isEmpty();
      supervisor.stop();
    });
  }

  /// Its siblings go on, whatever the strategy, and it is no restart.
  @Rule(value = "SV28", otp = "supervisor:child_adm")
  @Test
  void whoIsEndedByHandEndsAlone(Node node) {
    node.run(() -> {
      for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
        SupervisorRef supervisor =
            strategy
                .intensity(0, Duration.ofMinutes(1))
                .child("a", Clerk::new)
                .child("b", Clerk::new)
                .startLink();
        Pid sibling = supervisor.child("b").orElseThrow();
        for (int i = 0; i < 3; i++) {
          supervisor.terminateChild("a");
          assertThat(supervisor.child("a")).isEmpty();
          assertThat(supervisor.child("b")).contains(sibling);
          supervisor.restartChild("a");
          assertThat(supervisor.child("b")).contains(sibling);
        }
        supervisor.stop();
      }
    });
  }

  @Rule(
      value = {"SV28", "SV29", "SV30"},
      otp = "supervisor:hanging_restart_loop")
  @Test
  void aChildThatIsAboutToBeRestartedCanBeEnded(Node node) {
    node.run(() -> {
      AtomicBoolean broken = new AtomicBoolean();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1_000_000, Duration.ofMinutes(1))
              .child(
                  ChildSpec.of(
                      "child",
                      () -> {
                        if (broken.get()) {
                          throw exit(ODD);
                        }
                        return waiting();
                      }))
              .startLink();
      broken.set(true);
      Belay.terminate(supervisor.child("child").orElseThrow(), ODD);
      Await.until(() -> supervisor.children().getFirst().restarting());
      assertThat(refused(() -> supervisor.restartChild("child"))).isEqualTo(Why.RESTARTING);
      assertThat(refused(() -> supervisor.deleteChild("child"))).isEqualTo(Why.RESTARTING);
      assertThat(refused(() -> supervisor.startChild(clerk("child"))))
          .isEqualTo(Why.ALREADY_PRESENT);
      supervisor.terminateChild("child");
      assertThat(supervisor.children()).singleElement().returns(false, ChildInfo::restarting);
      supervisor.deleteChild("child");
      supervisor.stop();
    });
  }

  @Rule(
      value = "SV32",
      otp = {"supervisor:count_children", "supervisor:count_children_supervisor"})
  @Test
  void childrenAreCounted(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child("a", Clerk::new)
              .child("b", Clerk::new)
              .child("inner", Supervisor.oneForOne())
              .startLink();
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(3, 3, 1, 2));
      supervisor.terminateChild("a");
      supervisor.terminateChild("inner");
      assertThat(supervisor.count()).isEqualTo(new ChildCounts(3, 1, 1, 2));
      supervisor.stop();
    });
  }

  @Rule(value = "SV34", otp = "supervisor:child_adm")
  @Test
  void aSupervisorThatIsNotThereIsTold(Node node) {
    SupervisorRef nobody = SupervisorRef.named(node, "nobody");
    assertThatExceptionOfType(CallException.class)
        .isThrownBy(nobody::count)
        .returns(ExitReason.NO_PROC, CallException::reason);
  }

  @Rule(value = "SV36", otp = "supervisor:scale_start_stop_many_children")
  @Test
  void manyChildrenStartAndEndInLinearTime(Node node) {
    node.run(() -> {
      long few = timeOf(500);
      assertThat(timeOf(5_000)).isLessThan(50 * few);
    });
  }

  /// They end by themselves: nothing that is done for each of them is the longer the more there
  /// are.
  @Rule("SV36")
  @Test
  void manyChildrenEndByThemselvesInLinearTime(Node node) {
    node.run(() -> {
      long few = timeToDie(500);
      assertThat(timeToDie(5_000)).isLessThan(50 * few);
    });
  }

  private static long timeToDie(int children) {
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      List<Pid> pids = new ArrayList<>();
      for (int i = 0; i < children; i++) {
        pids.add(
            supervisor
                .startChild(
                    ChildSpec.of("child " + i, SupervisorRulesTest::waiting)
                        .restart(Restart.TEMPORARY))
                .pid()
                .orElseThrow());
      }
      long begin = System.nanoTime();
      pids.forEach(pid -> send(pid, "end"));
      while (supervisor.count().specs() > 0) {
        Belay.relinquish();
      }
      best = Math.min(best, System.nanoTime() - begin);
      supervisor.stop();
    }
    return best;
  }

  private static long timeOf(int children) {
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long begin = System.nanoTime();
      SupervisorRef supervisor = Supervisor.oneForOne().startLink();
      for (int i = 0; i < children; i++) {
        supervisor.startChild(
            ChildSpec.of("child " + i, SupervisorRulesTest::waiting).restart(Restart.TEMPORARY));
      }
      supervisor.stop();
      best = Math.min(best, System.nanoTime() - begin);
    }
    return best;
  }

  @Rule(value = "SV37", otp = "supervisor:simple_global_supervisor")
  @Test
  void aKilledSupervisorComesBackWithItsNames(Node node) {
    node.run(() -> {
      Supervisor inner =
          Supervisor.oneForOne()
              .child(ChildSpec.server("leaf", StartOptions.DEFAULT.name("leaf"), Clerk::new));
      SupervisorRef outer =
          Supervisor.oneForOne()
              .child(inner.asChild("inner", StartOptions.DEFAULT.name("inner")))
              .startLink();
      Pid leaf = whereis("leaf").orElseThrow();
      Pid middle = whereis("inner").orElseThrow();
      Ref ref = monitor(middle);
      exit(middle, ExitReason.KILL);
      Await.down(ref);
      outer.count();
      assertThat(whereis("inner")).isPresent().isNotEqualTo(Optional.of(middle));
      assertThat(whereis("leaf")).isPresent().isNotEqualTo(Optional.of(leaf));
      outer.stop();
      assertThat(whereis("leaf")).isEmpty();
    });
  }

  /// An exit signal that a living child has sent is none of its end.
  @Rule("SV20")
  @Test
  void whatALivingChildSendsIsNotItsEnd(Node node, Expected expected) {
    expected.report("got a message that is not for it: Exit[");
    node.run(() -> {
      AtomicReference<Pid> parent = new AtomicReference<>();
      Pid me = self();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.of(
                      "child",
                      () -> {
                        parent.set(self());
                        return Child.of(
                            spawnLink(() -> {
                              exit(parent.get(), ODD);
                              send(me, "sent");
                              receive();
                            }));
                      }))
              .startLink();
      Pid before = supervisor.child("child").orElseThrow();
      Await.message("sent");
      assertThat(supervisor.child("child")).contains(before);
      supervisor.stop();
    });
  }

  /// One that is killed while it begins leaves nothing either.
  @Rule({"SV3", "SV18"})
  @Test
  void aSupervisorThatTakesTooLongToBeginLeavesNothing(Node node) {
    node.run(() -> {
      Supervisor slow =
          Supervisor.oneForOne()
              .child(ChildSpec.server("first", StartOptions.DEFAULT.name("first"), Clerk::new))
              .child(
                  ChildSpec.server(
                      "second",
                      StartOptions.DEFAULT.name("second"),
                      () -> Clerk.with(clerk -> receive(Void.class))));
      SupervisorRef outer = Supervisor.oneForOne().startLink();
      for (int round = 0; round < 20; round++) {
        assertThat(
                refused(() ->
                    outer.startChild(
                        ChildSpec.of(
                            "slow",
                            () ->
                                Child.of(
                                    slow.startLink(
                                            StartOptions.DEFAULT.timeout(Duration.ofMillis(5)))
                                        .pid()
                                        .orElseThrow())))))
            .isEqualTo(Why.START_FAILED);
        assertThat(whereis("first")).isEmpty();
        assertThat(whereis("second")).isEmpty();
      }
      outer.stop();
    });
  }
}
