package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trapping, exit signals and kill: section T, but for the decision table.
@BothStyles
@BelayTest
class ExitSignalRulesTest {
  @Rule("T2")
  @Test
  void whatCountsIsTheTrapFlagAtReception(Node node) {
    node.run(() -> {
      Pid me = self();
      Monitored process =
          spawnMonitor(() -> {
            Await.message("normal was sent");
            assertThat(trapExits(true)).isFalse();
            assertThat(receive(Exit.class, Duration.ZERO)).isEmpty();
            send(me, "traps");
            Await.message("two were sent");
            trapExits(false);
            assertThat(Await.exitOf(me).reason()).isEqualTo(ExitReason.term("first"));
            assertThat(Await.exitOf(me).reason()).isEqualTo(ExitReason.term("second"));
            send(me, "does not trap");
            receive();
          });
      exit(process.pid(), ExitReason.NORMAL);
      send(process.pid(), "normal was sent");
      Await.message("traps");
      exit(process.pid(), ExitReason.term("first"));
      exit(process.pid(), ExitReason.term("second"));
      send(process.pid(), "two were sent");
      Await.message("does not trap");
      exit(process.pid(), ExitReason.term("third"));
      assertThat(Await.down(process).reason()).isEqualTo(ExitReason.term("third"));
    });
  }

  /// How the last process of a line of links ends.
  enum End {
    /// The tester kills it: everybody else hears killed.
    KILLED_BY_ANOTHER,
    /// It kills itself by a signal: likewise.
    KILLED_BY_ITSELF,
    /// It ends with the reason kill, which is one like any other.
    WITH_REASON_KILL
  }

