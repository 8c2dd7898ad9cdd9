package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.readTimer;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What happens while a process dies, in which order, and what others can rely on (X8–X12).
@BothStyles
class DismantlingRulesTest extends Staged {
  private static final ExitReason BYE = ExitReason.term("bye");

  @Test
  @Rule("X8")
  void resourcesThenTimersAndNameThenLinksThenMonitors() {
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    Node node = node();
    run(() -> {
      trapExits(true);
      Pid me = self();
      Monitored child =
          spawnMonitor(
              SpawnOptions.DEFAULT.link().name("child"),
              () -> {
                TimerRef timer = sendAfter(Duration.ofHours(1), self(), "never");
                own(() -> steps.add("closed first? " + steps.isEmpty()));
                own(() -> {
                  steps.add("name held: " + node.whereis("child").isPresent());
                  steps.add("timer runs: " + node.readTimer(timer).isPresent());
                  steps.add(
                      "nobody knows: " + (node.info(me).orElseThrow().messageQueueLength() == 1));
                  steps.clear();
                });
                send(me, timer);
                receive(matching("go"::equals));
              });
      TimerRef timer = expect(TimerRef.class);
      send(me, "one message");
      send(child.pid(), "go");
      Object first = receive(m -> m instanceof String ? null : m, PATIENCE).orElseThrow();
      assertThat(steps).containsExactly("closed first? true");
      assertThat(whereis("child")).isEmpty();
      assertThat(readTimer(timer)).isEmpty();
      assertThat(processes()).doesNotContain(child.pid());
      assertThat(first).isInstanceOf(Exit.class);
      expect(Down.class);
      expectMessage("one message");
    });
  }

