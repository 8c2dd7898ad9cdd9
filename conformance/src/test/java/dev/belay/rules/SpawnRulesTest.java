package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.processes;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unregister;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.AliasMode;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessLimitException;
import dev.belay.SpawnOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Spawning: section SP.
@BothStyles
@BelayTest
class SpawnRulesTest {
  private static final Duration NOW = Duration.ZERO;

  @Rule("SP1")
  @Test
  void aChildInheritsNothing(Node node) {
    node.run(() -> {
      trapExits(true);
      register("parent");
      Monitored bystander = spawnMonitor(() -> Await.message("end"));
      Pid child =
          spawn(() -> {
            ProcessInfo info = info(self()).orElseThrow();
            assertThat(info.trapsExits()).isFalse();
            assertThat(info.registeredName()).isEmpty();
            assertThat(info.links()).isEmpty();
            assertThat(info.monitors()).isEmpty();
            assertThat(info.monitoredBy()).isEmpty();
            assertThat(info.owned()).isEmpty();
            assertThat(info.label()).isEmpty();
            assertThat(info.messageQueueLength()).isZero();
          });
      assertThat(child).isNotEqualTo(self());
      send(bystander.pid(), "end");
      Await.until(() -> info(child).isEmpty());
    });
  }

  /// `spawn` is back before the child has done anything that takes time.
  @Rule({"SP1", "SP2"})
  @Test
  void thePidIsThereAtOnce(Node node) {
    node.run(() -> {
      AtomicBoolean stop = new AtomicBoolean();
      Pid child =
          spawn(() -> {
            Await.until(stop::get);
            Await.message("sent at once");
          });
      assertThat(isAlive(child)).isTrue();
      send(child, "sent at once");
      stop.set(true);
      Await.until(() -> info(child).isEmpty());
    });
  }

  /// Whoever learns of a process from the list can send to it, however young it is.
  @Rule(value = "SP2", otp = "process:processes_send_infant")
  @Test
  void infantsCanBeSentTo(Node node) {
    AtomicInteger greeted = new AtomicInteger();
    int infants = 10_000;
    node.run(() -> {
      AtomicBoolean stop = new AtomicBoolean();
      Pid me = self();
      Monitored greeter =
          spawnMonitor(() -> {
            while (!stop.get()) {
              for (Pid pid : processes()) {
                if (!pid.equals(self()) && !pid.equals(me)) {
                  send(pid, "hello");
                }
              }
            }
          });
      for (int i = 0; i < infants; i++) {
        spawn(() -> {
          Await.message("hello");
          greeted.incrementAndGet();
        });
      }
      Await.until(() -> greeted.get() == infants);
      stop.set(true);
      assertThat(Await.down(greeter).reason()).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Rule(value = "SP4", otp = "process:spawn_request_bif")
  @Test
  void badOptionsAreRefusedWhenTheyAreMade() {
    SpawnOptions options = SpawnOptions.DEFAULT;
    for (Duration bad : List.of(Duration.ofNanos(-1), Duration.ofHours(1).plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.grace(bad))
          .withMessageContaining("grace(" + bad + "): must be from PT0S to PT1H");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.killGrace(bad))
          .withMessageContaining("killGrace(" + bad + "): must be from PT0S to PT1H");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.closeTime(bad))
          .withMessageContaining("closeTime(" + bad + "): must be from PT0S to PT1H");
    }
    for (String bad : List.of("", "undefined")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> options.name(bad))
          .withMessageContaining("\"" + bad + "\" cannot be a registered name");
    }
    assertThatCode(
            () -> {
              options.grace(NOW).killGrace(NOW).closeTime(NOW);
              Duration longest = Duration.ofHours(1);
              options.grace(longest).killGrace(longest).closeTime(longest);
            })
        .doesNotThrowAnyException();
  }