  @Rule(
      value = {"T3", "T4", "T5"},
      otp = "signal:kill2killed")
  @ParameterizedTest
  @EnumSource
  void killBecomesKilledExactlyOnce(End end, Node node) {
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      for (int length : List.of(1, 2, 9, 10)) {
        Pid first = line(end, length, me);
        if (end == End.KILLED_BY_ANOTHER) {
          exit(receive(Pid.class), ExitReason.KILL);
        }
        Exit exit = Await.exitOf(first);
        assertThat(exit.reason())
            .isEqualTo(end == End.WITH_REASON_KILL ? ExitReason.KILL : ExitReason.KILLED);
        assertThat(exit.trail().hops().size() + exit.trail().omitted()).isEqualTo(length);
      }
    });
  }

  private static Pid line(End end, int length, Pid tester) {
    return spawnLink(() -> {
      if (length > 1) {
        line(end, length - 1, tester);
        receive();
      }
      switch (end) {
        case KILLED_BY_ANOTHER -> {
          send(tester, self());
          receive();
        }
        case KILLED_BY_ITSELF -> exit(self(), ExitReason.KILL);
        case WITH_REASON_KILL -> throw exit(ExitReason.KILL);
      }
    });
  }

  @Rule("T4")
  @Test
  void theReasonKillOfALinkedProcessCanBeTrapped(Node node) {
    node.run(() -> {
      Pid me = self();
      Pid dies =
          spawn(() -> {
            Await.message("go");
            throw exit(ExitReason.KILL);
          });
      Monitored traps =
          spawnMonitor(() -> {
            trapExits(true);
            link(dies);
            send(me, "linked");
            assertThat(Await.exitOf(dies).reason()).isEqualTo(ExitReason.KILL);
          });
      Monitored plain =
          spawnMonitor(() -> {
            link(dies);
            send(me, "linked");
            receive();
          });
      Await.message("linked");
      Await.message("linked");
      send(dies, "go");
      assertThat(Await.down(plain).reason()).isEqualTo(ExitReason.KILL);
      assertThat(Await.down(traps).reason()).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Rule("T5")
  @Test
  void nobodyTrapsAKillNotEvenItsOwn(Node node) {
    node.run(() -> {
      AtomicBoolean returned = new AtomicBoolean();
      Monitored process =
          spawnMonitor(() -> {
            trapExits(true);
            exit(self(), ExitReason.KILL);
            returned.set(true);
          });
      assertThat(Await.down(process).reason()).isEqualTo(ExitReason.KILLED);
      assertThat(returned).isFalse();
    });
  }

  @Rule(value = "T6", otp = "process:self_exit")
  @Test
  void aTrappedSignalToItselfIsInTheMailboxOnReturn(Node node) {
    node.run(() -> {
      trapExits(true);
      ExitReason reason = ExitReason.term(kilobytes(8));
      for (int round = 0; round < 200; round++) {
        exit(self(), reason);
        Exit exit = receive(Exit.class, Duration.ZERO).orElseThrow();
        assertThat(exit.pid()).isEqualTo(self());
        assertThat(exit.reason()).isEqualTo(ExitReason.term(kilobytes(8)));
      }
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }

  @Rule(
      value = "T6",
      otp = {"process:normal_suicide_exit", "process:abnormal_suicide_exit"})
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSignalThatEndsItsSenderDoesNotReturn(boolean normal, Node node) {
    ExitReason reason = normal ? ExitReason.NORMAL : ExitReason.term(kilobytes(8));
    AtomicBoolean returned = new AtomicBoolean();
    node.run(() -> {
      trapExits(true);
      Pid pid =
          spawnLink(() -> {
            exit(self(), reason);
            returned.set(true);
          });
      assertThat(Await.exitOf(pid).reason()).isEqualTo(reason);
    });
    assertThat(returned).isFalse();
  }

  @Rule(
      value = {"T6", "X6"},
      otp = "process:t_exit_2_catch")
  @Test
  void catchingTheUnwindingDoesNotSave(Node node) {
    AtomicInteger caught = new AtomicInteger();
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      Pid pid =
          spawnLink(() -> {
            for (int attempt = 0; attempt < 3; attempt++) {
              try {
                exit(self(), ExitReason.term("die"));
                send(me, "alive");
              } catch (Throwable e) {
                caught.incrementAndGet();
              }
            }
          });
      assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.term("die"));
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
    assertThat(caught).hasValue(3);
  }

  @Rule(
      value = {"T7", "I1"},
      otp = "process:t_exit_2_other_normal")
  @Test
  void normalDoesNothingToAnotherThatDoesNotTrap(Node node) {
    node.run(() -> {
      Pid pid = spawn(() -> Await.message("x"));
      exit(pid, ExitReason.NORMAL);
      assertThat(isAlive(pid)).isTrue();
      assertThat(info(pid)).hasValueSatisfying(i -> assertThat(i.messageQueueLength()).isZero());
      exit(pid, ExitReason.KILL);
      assertThat(isAlive(pid)).isFalse();
    });
  }

  @Rule(
      value = {"T1", "X4"},
      otp = "process:t_exit_2_other")
  @Test
  void aReasonMayBeLarge(Node node) {
    node.run(() -> {
      trapExits(true);
      for (int round = 0; round < 10; round++) {
        Pid pid = spawnLink(() -> Await.message("x"));
        exit(pid, ExitReason.term(kilobytes(128)));
        assertThat(Await.exitOf(pid).reason()).isEqualTo(ExitReason.term(kilobytes(128)));
      }
    });
  }

  @Rule("T8")
  @Test
  void anExitSignalToNobodyIsNoError(Node node, Nodes nodes) {
    Pid stranger = nodes.start().spawn(() -> {});
    node.run(() -> {
      Monitored dead = spawnMonitor(() -> {});
      Await.down(dead);
      for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.KILL, ExitReason.SHUTDOWN)) {
        exit(dead.pid(), reason);
        exit(stranger, reason);
      }
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }

  @Rule("T9")
  @Test
  void anExitByLinkLooksLikeOneThatWasSent(Node node) {
    node.run(() -> {
      trapExits(true);
      Pid me = self();
      Pid pid =
          spawnLink(() -> {
            exit(me, ExitReason.term("boom"));
            throw exit(ExitReason.term("boom"));
          });
      Exit sent = Await.exitOf(pid);
      Exit byLink = Await.exitOf(pid);
      assertThat(byLink.pid()).isEqualTo(sent.pid());
      assertThat(byLink.reason()).isEqualTo(sent.reason());
    });
  }

  @Rule(
      value = {"T10", "F1"},
      otp = "process:process_flag_badarg")
  @Test
  void trapExitsReturnsWhatItWas(Node node) {
    node.run(() -> {
      assertThat(trapExits(false)).isFalse();
      assertThat(trapExits(true)).isFalse();
      assertThat(info(self()).orElseThrow().trapsExits()).isTrue();
      assertThat(trapExits(true)).isTrue();
      assertThat(trapExits(false)).isTrue();
      assertThat(info(self()).orElseThrow().trapsExits()).isFalse();
    });
  }

  /// A linked process dies while another is between two verbs that belong together.
  @Rule("T12")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyTrappingProtectsACriticalSection(boolean traps, Node node) {
    node.run(() -> {
      Pid me = self();
      AtomicBoolean go = new AtomicBoolean();
      Pid dies =
          spawn(() -> {
            Await.message("die");
            throw exit(ExitReason.term("boom"));
          });
      Monitored process =
          spawnMonitor(() -> {
            trapExits(traps);
            link(dies);
            send(me, "first half");
            // Computes: it calls no verb, and receives the signal all the same (S7).
            Await.until(go::get);
            send(me, "second half");
          });
      Await.message("first half");
      send(dies, "die");
      Await.until(() -> !isAlive(dies));
      go.set(true);
      Down down = Await.down(process);
      assertThat(down.reason()).isEqualTo(traps ? ExitReason.NORMAL : ExitReason.term("boom"));
      assertThat(receive(String.class, Duration.ZERO).isPresent()).isEqualTo(traps);
    });
  }

  private static List<Object> kilobytes(int count) {
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) count);
    String text = new String(bytes, StandardCharsets.US_ASCII);
    return IntStream.range(0, 2 * count).<Object>mapToObj(i -> i + text).toList();
  }
}
