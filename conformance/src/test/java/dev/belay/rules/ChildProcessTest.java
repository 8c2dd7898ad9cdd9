package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.send;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plain processes as children of a supervisor.
@BothStyles
@BelayTest
class ChildProcessTest {
  /// Ends when it is told to, by a return or a throw.
  private static final class Worker implements Behaviour {
    @Override
    public Behaviour handle(Object message) {
      return obey(message) ? Behaviour.done() : Behaviour.same();
    }
  }

  private static boolean obey(Object message) {
    if (message.equals("crash")) {
      throw new IllegalStateException("as told");
    }
    return message.equals("return");
  }

  private static Body worker(boolean inTurns) {
    return inTurns
        ? Turns.of(Worker::new)
        : () -> {
          while (!obey(receive())) {}
        };
  }

  private static Pid pid(SupervisorRef supervisor) {
    return supervisor.child("worker").orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itIsStartedAgainHoweverItEnds(boolean inTurns, Node node, Expected expected) {
    expected.maybeReport("");
    node.run(() -> {
      SupervisorRef supervisor =
          Supervisor.oneForOne()
              .intensity(3, Await.LONG)
              .child(
                  ChildSpec.process("worker", SpawnOptions.DEFAULT.name("worker"), worker(inTurns)))
              .startLink();
      for (String order : new String[] {"return", "crash"}) {
        Pid before = pid(supervisor);
        assertThat(Belay.whereis("worker")).contains(before);
        monitor(before);
        send(before, order);
        receive(Down.class);
        Await.until(() -> supervisor.child("worker").isPresent());
        assertThat(pid(supervisor)).isNotEqualTo(before);
        assertThat(Belay.whereis("worker")).isEqualTo(Optional.of(pid(supervisor)));
      }
      supervisor.stop();
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itGoesDownWithItsSupervisorWhateverTheReason(boolean inTurns, Node node) {
    node.run(() -> {
      trapExits(true);
      for (ExitReason reason : new ExitReason[] {ExitReason.NORMAL, ExitReason.KILL}) {
        SupervisorRef supervisor =
            Supervisor.oneForOne().child(ChildSpec.process("worker", worker(inTurns))).startLink();
        Pid worker = pid(supervisor);
        monitor(worker);
        if (reason.equals(ExitReason.KILL)) {
          exit(supervisor.pid().orElseThrow(), reason);
        } else {
          terminate(supervisor.pid().orElseThrow());
        }
        assertThat(receive(Down.class).process()).isEqualTo(worker);
        assertThat(receive(Exit.class).pid()).isEqualTo(supervisor.pid().orElseThrow());
      }
    });
  }
}
