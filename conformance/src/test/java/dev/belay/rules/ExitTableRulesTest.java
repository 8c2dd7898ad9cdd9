package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.link;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.testkit.BelayTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a received exit signal does: the decision table T1, row by row.
@BothStyles
@BelayTest
class ExitTableRulesTest {
  /// How a signal comes to its receiver.
  enum Way {
    /// The receiver is linked with a process that ends with the reason.
    LINK,
    /// It was, and has unlinked.
    UNLINKED,
    /// It is linked so that it goes down with the other whatever the reason.
    ANY_EXIT,
    /// Another process sends the signal.
    SENT,
    /// The receiver sends it to itself.
    OWN,
    /// Another process terminates the receiver.
    TERMINATE
  }

  /// The whole table, top-down; the last column names the row of T1, or `+` for what Belay has
  /// beyond it: the link that goes down with any exit, and `terminate`.
  @Rule(
      value = "T1",
      otp = {
        "process:t_exit_2_other",
        "process:t_exit_2_other_normal",
        "process:self_exit",
        "process:normal_suicide_exit",
        "process:abnormal_suicide_exit",
        "signal:kill2killed"
      })
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          way,       traps, reason,   outcome,          row
          UNLINKED,  false, normal,   nothing,          a
          UNLINKED,  false, shutdown, nothing,          a
          UNLINKED,  false, kill,     nothing,          a
          UNLINKED,  false, killed,   nothing,          a
          UNLINKED,  false, boom,     nothing,          a
          UNLINKED,  true,  normal,   nothing,          a
          UNLINKED,  true,  shutdown, nothing,          a
          UNLINKED,  true,  kill,     nothing,          a
          UNLINKED,  true,  killed,   nothing,          a
          UNLINKED,  true,  boom,     nothing,          a
          SENT,      false, kill,     dies killed,      b
          SENT,      true,  kill,     dies killed,      b
          OWN,       false, kill,     dies killed,      b
          OWN,       true,  kill,     dies killed,      b
          LINK,      true,  normal,   message normal,   c
          LINK,      true,  shutdown, message shutdown, c
          LINK,      true,  kill,     message kill,     c
          LINK,      true,  killed,   message killed,   c
          LINK,      true,  boom,     message boom,     c
          SENT,      true,  normal,   message normal,   c
          SENT,      true,  shutdown, message shutdown, c
          SENT,      true,  killed,   message killed,   c
          SENT,      true,  boom,     message boom,     c
          OWN,       true,  normal,   message normal,   c
          OWN,       true,  shutdown, message shutdown, c
          OWN,       true,  killed,   message killed,   c
          OWN,       true,  boom,     message boom,     c
          LINK,      false, normal,   nothing,          d
          SENT,      false, normal,   nothing,          d
          OWN,       false, normal,   dies normal,      e
          LINK,      false, shutdown, dies shutdown,    f
          LINK,      false, kill,     dies kill,        f
          LINK,      false, killed,   dies killed,      f
          LINK,      false, boom,     dies boom,        f
          SENT,      false, shutdown, dies shutdown,    f
          SENT,      false, killed,   dies killed,      f
          SENT,      false, boom,     dies boom,        f
          OWN,       false, shutdown, dies shutdown,    f
          OWN,       false, killed,   dies killed,      f
          OWN,       false, boom,     dies boom,        f
          ANY_EXIT,  false, normal,   dies normal,      +
          ANY_EXIT,  false, kill,     dies kill,        +
          ANY_EXIT,  false, boom,     dies boom,        +
          ANY_EXIT,  true,  normal,   message normal,   +
          ANY_EXIT,  true,  boom,     message boom,     +
          TERMINATE, false, normal,   dies normal,      +
          TERMINATE, false, shutdown, dies shutdown,    +
          TERMINATE, true,  normal,   dies normal,      +
          TERMINATE, true,  kill,     dies kill,        +
          TERMINATE, true,  boom,     dies boom,        +
          """)
  void anExitSignalIsReceived(
      Way way, boolean traps, String reason, String outcome, String row, Node node) {
    assertThat(row).isNotEmpty();
    node.run(() -> assertThat(outcomeOf(way, traps, reason(reason))).isEqualTo(outcome));
  }

  private static ExitReason reason(String name) {
    return switch (name) {
      case "normal" -> ExitReason.NORMAL;
      case "shutdown" -> ExitReason.SHUTDOWN;
      case "kill" -> ExitReason.KILL;
      case "killed" -> ExitReason.KILLED;
      default -> ExitReason.term(name);
    };
  }

  /// Plays one row: a sender, a receiver that tells all that it hears, and a probe behind the
  /// signal. Only the receiver itself can put one behind its own.
  private static String outcomeOf(Way way, boolean traps, ExitReason reason) {
    Pid me = self();
    Monitored sender =
        spawnMonitor(() -> {
          Pid to = receive(Pid.class);
          switch (way) {
            case LINK, UNLINKED, ANY_EXIT -> throw exit(reason);
            case SENT -> exit(to, reason);
            case TERMINATE -> terminate(to, reason);
            case OWN -> {}
          }
        });
    Monitored receiver =
        spawnMonitor(() -> {
          trapExits(traps);
          switch (way) {
            case LINK -> link(sender.pid());
            case UNLINKED -> {
              link(sender.pid());
              unlink(sender.pid());
            }
            case ANY_EXIT -> link(sender.pid(), LinkMode.ANY_EXIT);
            case SENT, OWN, TERMINATE -> {}
          }
          send(me, "ready");
          if (way == Way.OWN) {
            exit(self(), reason);
            send(self(), "probe");
          }
          while (true) {
            send(me, receive());
          }
        });
    Await.message("ready");
    send(sender.pid(), receiver.pid());
    Await.down(sender);
    Pid from = way == Way.OWN ? receiver.pid() : sender.pid();
    if (way != Way.OWN) {
      send(receiver.pid(), "probe");
    }
    List<String> heard = new ArrayList<>();
    while (true) {
      switch (receive()) {
        case Exit exit -> {
          assertThat(exit.pid()).isEqualTo(from);
          heard.add("message " + exit.reason());
        }
        case Down down -> {
          assertThat(down.ref()).isEqualTo(receiver.ref());
          heard.add("dies " + down.reason());
          return String.join(", ", heard);
        }
        default -> {
          assertThat(info(receiver.pid()).orElseThrow().links()).isEmpty();
          exit(receiver.pid(), ExitReason.KILL);
          return heard.isEmpty() ? "nothing" : String.join(", ", heard);
        }
      }
    }
  }
}
