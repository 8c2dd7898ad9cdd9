package dev.belay.rules;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
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
import static dev.belay.Belay.unalias;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.unregister;
import static dev.belay.Selector.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.AliasMode;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Signals and their order (S).
@BothStyles
class SignalRulesTest extends Staged {
  private static final ExitReason GOOD = ExitReason.term("good order");
  private static final ExitReason BAD = ExitReason.term("bad order");

  @Test
  @Rule(
      value = {"S1", "S4"},
      otp = "signal:xm_sig_order")
  void exitSignalsAndMessagesKeepTheirOrder() {
    run(() -> {
      for (int round = 0; round < 1_000; round++) {
        Monitored child =
            spawnMonitor(() -> {
              while (true) {
                if (receive(Duration.ZERO).filter("may not reach"::equals).isPresent()) {
                  throw exit(BAD);
                }
              }
            });
        for (int i = 0; i < 3; i++) {
          send(child.pid(), "may reach");
        }
        exit(child.pid(), GOOD);
        for (int i = 0; i < 3; i++) {
          send(child.pid(), "may not reach");
        }
        assertThat(expect(Down.class).reason()).isEqualTo(GOOD);
      }
    });
  }

  @Test
  @Rule(
      value = {"S1", "S5"},
      otp = "signal:monitor_order")
  void theLastMessagesComeBeforeTheDown() {
    run(() -> {
      Pid me = self();
      for (int round = 0; round < 10; round++) {
        Monitored child =
            spawnMonitor(() -> {
              receive(matching("go"::equals));
              send(me, "first");
              send(me, "second");
            });
        send(child.pid(), "go");
        expectMessage("first");
        expectMessage("second");
        assertThat(receive(PATIENCE)).containsInstanceOf(Down.class);
      }
    });
  }

  @Test
  @Rule("S5")
  void theLastMessagesComeBeforeTheExit() {
    run(() -> {
      Pid me = self();
      trapExits(true);
      for (int round = 0; round < 1_000; round++) {
        Pid child =
            spawnLink(() -> {
              send(me, "first");
              send(me, "second");
            });
        expectMessage("first");
        expectMessage("second");
        assertThat(receive(PATIENCE))
            .containsInstanceOf(Exit.class)
            .hasValueSatisfying(m -> assertThat(((Exit) m).pid()).isEqualTo(child));
      }
    });
  }

  @Test
  @Rule(
      value = {"S1", "S3", "A13"},
      otp = "signal:monitor_named_order_local")
  void theOrderIsBetweenProcessesWhateverTheAddress() {
    run(() -> {
      for (int round = 1; round <= 100; round++) {
        namedOrder(1_000 + round);
      }
    });
  }

  private void namedOrder(int messages) {
    Pid me = self();
    register("tester");
    Name name = new Name("tester", node().name());
    Ref plain = alias();
    Pid sender =
        spawn(() -> {
          register("named order");
          send(me, "ready");
          Ref monitor = receive(Ref.class);
          List<Destination> addresses = List.of(me, name, plain, monitor);
          for (int i = 0; i < messages; i++) {
            send(addresses.get(i % addresses.size()), i);
          }
        });
    expectMessage("ready");
    Name subject = new Name("named order", node().name());
    Ref monitor = monitor(subject, MonitorOptions.DEFAULT.alias(AliasMode.EXPLICIT));
    send(sender, monitor);
    for (int i = 0; i < messages; i++) {
      expectMessage(i);
    }
    Down down = expect(Down.class);
    assertThat(down.ref()).isEqualTo(monitor);
    assertThat(down.subject()).isEqualTo(subject);
    assertThat(down.reason()).isEqualTo(ExitReason.NORMAL);
    expectNothing();
    unregister("tester");
    unalias(plain);
    unalias(monitor);
  }

  @Test
  @Rule("S6")
  void aSendNeitherWaitsNorFails() {
    Pid dead = dead();
    Pid elsewhere = nodes().start().spawn(() -> {});
    Puppet busy = puppet();
    run(() -> {
      Ref ended = alias();
      unalias(ended);
      assertThatCode(
              () -> {
                send(dead, "x");
                send(elsewhere, "x");
                send(ended, "x");
                send(new Name("nobody", node().name()), "x");
                send(new Name("nobody", "nowhere"), "x");
              })
          .doesNotThrowAnyException();
      expectNothing();
      AtomicBoolean go = new AtomicBoolean();
      busy.cast(() -> {
        while (!go.get()) {
          Thread.onSpinWait();
        }
      });
      for (int i = 0; i < 10_000; i++) {
        send(busy.pid(), i);
      }
      // The receiver has been computing all the time.
      go.set(true);
    });
    assertThat(busy.info().messageQueueLength()).isEqualTo(10_000);
  }

