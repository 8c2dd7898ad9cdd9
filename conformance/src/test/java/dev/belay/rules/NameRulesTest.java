package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.NameException;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.TimerRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Registered names: section R.
@BothStyles
@BelayTest
class NameRulesTest {
  private static final Duration NOW = Duration.ZERO;

  @Rule(
      value = {"R1", "S8"},
      otp = "process:bad_register")
  @Test
  void whatCannotBeRegistered(Node node, Nodes nodes) {
    Node other = nodes.start();
    Pid stranger = other.spawn(Belay::receive);
    node.run(() -> {
      for (String bad : List.of("", "undefined")) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> register(bad))
            .withMessageContaining("cannot be a registered name");
        refused(bad, self(), "");
      }
      Monitored dead = spawnMonitor(() -> {});
      Await.down(dead);
      refused("a_name", dead.pid(), "not alive");
      refused("a_name", stranger, "only processes of this node");
      assertThat(whereis("a_name")).isEmpty();

      register("a_name");
      refused("a_name", self(), "taken by " + self());
      refused("another_name", self(), "registered as \"a_name\" already");
      assertThat(whereis("another_name")).isEmpty();
      Pid pid = spawn(Belay::receive);
      assertThatExceptionOfType(NameException.class)
          .isThrownBy(() -> register("a_name", pid))
          .withMessageContaining("taken by " + self());
      assertThat(whereis("a_name")).contains(self());
      send(pid, "end");
    });
    other.terminate(stranger, ExitReason.NORMAL);
  }

  /// A registration that fails leaves nothing behind that one could send to.
  private static void refused(String name, Pid pid, String why) {
    boolean held = whereis(name).isPresent();
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> register(name, pid))
        .withMessageContaining(why)
        .isInstanceOfAny(NameException.class, IllegalArgumentException.class);
    if (!held) {
      assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> send(name, "anything"));
    }
  }

  @Rule("R2")
  @Test
  void oneNameAProcessAndOneProcessAName(Node node) {
    node.run(() -> {
      Pid a = spawn(() -> Await.message("end"));
      Pid b = spawn(() -> Await.message("end"));
      register("a", a);
      register("b", b);
      assertThatExceptionOfType(NameException.class).isThrownBy(() -> register("c", a));
      assertThatExceptionOfType(NameException.class).isThrownBy(() -> register("a", b));
      assertThat(whereis("a")).contains(a);
      assertThat(whereis("b")).contains(b);
      assertThat(node.registered()).containsExactly("a", "b");
      unregister("a");
      register("c", a);
      unregister("b");
      register("a", b);
      assertThat(node.registered()).containsExactly("a", "c");
      send("c", "end");
      send("a", "end");
    });
  }

  @Rule(
      value = {"R3", "X9", "X10"},
      otp = "register:otp_8099")
  @Test
  void theNameOfADeadProcessIsFree(Node node) {
    // A fiftieth of OTP's rounds; the test below makes them all.
    node.run(() -> registerKillAndRegister(20_000));
  }

  @Rule(
      value = {"R3", "X9", "X10"},
      otp = "register:otp_8099")
  @Tag("full")
  @Test
  void theNameOfADeadProcessIsFreeAMillionTimes(Node node) {
    node.run(() -> registerKillAndRegister(1_000_000));
  }

  private static void registerKillAndRegister(int rounds) {
    Pid me = self();
    // However busy the machine is, they die by unwinding.
    SpawnOptions patient =
        SpawnOptions.DEFAULT.killGrace(Duration.ofMinutes(1)).grace(Duration.ofMinutes(1));
    for (int round = 0; round < rounds; round++) {
      Pid pid =
          spawn(
              patient,
              () -> {
                while (true) {
                  receive();
                }
              });
      register("otp_8099", pid);
      exit(pid, ExitReason.KILL);
      if (isAlive(pid)) {
        throw new AssertionError("alive after a kill, in round " + round);
      }
      register("otp_8099", me);
      unregister("otp_8099");
    }
  }

  @Rule(
      value = {"R3", "X9", "M5"},
      otp = "monitor:named_down")
  @Test
  void theNameIsFreeWhenTheDownArrives(Node node) {
    node.run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Pid pid = spawn(Belay::receive);
        register("named", pid);
        Ref ref = monitor("named");
        exit(pid, ExitReason.term("bang"));
        assertThat(Await.down(ref))
            .satisfies(down -> {
              assertThat(down.subject()).isEqualTo(new Name("named", node.name()));
              assertThat(down.pid()).isEqualTo(pid);
              assertThat(down.reason()).isEqualTo(ExitReason.term("bang"));
            });
        register("named");
        unregister("named");
      }
    });
  }

  /// What a process owned and the timers aimed at it go before its name does.
  @Rule(
      value = {"R3", "X8"},
      otp = "process:otp_6237")
  @Test
  void whoFindsTheNameFreeFindsTheRestFree(Node node) {
    AtomicInteger open = new AtomicInteger();
    node.run(() -> {
      Pid me = self();
      for (int round = 0; round < 100; round++) {
        Pid pid =
            spawn(() -> {
              register("otp_6237");
              open.incrementAndGet();
              own(open::decrementAndGet);
              List<TimerRef> timers = new ArrayList<>();
              for (int i = 0; i < 1_000; i++) {
                timers.add(node.sendAfter(Duration.ofSeconds(1_000), self(), i));
              }
              send(me, timers);
              Await.message("die");
            });
        List<?> timers = receive(List.class);
        send(pid, "die");
        while (whereis("otp_6237").isPresent()) {
          relinquish();
        }
        assertThat(open).hasValue(0);
        assertThat(timers).noneMatch(timer -> node.readTimer((TimerRef) timer).isPresent());
        register("otp_6237");
        unregister("otp_6237");
      }
    });
  }

  @Rule("R4")
  @Test
  void lookingUpAndFreeing(Node node) {
    node.run(() -> {
      assertThat(whereis("nobody")).isEmpty();
      assertThatExceptionOfType(NameException.class)
          .isThrownBy(() -> unregister("nobody"))
          .withMessageContaining("nobody is registered under that name");
      register("me");
      assertThat(whereis("me")).contains(self());
      unregister("me");
      assertThat(whereis("me")).isEmpty();
      assertThatExceptionOfType(NameException.class).isThrownBy(() -> unregister("me"));
    });
  }

  @Rule("R5")
  @Test
  void aNameIsResolvedWhenItIsSentTo(Node node) {
    node.run(() -> {
      Pid old = spawn(NameRulesTest::passOnToMain);
      Pid young = spawn(NameRulesTest::passOnToMain);
      node.register("main", self());
      register("x", old);
      send("x", "first");
      unregister("x");
      register("x", young);
      send("x", "second");
      send(new Name("x", node.name()), "third");
      unregister("x");
      send(new Name("x", node.name()), "to nobody");
      send(new Name("x", "no such node"), "to nobody");
      assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> send("x", "to nobody"));
      send(old, "end");
      send(young, "end");
      List<String> heard = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        heard.add(receive(String.class, Await.LONG).orElseThrow());
      }
      assertThat(heard)
          .containsExactlyInAnyOrder(
              old + " first", old + " end", young + " second", young + " third", young + " end");
      assertThat(receive(NOW)).isEmpty();
    });
  }

  private static void passOnToMain() {
    while (true) {
      String message = receive(String.class);
      send("main", self() + " " + message);
      if (message.equals("end")) {
        return;
      }
    }
  }

  @Rule(value = "R7", otp = "process:t_process_info")
  @Test
  void infoHasTheName(Node node) {
    node.run(() -> {
      assertThat(info(self()).orElseThrow().registeredName()).isEmpty();
      register("my_name");
      assertThat(info(self()).orElseThrow().registeredName()).contains("my_name");
      unregister("my_name");
      assertThat(info(self()).orElseThrow().registeredName()).isEmpty();
    });
  }

  /// Many race for one name while its holder dies: at any time one has it, and each gets it.
  @Rule({"R1", "R2", "R3"})
  @Test
  void manyRaceForOneName(Node node) {
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    node.run(() -> {
      List<Monitored> racers = new ArrayList<>();
      for (int racer = 0; racer < 1_000; racer++) {
        racers.add(
            spawnMonitor(() -> {
              Await.until(NameRulesTest::gotIt);
              if (holders.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
              }
              if (!whereis("prize").equals(Optional.of(self()))) {
                overlaps.incrementAndGet();
              }
              holders.decrementAndGet();
            }));
      }
      for (Monitored racer : racers) {
        assertThat(Await.down(racer).reason()).isEqualTo(ExitReason.NORMAL);
      }
      assertThat(whereis("prize")).isEmpty();
    });
    assertThat(overlaps).hasValue(0);
  }

  private static boolean gotIt() {
    try {
      register("prize");
      return true;
    } catch (NameException e) {
      return false;
    }
  }
}
