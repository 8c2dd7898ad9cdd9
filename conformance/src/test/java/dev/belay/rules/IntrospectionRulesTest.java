package dev.belay.rules;

import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.relinquish;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Looking at processes: section I.
@BothStyles
@BelayTest
class IntrospectionRulesTest {
  private static ProcessInfo of(Pid pid) {
    return info(pid).orElseThrow();
  }

  @Rule(
      value = "I1",
      otp = {"process:process_info_2_list", "process:t_process_info"})
  @Test
  void theDeadHaveNoneAndStrangersCannotBeAsked(Node node, Nodes nodes) {
    Node other = nodes.start();
    Pid stranger = other.spawn(() -> {});
    node.run(() -> {
      Monitored dead = spawnMonitor(() -> {});
      Await.down(dead);
      assertThat(info(dead.pid())).isEmpty();
      assertThat(node.info(dead.pid())).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> info(stranger))
          .withMessageContaining("only for processes of this node")
          .withMessageContaining(other.name());
      assertThat(of(self()).pid()).isEqualTo(self());
    });
  }

  @Rule(
      value = {"I2", "I3"},
      otp = {"process:process_info_other_msg", "process:process_info_self_msgq_len"})
  @Test
  void whatWasSentBeforeIsCounted(Node node) {
    node.run(() -> {
      Pid me = self();
      Pid pid =
          spawn(() -> {
            send(self(), "own");
            send(me, "go ahead");
            Await.message("empty");
            while (receive(Duration.ZERO).isPresent()) {
              // Emptied.
            }
            send(me, "emptied");
            Await.message("stop");
          });
      Await.message("go ahead");
      assertThat(of(pid).messageQueueLength()).isEqualTo(1);
      for (int i = 2; i <= 6; i++) {
        send(pid, List.of(i, new byte[128 << 10]));
        assertThat(of(pid).messageQueueLength()).isEqualTo(i);
      }
      send(pid, "empty");
      Await.message("emptied");
      assertThat(of(pid).messageQueueLength()).isZero();
      send(pid, "stop");

      for (int i = 1; i <= 100; i++) {
        send(me, i);
        assertThat(of(me).messageQueueLength()).isEqualTo(i);
      }
      receive(m -> m.equals(50) ? m : null);
      assertThat(of(me).messageQueueLength()).isEqualTo(99);
    });
  }

  @Rule(
      value = {"I4", "I5"},
      otp = {"process:process_info_other_status", "process:process_info_status_handled_signal"})
  @Test
  void whoWaitsIsWaitingHoweverOftenOneAsks(Node node) {
    CountDownLatch latch = new CountDownLatch(1);
    List<Body> waits =
        List.of(
            Belay::receive,
            () -> receive(Duration.ofHours(1)),
            () -> Belay.sleep(Duration.ofHours(1)),
            latch::await);
    node.run(() -> {
      for (Body wait : waits) {
        Pid pid = spawn(wait);
        Await.until(() -> of(pid).status() == ProcessStatus.WAITING);
        for (int i = 0; i < 1_000; i++) {
          assertThat(of(pid).status()).isEqualTo(ProcessStatus.WAITING);
        }
        exit(pid, ExitReason.KILL);
        assertThat(isAlive(pid)).isFalse();
      }
    });
  }

  @Rule("I5")
  @Test
  void runningAndExiting(Node node) {
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean stop = new AtomicBoolean();
    node.run(() -> {
      assertThat(of(self()).status()).isEqualTo(ProcessStatus.RUNNING);
      Pid pid =
          spawn(
              SpawnOptions.DEFAULT.grace(Duration.ofHours(1)),
              () -> {
                begun.set(true);
                while (!stop.get()) {
                  Thread.onSpinWait();
                }
              });
      Await.until(begun::get);
      assertThat(of(pid).status()).isEqualTo(ProcessStatus.RUNNING);
      exit(pid, ExitReason.SHUTDOWN);
      assertThat(of(pid).status()).isEqualTo(ProcessStatus.EXITING);
      stop.set(true);
      assertThat(isAlive(pid)).isFalse();
      assertThat(info(pid)).isEmpty();
    });
  }

  /// One process that always runs and one that always waits are asked about over and over.
  @Rule(
      value = "I7",
      otp = {"process:process_info_lock_reschedule", "process:process_info_lock_reschedule3"})
  @Test
  void askingAMillionTimesDisturbsNobody(Node node) {
    node.run(() -> {
      Pid running =
          spawnLink(() -> {
            while (true) {
              relinquish();
            }
          });
      Pid waiting = spawnLink(Belay::receive);
      register("running", running);
      register("waiting", waiting);
      for (int i = 0; i < 1_000; i++) {
        relinquish();
        assertThat(of(running).registeredName()).contains("running");
        assertThat(of(waiting).registeredName()).contains("waiting");
      }
      for (int i = 0; i < 1_000_000; i++) {
        if (of(running).messageQueueLength() != 0) {
          throw new AssertionError("a message from nowhere");
        }
      }
      assertThat(of(running).status()).isEqualTo(ProcessStatus.RUNNING);
      assertThat(of(waiting).status()).isEqualTo(ProcessStatus.WAITING);
      for (Pid pid : List.of(running, waiting)) {
        Belay.unlink(pid);
        exit(pid, ExitReason.term("bang"));
        assertThat(isAlive(pid)).isFalse();
      }
    });
  }

  /// Six processes: two pairs that ask about each other, and two that ask about the same one.
  @Rule(value = "I7", otp = "process:process_info_lock_reschedule2")
  @Test
  void processesThatAskAboutEachOtherDoNotWaitForEachOther(Node node) {
    node.run(() -> {
      Pid me = self();
      List<Pid> pids = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String name = "asker" + i;
        Pid pid =
            spawnLink(() -> {
              Pid about = receive(Pid.class);
              String its = receive(String.class);
              for (int round = 0; round < 10_000; round++) {
                if (!of(about).registeredName().orElse("none").equals(its)) {
                  throw new AssertionError("not " + its);
                }
              }
              send(me, self());
              receive();
            });
        register(name, pid);
        pids.add(pid);
      }
      int[] about = {1, 0, 0, 0, 5, 4};
      for (int i = 0; i < 6; i++) {
        send(pids.get(i), pids.get(about[i]));
        send(pids.get(i), "asker" + about[i]);
      }
      pids.forEach(Await::message);
      for (Pid pid : pids) {
        Belay.unlink(pid);
        exit(pid, ExitReason.term("bang"));
        assertThat(isAlive(pid)).isFalse();
      }
    });
  }

  @Rule(value = "I8", otp = "process:process_info_other_message_queue_len_signal_race")
  @Test
  void theLengthIsRightWhileAMonitorAMessageAndADemonitorCome(Node node) {
    node.run(() -> {
      Pid me = self();
      Pid receiver =
          spawnLink(() -> {
            while (true) {
              Await.message("flush");
              int flushed = 0;
              while (receive(Duration.ZERO).isPresent()) {
                flushed++;
              }
              send(me, flushed);
            }
          });
      Pid sender =
          spawnLink(() -> {
            while (true) {
              Await.message("go");
              Ref ref = monitor(receiver);
              send(receiver, "hi");
              demonitor(ref);
              send(me, "demonitored");
            }
          });
      for (int round = 0; round < 10_000; round++) {
        send(sender, "go");
        relinquish();
        int racing = of(receiver).messageQueueLength();
        if (racing < 0 || racing > 1) {
          throw new AssertionError("one message was counted as " + racing);
        }
        Await.message("demonitored");
        if (of(receiver).messageQueueLength() != 1 || !of(receiver).monitoredBy().isEmpty()) {
          throw new AssertionError("after the race: " + of(receiver));
        }
        send(receiver, "flush");
        if (receive(Integer.class) != 1) {
          throw new AssertionError("not one message was flushed");
        }
      }
      for (Pid pid : List.of(sender, receiver)) {
        Belay.unlink(pid);
        exit(pid, ExitReason.KILL);
        assertThat(isAlive(pid)).isFalse();
      }
    });
  }

  @Rule(value = "I9", otp = "process:process_info_parent")
  @Test
  void theParentIsTheSpawner(Node node) {
    try (Inbox inbox = node.inbox()) {
      Pid ofInbox = inbox.spawn(Belay::receive);
      assertThat(node.info(ofInbox).orElseThrow().parent()).contains(inbox.pid());
      Pid ofNobody = node.spawn(Belay::receive);
      assertThat(node.info(ofNobody).orElseThrow().parent()).isEmpty();
      assertThat(node.info(ofNobody).orElseThrow().ancestors()).isEmpty();
      node.terminate(ofInbox, ExitReason.NORMAL);
      node.terminate(ofNobody, ExitReason.NORMAL);
    }
    node.run(() -> {
      Pid me = self();
      Monitored child =
          spawnMonitor(() -> {
            Monitored grandchild =
                spawnMonitor(() -> {
                  send(me, of(self()));
                  Await.message("go on");
                  // The parent is who it was, also when it is dead.
                });
            send(me, grandchild.pid());
          });
      Pid grandchild = receive(Pid.class);
      ProcessInfo info = receive(ProcessInfo.class);
      assertThat(info.parent()).contains(child.pid());
      assertThat(info.ancestors()).startsWith(child.pid(), me);
      Await.down(child);
      assertThat(of(grandchild).parent()).contains(child.pid());
      send(grandchild, "go on");
    });
  }

  @Rule(
      value = "I10",
      otp = {"process:otp_4725", "process:process_info_other", "process:process_info_smoke_all"})
  @Test
  void everythingThatThereIsToKnow(Node node) {
    node.run(() -> {
      Pid me = self();
      Pid linked = spawn(Belay::receive);
      register("by_name", linked);
      Body body =
          () -> {
            trapExits(true);
            link(linked);
            link(me);
            monitor(linked);
            monitor("by_name");
            monitor(me);
            own(() -> {});
            send(me, of(self()));
            receive();
          };
      Pid pid = spawn(SpawnOptions.DEFAULT.label("known").name("smoke"), body);
      ProcessInfo own = receive(ProcessInfo.class);
      Await.until(() -> of(pid).status() == ProcessStatus.WAITING);
      ProcessInfo info = of(pid);
      for (ProcessInfo each : List.of(own, info)) {
        assertThat(each.label()).isEqualTo("known");
        assertThat(each.registeredName()).contains("smoke");
        assertThat(each.trapsExits()).isTrue();
        assertThat(each.links()).containsExactly(me, linked);
        assertThat(each.monitors())
            .containsExactlyInAnyOrder(linked, new Name("by_name", node.name()), me);
        assertThat(each.owned()).hasSize(1);
        assertThat(each.initialFunction()).isEqualTo(body.getClass().getName());
      }
      assertThat(own.status()).isEqualTo(ProcessStatus.RUNNING);
      assertThat(of(linked).monitoredBy()).containsExactly(pid, pid);
      assertThat(of(linked).links()).containsExactly(pid);
      assertThat(of(linked).trapsExits()).isFalse();
      assertThat(of(me).monitoredBy()).contains(pid);
      Belay.unlink(pid);
      exit(pid, ExitReason.KILL);
      assertThat(isAlive(pid)).isFalse();
      // Both after its time of death (X8).
      Await.until(() -> !of(me).monitoredBy().contains(pid));
      Await.until(() -> !isAlive(linked));
    });
  }
}