  @Test
  @Rule(
      value = {"S7", "X5"},
      otp = {"process:exit_twice", "process:exit_and_timeout"})
  void aComputingProcessIsReachedByAllSignals() {
    Puppet other = puppet();
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean stop = new AtomicBoolean();
    run(() -> {
      trapExits(true);
      Pid busy =
          spawn(
              // It must not be declared dead before it has been looked at.
              SpawnOptions.DEFAULT.link().grace(Duration.ofMinutes(1)),
              () -> {
                // Neither verbs nor anything that can be interrupted.
                begun.set(true);
                while (!stop.get()) {
                  Thread.onSpinWait();
                }
                receive();
              });
      await("its begin", begun::get);
      other.does(() -> link(busy));
      Ref monitor = other.call(() -> monitor(busy));
      ProcessInfo info = info(busy).orElseThrow();
      assertThat(info.links()).containsExactlyInAnyOrder(self(), other.pid());
      assertThat(info.monitoredBy()).containsExactly(other.pid());
      other.does(() -> {
        unlink(busy);
        demonitor(monitor);
      });
      assertThat(info(busy).orElseThrow().links()).containsExactly(self());
      assertThat(info(busy).orElseThrow().monitoredBy()).isEmpty();
      exit(busy, ExitReason.term("first"));
      exit(busy, ExitReason.term("second"));
      assertThat(info(busy).orElseThrow().status()).isEqualTo(dev.belay.ProcessStatus.EXITING);
      stop.set(true);
      Exit exit = expect(Exit.class);
      assertThat(exit.pid()).isEqualTo(busy);
      assertThat(exit.reason()).isEqualTo(ExitReason.term("first"));
    });
  }

  @Test
  @Rule(value = "S8", otp = "process:bad_register")
  void onlyNamesAsTextAndLinksAreCheckedAtOnce() {
    Pid dead = dead();
    run(() -> {
      assertThatExceptionOfType(NoProcessException.class)
          .isThrownBy(() -> send("nobody", "x"))
          .withMessageContaining("nobody");
      assertThatExceptionOfType(NoProcessException.class).isThrownBy(() -> link(dead));
      assertThatCode(() -> send(new Name("nobody", node().name()), "x")).doesNotThrowAnyException();
      register("somebody");
      send("somebody", "by text");
      send(new Name("somebody", node().name()), "by name");
      expectMessage("by text");
      expectMessage("by name");
    });
  }

  @Test
  @Rule(
      value = "S9",
      otp = {"erl_link:links", "erl_link:process_monitors", "distribution:link_to_dead"})
  void theDeadAnswerLinksAndMonitorsOnly() {
    Pid dead = dead();
    run(() -> {
      send(dead, "x");
      exit(dead, ExitReason.term("x"));
      exit(dead, ExitReason.KILL);
      unlink(dead);
      expectNothing();
      Ref monitor = monitor(dead);
      Down down = expect(Down.class);
      assertThat(down.ref()).isEqualTo(monitor);
      assertThat(down.reason()).isEqualTo(ExitReason.NO_PROC);
      trapExits(true);
      link(dead);
      Exit exit = expect(Exit.class);
      assertThat(exit.pid()).isEqualTo(dead);
      assertThat(exit.reason()).isEqualTo(ExitReason.NO_PROC);
      assertThat(dev.belay.Belay.isAlive(dead)).isFalse();
      assertThat(info(dead)).isEmpty();
      expectNothing();
    });
  }

  @Test
  @Rule(value = "S11", otp = "timer_bif:send_after_3")
  void timersAreOrderedByTime() {
    run(() -> {
      List<Integer> millis = Arrays.asList(40, 20, 60, 10, 50, 30);
      for (int time : millis) {
        sendAfter(Duration.ofMillis(time), self(), time);
      }
      List<Integer> came = new ArrayList<>();
      for (int i = 0; i < millis.size(); i++) {
        came.add(expect(Integer.class));
      }
      assertThat(came).isSorted().containsExactlyInAnyOrderElementsOf(millis);
    });
  }

  @Test
  @Rule(value = "S12", otp = "process:process_info_self_signal")
  void whoLooksAtItselfSeesWhatItSentToItself() {
    AtomicBoolean stop = new AtomicBoolean();
    run(() -> {
      Pid me = self();
      for (int i = 0; i < 2; i++) {
        puppet()
            .cast(() -> {
              while (!stop.get()) {
                demonitor(monitor(me));
                relinquish();
              }
            });
      }
      for (int sent = 1; sent <= 1_000; sent++) {
        send(me, sent);
        assertThat(info(me).orElseThrow().messageQueueLength()).isEqualTo(sent);
      }
      stop.set(true);
      for (int sent = 1; sent <= 1_000; sent++) {
        expectMessage(sent);
      }
    });
  }

  @Test
  @Rule({"S13", "S1"})
  void noSignalIsLost() {
    int senders = 50;
    int messages = 1_000;
    run(() -> {
      Pid me = self();
      for (int sender = 0; sender < senders; sender++) {
        int number = sender;
        spawnMonitor(() -> {
          for (int i = 0; i < messages; i++) {
            send(me, new Numbered(number, i));
          }
        });
      }
      int[] next = new int[senders];
      int downs = 0;
      while (downs < senders) {
        Object message = receive(PATIENCE).orElseThrow();
        if (message instanceof Numbered numbered) {
          assertThat(numbered.number()).isEqualTo(next[numbered.sender()]++);
        } else {
          assertThat(message).isInstanceOf(Down.class);
          downs++;
        }
      }
      assertThat(next).containsOnly(messages);
      expectNothing();
    });
  }

  private record Numbered(int sender, int number) {}
}
