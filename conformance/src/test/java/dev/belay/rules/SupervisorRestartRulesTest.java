package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Child;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Restart;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What supervisors restart, and when they give up: SV8 to SV20.
@BothStyles
@BelayTest
class SupervisorRestartRulesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final ExitReason ODD = ExitReason.term("odd");

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static ChildSpec clerk(String id) {
    return ChildSpec.server(id, Clerk::new);
  }

  private static Pid pid(SupervisorRef supervisor, String id) {
    return supervisor.child(id).orElseThrow();
  }

  private static List<Pid> pids(SupervisorRef supervisor, String... ids) {
    return Arrays.stream(ids).map(id -> pid(supervisor, id)).toList();
  }

  /// Ends a child, and waits until its supervisor has done something about it.
  private static void end(SupervisorRef supervisor, String id, ExitReason reason) {
    Pid pid = pid(supervisor, id);
    Ref ref = monitor(pid);
    Belay.terminate(pid, reason);
    assertThat(Await.down(ref).reason()).isEqualTo(reason);
    // Its exit signal came before, and so is handled before.
    supervisor.count();
  }

  private static ExitReason reason(String name) {
    return switch (name) {
      case "normal" -> ExitReason.NORMAL;
      case "shutdown" -> ExitReason.SHUTDOWN;
      case "detail" -> ExitReason.shutdown("detail");
      default -> ODD;
    };
  }

  @Rule(
      value = {"SV8", "SV9", "SV10"},
      otp = {
        "supervisor:permanent_normal", "supervisor:permanent_shutdown",
        "supervisor:permanent_abnormal", "supervisor:transient_normal",
        "supervisor:transient_shutdown", "supervisor:transient_abnormal",
        "supervisor:temporary_normal", "supervisor:temporary_shutdown",
        "supervisor:temporary_abnormal", "supervisor:one_for_one"
      })
  @ParameterizedTest
  @CsvSource({
    "PERMANENT, normal, restarted",
    "PERMANENT, shutdown, restarted",
    "PERMANENT, odd, restarted",
    "TRANSIENT, normal, stays",
    "TRANSIENT, shutdown, stays",
    "TRANSIENT, detail, stays",
    "TRANSIENT, odd, restarted",
    "TEMPORARY, normal, goes",
    "TEMPORARY, shutdown, goes",
    "TEMPORARY, odd, goes",
  })
  void aChildIsRestartedAsItsTypeSays(Restart restart, String reason, String what, Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1, MINUTE)
              .child("sibling", Clerk::new)
              .child(clerk("child").restart(restart))
              .startLink();
      Pid before = pid(supervisor, "child");
      Pid sibling = pid(supervisor, "sibling");
      end(supervisor, "child", reason(reason));
      List<String> ids = supervisor.children().stream().map(ChildInfo::id).toList();
      switch (what) {
        case "restarted" -> assertThat(pid(supervisor, "child")).isNotEqualTo(before);
        case "stays" -> {
          assertThat(supervisor.child("child")).isEmpty();
          assertThat(ids).contains("child");
          assertThat(supervisor.restartChild("child").pid()).isPresent();
        }
        default -> assertThat(ids).containsExactly("sibling");
      }
      assertThat(pid(supervisor, "sibling")).isEqualTo(sibling);
      supervisor.stop();
    });
  }

  /// Keeps the order in which children begin and end.
  private static final class Journal {
    final List<String> entries = java.util.Collections.synchronizedList(new ArrayList<>());

    ChildSpec child(String id) {
      return ChildSpec.server(
          id,
          () ->
              Clerk.with(clerk -> {
                trapExits(true);
                entries.add("+" + id);
                clerk.onCleanUp = reason -> entries.add("-" + id);
              }));
    }

    List<String> take() {
      List<String> taken = List.copyOf(entries);
      entries.clear();
      return taken;
    }
  }

  @Rule(value = "SV11", otp = "supervisor:one_for_all")
  @Test
  void oneForAll(Node node) {
    node.run(() -> {
      Journal journal = new Journal();
      SupervisorRef supervisor =
          Supervisor.oneForAll()
              .intensity(1, MINUTE)
              .child(journal.child("a"))
              .child(journal.child("b"))
              .child(journal.child("c"))
              .startLink();
      assertThat(journal.take()).containsExactly("+a", "+b", "+c");
      List<Pid> before = pids(supervisor, "a", "b", "c");
      end(supervisor, "b", ODD);
      assertThat(journal.take()).containsExactly("-c", "-a", "+a", "+b", "+c");
      assertThat(pids(supervisor, "a", "b", "c")).doesNotContainAnyElementsOf(before);
      // One restart was counted, and not three.
      supervisor.stop();
      assertThat(journal.take()).containsExactly("-c", "-b", "-a");
    });
  }

  @Rule(
      value = "SV12",
      otp = {"supervisor:rest_for_one", "supervisor:order_of_children"})
  @Test
  void restForOne(Node node) {
    node.run(() -> {
      Journal journal = new Journal();
      SupervisorRef supervisor =
          Supervisor.restForOne()
              .intensity(1, MINUTE)
              .child(journal.child("a"))
              .child(journal.child("b"))
              .child(journal.child("c"))
              .child(journal.child("d"))
              .startLink();
      journal.take();
      Pid first = pid(supervisor, "a");
      end(supervisor, "b", ODD);
      assertThat(journal.take()).containsExactly("-d", "-c", "+b", "+c", "+d");
      assertThat(pid(supervisor, "a")).isEqualTo(first);
      supervisor.stop();
    });
  }

  @Rule(
      value = {"SV13", "SV14"},
      otp = "supervisor:temporary_bystander")
  @Test
  void siblingsThatGoAlongAreNoFailures(Node node) {
    node.run(() -> {
      for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
        SupervisorRef supervisor =
            strategy
                .intensity(1, MINUTE)
                .child("failing", Clerk::new)
                .child(clerk("temporary").restart(Restart.TEMPORARY))
                .child(clerk("transient").restart(Restart.TRANSIENT))
                .startLink();
        Pid before = pid(supervisor, "transient");
        end(supervisor, "failing", ODD);
        assertThat(supervisor.children())
            .extracting(ChildInfo::id)
            .containsExactly("transient", "failing");
        assertThat(pid(supervisor, "transient")).isNotEqualTo(before);
        supervisor.stop();
      }
    });
  }

  /// Fails its first restarts.
  private static ChildSpec failing(String id, int fromStart, int toStart, AtomicInteger starts) {
    return ChildSpec.server(
        id,
        () ->
            Clerk.with(clerk -> {
              int start = starts.incrementAndGet();
              if (start >= fromStart && start <= toStart) {
                throw exit(ExitReason.shutdown("not yet"));
              }
            }));
  }

  @Rule(
      value = "SV15",
      otp = {
        "supervisor:one_for_all_other_child_fails_restart",
        "supervisor:rest_for_one_other_child_fails_restart"
      })
  @Test
  void aSiblingThatDoesNotStartIsTheNextToBeRestarted(Node node) {
    node.run(() -> {
      for (boolean all : new boolean[] {true, false}) {
        Journal journal = new Journal();
        AtomicInteger starts = new AtomicInteger();
        SupervisorRef supervisor =
            (all ? Supervisor.oneForAll() : Supervisor.restForOne())
                .intensity(5, MINUTE)
                .child(journal.child("a"))
                .child(journal.child("b"))
                .child(failing("c", 2, 3, starts))
                .child(journal.child("d"))
                .startLink();
        journal.take();
        end(supervisor, "a", ODD);
        Await.until(() -> supervisor.child("d").isPresent());
        assertThat(starts).hasValue(4);
        assertThat(journal.take())
            .isEqualTo(
                all
                    ? List.of(
                        "-d", "-b", "+a", "+b", "-b", "-a", "+a", "+b", "-b", "-a", "+a", "+b",
                        "+d")
                    : List.of("-d", "-b", "+a", "+b", "+d"));
        supervisor.stop();
      }
    });
  }

  @Rule(value = "SV16", otp = "supervisor:hanging_restart_loop")
  @Test
  void aRestartThatFailsLetsOthersThrough(Node node) {
    node.run(() -> {
      AtomicBoolean broken = new AtomicBoolean();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1_000_000, MINUTE)
              .child(
                  ChildSpec.of(
                      "child",
                      () -> {
                        if (broken.get()) {
                          throw new IllegalStateException("on purpose");
                        }
                        return Child.of(spawnLink(Belay::receive));
                      }))
              .startLink();
      broken.set(true);
      end(supervisor, "child", ODD);
      for (int i = 0; i < 20; i++) {
        assertThat(supervisor.children())
            .singleElement()
            .returns(true, ChildInfo::restarting)
            .returns(java.util.Optional.empty(), ChildInfo::pid);
      }
      broken.set(false);
      Await.until(() -> supervisor.child("child").isPresent());
      supervisor.stop();
    });
  }

  @Rule(value = "SV16", otp = "supervisor:hanging_restart_loop")
  @Test
  void everyAttemptCounts(Node node) {
    node.run(() -> {
      trapExits(true);
      AtomicInteger starts = new AtomicInteger();
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(4, MINUTE)
              .child(failing("child", 2, Integer.MAX_VALUE, starts))
              .startLink();
      Pid pid = supervisor.pid().orElseThrow();
      Belay.exit(pid(supervisor, "child"), ODD);
      assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.SHUTDOWN);
      assertThat(starts).hasValue(5);
    });
  }

  @Rule(
      value = "SV17",
      otp = {"supervisor:one_for_one", "supervisor:one_for_all", "supervisor:rest_for_one"})
  @Test
  void tooManyRestartsEndTheSupervisor(Node node) {
    node.run(() -> {
      trapExits(true);
      for (int intensity = 0; intensity < 3; intensity++) {
        for (Supervisor strategy :
            List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
          SupervisorRef supervisor =
              strategy
                  .intensity(intensity, MINUTE)
                  .child("a", Clerk::new)
                  .child("b", Clerk::new)
                  .startLink();
          for (int i = 0; i < intensity; i++) {
            end(supervisor, "a", ODD);
          }
          Pid pid = supervisor.pid().orElseThrow();
          List<Pid> children = pids(supervisor, "a", "b");
          Belay.exit(children.get(0), ODD);
          assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.SHUTDOWN);
          assertThat(children).noneMatch(Belay::isAlive);
        }
      }
    });
  }

  @Rule(value = "SV17", otp = "supervisor:multiple_restarts")
  @Test
  void oldRestartsAreForgotten(Node node) {
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1, Duration.ofMillis(20))
              .child("child", Clerk::new)
              .startLink();
      for (int i = 0; i < 5; i++) {
        end(supervisor, "child", ODD);
        Belay.sleep(Duration.ofMillis(25));
      }
      assertThat(supervisor.child("child")).isPresent();
      supervisor.stop();
    });
  }

  /// Then nothing is ever forgotten.
  @Rule("SV17")
  @Test
  void thePeriodMayBeForEver(Node node) {
    node.run(() -> {
      trapExits(true);
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(1, ChronoUnit.FOREVER.getDuration())
              .child("child", Clerk::new)
              .startLink();
      Pid pid = supervisor.pid().orElseThrow();
      end(supervisor, "child", ODD);
      Belay.exit(pid(supervisor, "child"), ODD);
      assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.SHUTDOWN);
    });
  }

  @Rule(value = "SV18", otp = "supervisor:tree")
  @ParameterizedTest
  @CsvSource({"PERMANENT, true", "TRANSIENT, false"})
  void aSupervisorThatGaveUpIsRestartedIfItIsPermanent(
      Restart restart, boolean restarted, Node node) {
    node.run(() -> {
      Supervisor inner = Supervisor.oneForOne().intensity(0, MINUTE).child("leaf", Clerk::new);
      SupervisorRef outer =
          Supervisor.oneForOne()
              .intensity(1, MINUTE)
              .child(inner.asChild("inner").restart(restart))
              .startLink();
      Pid before = pid(outer, "inner");
      Ref ref = monitor(before);
      SupervisorRef innerRef = SupervisorRef.of(node, before);
      innerRef.startChild(clerk("added"));
      Belay.exit(innerRef.child("leaf").orElseThrow(), ODD);
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.SHUTDOWN);
      outer.count();
      assertThat(outer.child("inner").isPresent()).isEqualTo(restarted);
      if (restarted) {
        // What was added by hand does not come back.
        assertThat(SupervisorRef.of(node, pid(outer, "inner")).children())
            .extracting(ChildInfo::id)
            .containsExactly("leaf");
      }
      outer.stop();
    });
  }

  @Rule(value = "SV19", otp = "supervisor:do_not_save_start_parameters_for_temporary_children")
  @Test
  void aRestartCallsTheSameStart(Node node) {
    node.run(() -> {
      Map<String, Integer> starts = new ConcurrentHashMap<>();
      SupervisorRef supervisor = Supervisor.oneForOne().intensity(3, MINUTE).startLink();
      for (String argument : List.of("one", "two")) {
        supervisor.startChild(
            ChildSpec.of(
                argument,
                () -> {
                  starts.merge(argument, 1, Integer::sum);
                  return Child.of(spawnLink(Belay::receive), argument);
                }));
      }
      end(supervisor, "two", ODD);
      assertThat(starts).isEqualTo(Map.of("one", 1, "two", 2));
      supervisor.stop();
    });
  }

  @Rule(value = "SV20", otp = "supervisor:child_unlink")
  @Test
  void strayExitsAndMessagesAreDropped(Node node, Expected expected) {
    expected.report("got a message that is not for it: foo");
    node.run(() -> {
      SupervisorRef supervisor = Supervisor.oneForOne().child("child", Clerk::new).startLink();
      Pid pid = supervisor.pid().orElseThrow();
      Pid before = pid(supervisor, "child");
      Monitored stranger =
          spawnMonitor(() -> {
            Belay.link(pid);
            throw exit(ODD);
          });
      Await.down(stranger);
      send(pid, "foo");
      supervisor.count();
      assertThat(pid(supervisor, "child")).isEqualTo(before);
      assertThat(Belay.info(pid).orElseThrow().messageQueueLength()).isZero();
      supervisor.stop();
    });
  }

  /// What Belay adds: a killed supervisor's own children are gone before it is started again, names
  /// and all, also those that trap exits.
  @Rule("SV18")
  @Test
  void whatAKilledSupervisorLeavesIsGoneBeforeItComesBack(Node node) {
    node.run(() -> {
      Supervisor inner =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.of(
                          "stubborn",
                          () -> {
                            Pid me = self();
                            Pid pid =
                                spawnLink(() -> {
                                  trapExits(true);
                                  Belay.register("stubborn");
                                  send(me, "registered");
                                  while (true) {
                                    receive();
                                  }
                                });
                            Await.message("registered");
                            return Child.of(pid);
                          })
                      .shutdown(Shutdown.within(Duration.ofMillis(20))));
      SupervisorRef outer =
          Supervisor.oneForOne().intensity(10, MINUTE).child("inner", inner).startLink();
      for (int i = 0; i < 3; i++) {
        Pid stubborn = Belay.whereis("stubborn").orElseThrow();
        Pid before = pid(outer, "inner");
        Ref ref = monitor(before);
        Belay.exit(before, ExitReason.KILL);
        Await.down(ref);
        assertThat(pid(outer, "inner")).isNotEqualTo(before);
        assertThat(isAlive(stubborn)).isFalse();
        assertThat(Belay.whereis("stubborn")).isPresent();
      }
      outer.stop();
    });
  }

  /// Also if a supervisor is killed while it waits for what one of its own has left: whoever is
  /// above has to find that.
  @Rule("SV18")
  @Test
  void whatTwoKilledSupervisorsLeaveIsGoneBeforeTheyComeBack(Node node) {
    node.run(() -> {
      Journal journal = new Journal();
      AtomicInteger starts = new AtomicInteger();
      AtomicBoolean may = new AtomicBoolean();
      Supervisor inner =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.server(
                          "slow",
                          StartOptions.DEFAULT.name("slow"),
                          () ->
                              Clerk.with(clerk -> {
                                trapExits(true);
                                journal.entries.add("+" + starts.incrementAndGet());
                                clerk.onCleanUp =
                                    reason -> {
                                      Await.until(may::get);
                                      journal.entries.add("-" + starts.get());
                                    };
                              }))
                      .shutdown(Shutdown.INFINITE));
      Supervisor middle =
          Supervisor.oneForOne().intensity(10, MINUTE).child(inner.asChild("inner"));
      SupervisorRef outer =
          Supervisor.oneForOne().intensity(10, MINUTE).child("middle", middle).startLink();
      Pid above = outer.pid().orElseThrow();
      Pid between = pid(outer, "middle");
      Pid slow = Belay.whereis("slow").orElseThrow();

      Belay.exit(pid(SupervisorRef.of(node, between), "inner"), ExitReason.KILL);
      Await.until(() -> starts.get() > 1 || isWatched(slow, between));
      Ref ref = monitor(between);
      Belay.exit(between, ExitReason.KILL);
      Await.down(ref);
      Await.until(() -> starts.get() > 1 || isWatched(slow, above));
      may.set(true);
      assertThat(pid(outer, "middle")).isNotEqualTo(between);
      assertThat(journal.take()).containsExactly("+1", "-1", "+2");
      assertThat(isAlive(slow)).isFalse();
      outer.stop();
    });
  }

  /// Whether somebody waits for the end of a process.
  private static boolean isWatched(Pid pid, Pid by) {
    return Belay.info(pid).filter(info -> info.monitoredBy().contains(by)).isPresent();
  }
}
