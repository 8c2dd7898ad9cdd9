package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Probe;
import java.time.Duration;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// What a test has to say of supervisors that it lets run on, kills the children of, or drives to
/// give up.
@BelayTest
class LeftRunningTest {
  private static SupervisorRef start(Node node, int intensity) {
    Supervisor branch = Supervisor.oneForAll().child("c", SupervisedTest.Counter::new);
    return Supervisor.oneForOne()
        .intensity(intensity, Duration.ofSeconds(5))
        .child("a", SupervisedTest.Counter::new)
        .child("b", SupervisedTest.Counter::new)
        .child("branch", branch)
        .start(node, StartOptions.DEFAULT);
  }

  private static Pid kill(Node node, SupervisorRef top, Probe probe) {
    Pid victim = top.child("a").orElseThrow();
    probe.monitor(victim);
    node.exit(victim, ExitReason.KILL);
    probe.expectDown(victim, ExitReason.KILLED);
    return victim;
  }

  @RepeatedTest(5)
  void aTreeMayRunOn(Node node, Expected expected) {
    SupervisorRef top = start(node, 1);
    expected.running();
    assertThat(top.children()).hasSize(3);
  }

  @Test
  void thatAChildWasKilledIsReported(Node node, Probe probe, Expected expected) {
    SupervisorRef top = start(node, 1);
    expected.report("child a");
    Pid victim = kill(node, top, probe);
    assertThat(top.child("a")).isPresent().get().isNotEqualTo(victim);
    top.stop();
  }

  @Test
  void thatASupervisorGivesUpIsReported(Node node, Probe probe, Expected expected) {
    SupervisorRef top = start(node, 0);
    Pid pid = top.pid().orElseThrow();
    probe.monitor(pid);
    expected.report("child a");
    expected.report("shuts down");
    kill(node, top, probe);
    probe.expectDown(pid, ExitReason.SHUTDOWN);
  }
}
