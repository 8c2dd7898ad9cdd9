package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.spawnLink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.MailboxPolicy;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Supervisors whose mailbox has a bound.
@BothStyles
@BelayTest
class SupervisorMailboxTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
  }

  private static final StartOptions CRAMPED =
      StartOptions.DEFAULT.spawn(SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST));

  private static void fill(Pid mailbox) {
    for (int i = 0; i < 3; i++) {
      Belay.send(mailbox, "in the way");
    }
  }

  /// What a supervisor has to tell itself comes through.
  @Test
  void aFullMailboxLosesNoRestart(Node node) {
    AtomicInteger starts = new AtomicInteger();
    SupervisorRef supervisor =
        Supervisor.oneForOne()
            .intensity(10, Duration.ofMinutes(1))
            .child(
                ChildSpec.of(
                    "child",
                    () -> {
                      if (starts.incrementAndGet() == 2) {
                        fill(Belay.self());
                        throw exit(ODD);
                      }
                      return Child.of(spawnLink(Belay::receive));
                    }))
            .start(node, CRAMPED);
    node.terminate(supervisor.child("child").orElseThrow(), ODD);
    Await.until(() -> starts.get() == 3);
    supervisor.pid().ifPresent(pid -> node.terminate(pid, ExitReason.SHUTDOWN));
  }

  @Test
  void aFullMailboxLosesNobodyWhoIsReady(Node node) {
    SupervisorRef supervisor =
        Supervisor.oneForOne()
            .child(
                ChildSpec.of(
                        "child",
                        () -> {
                          Pid parent = Belay.self();
                          return Child.of(
                              spawnLink(() -> {
                                fill(parent);
                                Supervisor.ready();
                                Belay.receive();
                              }));
                        })
                    .awaitReady(Duration.ofSeconds(10)))
            .start(node, CRAMPED);
    assertThat(supervisor.pid()).isPresent();
    supervisor.stop();
  }
}