  @Rule("SP4")
  @Test
  void aThreadCannotSpawnLinked(Node node) {
    for (SpawnOptions options :
        List.of(SpawnOptions.DEFAULT.link(), SpawnOptions.DEFAULT.link(LinkMode.ANY_EXIT))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> node.spawn(options, () -> {}))
          .withMessageContaining("there is no process here to link with");
    }
    assertThat(node.processes()).isEmpty();
    Await.until(() -> node.processCount() == 0);
  }

  /// The new process exists, with its link and monitor, before anything that it does is heard.
  @Rule(
      value = {"SP7", "L23", "M19"},
      otp = "process:spawn_request_reply_option")
  @Test
  void linkAndMonitorAreThereBeforeTheFirstSignalOfTheChild(Node node) {
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      for (int round = 0; round < 1_000; round++) {
        Monitored child =
            spawnMonitor(
                SpawnOptions.DEFAULT.link(),
                () -> {
                  send(me, "first");
                  throw dev.belay.Belay.exit(ExitReason.term("bye"));
                });
        assertThat(receive()).isEqualTo("first");
        assertThat(receive())
            .isInstanceOfSatisfying(
                Exit.class, exit -> assertThat(exit.reason()).isEqualTo(ExitReason.term("bye")))
            .isInstanceOfSatisfying(
                Exit.class, exit -> assertThat(exit.pid()).isEqualTo(child.pid()));
        assertThat(receive())
            .isInstanceOfSatisfying(
                Down.class, down -> assertThat(down.reason()).isEqualTo(ExitReason.term("bye")))
            .isInstanceOfSatisfying(
                Down.class, down -> assertThat(down.ref()).isEqualTo(child.ref()));
      }
    });
  }

  /// A name that is taken, in all forms of spawn that have one: no process, no link, no monitor, no
  /// message, and what it should have owned stays the caller's.
  @Rule(
      value = {"SP8", "SP4"},
      otp = "process:spawn_request_monitor_demonitor")
  @Test
  void aSpawnThatFailsLeavesNothing(Node node) {
    AtomicInteger closed = new AtomicInteger();
    AtomicBoolean ran = new AtomicBoolean();
    node.run(() -> {
      trapExits(true);
      register("taken");
      int before = node.processCount();
      SpawnOptions options = SpawnOptions.DEFAULT.name("taken").link().own(closed::incrementAndGet);
      Body body = () -> ran.set(true);
      MonitorOptions withAlias = MonitorOptions.DEFAULT.alias(AliasMode.DEMONITOR);
      for (int round = 0; round < 100; round++) {
        refused(() -> spawn(options, body));
        refused(() -> spawnMonitor(options, body));
        refused(() -> spawnMonitor(options, withAlias, body));
        assertThatExceptionOfType(NameException.class)
            .isThrownBy(() -> node.spawn(SpawnOptions.DEFAULT.name("taken"), body));
      }
      ProcessInfo info = info(self()).orElseThrow();
      assertThat(info.links()).isEmpty();
      assertThat(info.monitors()).isEmpty();
      assertThat(receive(NOW)).isEmpty();
      assertThat(processes()).containsExactly(self());
      Await.until(() -> node.processCount() == before);
      assertThat(receive(NOW)).isEmpty();
      assertThat(whereis("taken")).contains(self());
      unregister("taken");
      Monitored now = spawnMonitor(options, () -> assertThat(whereis("taken")).contains(self()));
      assertThat(Await.down(now).reason()).isEqualTo(ExitReason.NORMAL);
    });
    assertThat(ran).isFalse();
    // By the one that was born.
    assertThat(closed).hasValue(1);
  }

  private static void refused(Runnable spawn) {
    assertThatExceptionOfType(NameException.class)
        .isThrownBy(spawn::run)
        .withMessageContaining("\"taken\"")
        .withMessageContaining("the name is taken by " + self());
  }

  @Rule({"SP8", "SP4"})
  @Test
  void theLimitOfProcessesIsKeptAndSaysSo(Nodes nodes) {
    Node node = nodes.start(NodeOptions.DEFAULT.name("small").maxProcesses(10));
    AtomicInteger closed = new AtomicInteger();
    node.run(() -> {
      Pid me = self();
      for (int round = 0; round < 20; round++) {
        List<Pid> children = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
          children.add(spawn(() -> Await.message("end")));
        }
        SpawnOptions owning = SpawnOptions.DEFAULT.own(closed::incrementAndGet);
        for (Runnable spawn :
            List.<Runnable>of(
                () -> spawn(owning, () -> {}),
                () -> spawnLink(() -> {}),
                () -> spawnMonitor(owning, () -> {}),
                () -> node.spawn(() -> {}))) {
          assertThatExceptionOfType(ProcessLimitException.class)
              .isThrownBy(spawn::run)
              .withMessageContaining("node small has 10 processes, which is its limit")
              .withMessageContaining("NodeOptions.maxProcesses");
        }
        assertThat(info(me).orElseThrow().monitors()).isEmpty();
        assertThat(info(me).orElseThrow().links()).isEmpty();
        assertThat(node.processCount()).isEqualTo(10);
        children.forEach(child -> send(child, "end"));
        Await.until(() -> node.processCount() == 1);
      }
    });
    assertThat(closed).hasValue(0);
  }

  /// 255 arguments of 100 kB each, through every form of spawn there is.
  @Rule(value = "SP11", otp = "process:spawn_huge_arglist")
  @Test
  void hugeArguments(Node node) {
    List<byte[]> arguments =
        IntStream.range(0, 255)
            .mapToObj(i -> {
              byte[] bytes = new byte[100_000];
              Arrays.fill(bytes, (byte) i);
              return bytes;
            })
            .toList();
    AtomicInteger ran = new AtomicInteger();
    Body body =
        () -> {
          for (int i = 0; i < 255; i++) {
            byte[] bytes = arguments.get(i);
            assertThat(bytes).hasSize(100_000);
            assertThat(bytes[0]).isEqualTo((byte) i);
            assertThat(bytes[99_999]).isEqualTo((byte) i);
          }
          ran.incrementAndGet();
        };
    node.run(() -> {
      spawn(body);
      spawn(SpawnOptions.DEFAULT.label("huge"), body);
      spawnLink(body);
      spawnLink(LinkMode.NORMAL, body);
      spawnMonitor(body);
      spawnMonitor(SpawnOptions.DEFAULT.link(), body);
      spawnMonitor(SpawnOptions.DEFAULT, MonitorOptions.DEFAULT.tag("huge"), body);
      node.spawn(body);
      node.spawn(SpawnOptions.DEFAULT.name("huge"), body);
      Await.until(() -> ran.get() == 9);
    });
    try (Inbox inbox = node.inbox()) {
      inbox.spawn(body);
      inbox.spawn(SpawnOptions.DEFAULT, body);
      inbox.spawnLink(body);
      inbox.spawnLink(LinkMode.NORMAL, body);
      inbox.spawnMonitor(body);
      inbox.spawnMonitor(SpawnOptions.DEFAULT, body);
      inbox.spawnMonitor(SpawnOptions.DEFAULT, MonitorOptions.DEFAULT, body);
      Await.until(() -> ran.get() == 16);
    }
    node.run(body);
    assertThat(ran).hasValue(17);
  }
}