  @Test
  @Rule(
      value = {"X9", "M14"},
      otp = "monitor:named_down")
  void aNameIsFreeWhenTheDownComes() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid named = spawn(dev.belay.Belay::receive);
        register("named", named);
        Ref monitor = monitor("named");
        exit(named, BYE);
        Down down = expect(Down.class);
        assertThat(down.ref()).isEqualTo(monitor);
        assertThat(down.reason()).isEqualTo(BYE);
        register("named");
        unregister("named");
      }
    });
  }

  @Test
  @Rule(value = "X9", otp = "process:otp_6237")
  void everythingIsFreeWhenTheExitComes() {
    run(() -> {
      trapExits(true);
      for (int round = 0; round < 100; round++) {
        AtomicBoolean closed = new AtomicBoolean();
        Pid child =
            spawnLink(() -> {
              register("child");
              own(() -> closed.set(true));
              receive(matching("die"::equals));
            });
        List<TimerRef> timers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          timers.add(sendAfter(Duration.ofMinutes(1), child, "never"));
        }
        send(child, "die");
        assertThat(expect(Exit.class).reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(closed).isTrue();
        assertThat(whereis("child")).isEmpty();
        assertThat(timers).allMatch(timer -> readTimer(timer).isEmpty());
      }
    });
  }

  @Test
  @Rule(
      value = {"X9", "R3"},
      otp = "register:otp_8099")
  void aNameCanBeTakenAtOnce() {
    takeNames(20_000);
  }

  @Test
  @Tag("full")
  @Rule(
      value = {"X9", "R3"},
      otp = "register:otp_8099")
  void aNameCanBeTakenAtOnceAMillionTimes() {
    takeNames(1_000_000);
  }

  private void takeNames(int rounds) {
    run(() -> {
      for (int round = 0; round < rounds; round++) {
        Pid pid =
            spawn(
                PATIENT,
                () -> {
                  while (true) {
                    receive();
                  }
                });
        register("taken", pid);
        if (!whereis("taken").equals(Optional.of(pid))) {
          throw new AssertionError("round " + round + ": the name is not held");
        }
        exit(pid, ExitReason.KILL);
        if (isAlive(pid) || whereis("taken").isPresent()) {
          throw new AssertionError("round " + round + ": the name is not free");
        }
      }
    });
  }

  @Test
  @Rule("X10")
  void whoWasKilledIsNotAlive() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid pid = spawn(PATIENT, dev.belay.Belay::receive);
        exit(pid, ExitReason.KILL);
        assertThat(isAlive(pid)).isFalse();
        assertThat(info(pid)).isEmpty();
      }
      assertThat(isAlive(self())).isTrue();
    });
  }

  @Test
  @Rule({"X10", "X11"})
  void anExitingProcessIsListedAndItsEndIsWaitedFor() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean closed = new AtomicBoolean();
    Puppet dying = puppet(PATIENT.closeTime(PATIENCE).name("dying"));
    dying.does(() ->
        own(() -> {
          closing.countDown();
          release.await();
          closed.set(true);
        }));
    Puppet asker = puppet();
    node().exit(dying.pid(), BYE);
    closing.await();
    ProcessInfo info = dying.info();
    assertThat(info.status()).isEqualTo(ProcessStatus.EXITING);
    assertThat(info.registeredName()).contains("dying");
    assertThat(node().processes()).contains(dying.pid());
    List<Boolean> answers = Collections.synchronizedList(new ArrayList<>());
    asker.cast(() -> {
      answers.add(isAlive(dying.pid()));
      answers.add(closed.get());
    });
    await("the asker to wait", () -> asker.info().status() == ProcessStatus.WAITING);
    assertThat(answers).isEmpty();
    release.countDown();
    asker.does(() -> {});
    assertThat(answers).containsExactly(false, true);
    assertThat(node().processes()).doesNotContain(dying.pid());
    assertThat(node().whereis("dying")).isEmpty();
  }

  @Test
  @Rule(
      value = "X11",
      otp = {
        "process:processes_large_tab",
        "process:processes_default_tab",
        "process:processes_term_proc_list"
      })
  void whatExistsDuringTheCallIsInTheList() {
    AtomicBoolean stop = new AtomicBoolean();
    run(() -> {
      List<Pid> lasting =
          IntStream.range(0, 1_000).mapToObj(i -> spawn(dev.belay.Belay::receive)).toList();
      Pid churn =
          spawn(() -> {
            while (!stop.get()) {
              Pid brief = spawn(PATIENT, dev.belay.Belay::receive);
              exit(brief, ExitReason.KILL);
              isAlive(brief);
            }
          });
      for (int call = 0; call < 200; call++) {
        List<Pid> listed = processes();
        Set<Pid> set = new HashSet<>(listed);
        assertThat(set).hasSameSizeAs(listed).contains(self(), churn);
        assertThat(set.containsAll(lasting)).isTrue();
      }
      stop.set(true);
      lasting.forEach(pid -> exit(pid, BYE));
      assertThat(lasting).noneMatch(pid -> isAlive(pid));
      assertThat(processes()).doesNotContainAnyElementsOf(lasting);
    });
  }

  @Test
  @Rule(
      value = {"X12", "L18"},
      otp = "signal:unlink_exit")
  void aLinkHearsTheTrueReasonOrNoProc() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid tester = self();
        Monitored parent =
            spawnMonitor(() -> {
              Pid child = spawnLink(() -> linkWithTheDying(tester));
              send(tester, new Child(child));
              receive(matching("go"::equals));
              unlink(child);
              send(child, "go");
              throw exit(BYE);
            });
        Pid child = expect(Child.class).pid();
        Ref monitor = monitor(child);
        send(child, parent.pid());
        assertThat(downOf(parent.ref()).reason()).isEqualTo(BYE);
        assertThat(downOf(monitor).reason()).isEqualTo(ExitReason.NORMAL);
      }
    });
  }

  private record Child(Pid pid) {}

  /// What the child of the test above does. An assertion that fails ends it with a crash.
  private static void linkWithTheDying(Pid tester) {
    trapExits(true);
    Pid parent = expect(Pid.class);
    send(parent, "go");
    while (receive(matching("go"::equals), Duration.ZERO).isEmpty()) {
      relinquish();
    }
    boolean alive = isAlive(parent);
    link(parent);
    Exit exit = expect(Exit.class);
    assertThat(exit.pid()).isEqualTo(parent).isNotEqualTo(tester);
    if (alive) {
      assertThat(exit.reason()).isIn(BYE, ExitReason.NO_PROC);
    } else {
      assertThat(exit.reason()).isEqualTo(ExitReason.NO_PROC);
    }
    expectNothing();
  }

  @Test
  @Rule("X12")
  void aLinkWithTheDyingRaisesOrKills() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Monitored dying =
            spawnMonitor(() -> {
              throw exit(BYE);
            });
        Monitored linker =
            spawnMonitor(() -> {
              try {
                link(dying.pid());
              } catch (NoProcessException e) {
                return;
              }
              receive();
            });
        assertThat(downOf(dying.ref()).reason()).isEqualTo(BYE);
        assertThat(downOf(linker.ref()).reason()).isIn(BYE, ExitReason.NORMAL);
      }
    });
  }

  @Test
  @Rule(
      value = "X12",
      otp = {"monitor:mon_1", "monitor:demon_2"})
  void aMonitorHearsTheTrueReasonOrNoProc() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid dying =
            spawn(() -> {
              throw exit(BYE);
            });
        Ref monitor = monitor(dying);
        assertThat(downOf(monitor).reason()).isIn(BYE, ExitReason.NO_PROC);
        // Once it is dead, never the true reason.
        assertThat(downOf(monitor(dying)).reason()).isEqualTo(ExitReason.NO_PROC);
        assertThat(downOf(monitor(new Name("nobody", node().name()))).reason())
            .isEqualTo(ExitReason.NO_PROC);
      }
      expectNothing();
    });
  }

  @Test
  @Rule("X12")
  void whoIsStillExitingHasTheTrueReason() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Puppet dying = puppet(PATIENT.closeTime(PATIENCE));
    dying.does(() ->
        own(() -> {
          closing.countDown();
          release.await();
        }));
    node().exit(dying.pid(), BYE);
    closing.await();
    run(() -> {
      trapExits(true);
      link(dying.pid());
      Ref monitor = monitor(dying.pid());
      expectNothing();
      release.countDown();
      assertThat(expect(Exit.class).reason()).isEqualTo(BYE);
      assertThat(downOf(monitor).reason()).isEqualTo(BYE);
    });
  }
}
