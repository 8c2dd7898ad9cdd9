package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Nodes;
import dev.belay.testkit.Probe;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;

/// Supervisors and servers keep their promises in every order that is tried.
@BelayTest
class SupervisedTest {
  private static final int RUNS = 25;

  /// Counts what it is sent.
  static final class Counter extends Server<Counter.Message> {
    sealed interface Message {}

    record Next() implements Message, Call<Message, Integer> {}

    private int count;

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Next next -> reply(next, ++count);
      }
    }
  }

  @BeforeEach
  void whatSupervisorsSay(Expected expected) {
    expected.maybeReport("supervisor <");
    expected.maybeReport("killed");
  }

  static SupervisorRef start(Node node, Supervisor supervisor) {
    return supervisor
        .intensity(100, Duration.ofSeconds(1))
        .child("a", Counter::new)
        .child("b", Counter::new)
        .start(node, StartOptions.DEFAULT);
  }

  /// Kills a child, if it is there, and goes on calling the other.
  static void play(Node node, SupervisorRef supervisor, String victim, String other) {
    supervisor.child(victim).ifPresent(pid -> Belay.exit(pid, ExitReason.KILL));
    for (int i = 0; i < 2; i++) {
      try {
        supervisor
            .child(other)
            .ifPresent(
                pid -> ServerRef.of(node, pid, Counter.Message.class).call(new Counter.Next()));
      } catch (CallException e) {
        assertThat(e).hasMessageContaining("call");
      }
    }
  }

  private static void restarts(Node node, Probe probe, Supervisor supervisor) {
    SupervisorRef top = start(node, supervisor);
    Pid one = probe.spawn(() -> play(node, top, "a", "b"));
    Pid two = probe.spawn(() -> play(node, top, "b", "a"));
    probe.expectDown(one, ExitReason.NORMAL);
    probe.expectDown(two, ExitReason.NORMAL);
    probe.expectNothing(Duration.ofMinutes(1));
    assertThat(top.children()).extracting(ChildInfo::id).containsExactly("b", "a");
    for (ChildInfo child : top.children()) {
      Pid pid = child.pid().orElseThrow();
      assertThat(ServerRef.of(node, pid, Counter.Message.class).call(new Counter.Next()))
          .isBetween(1, 3);
    }
    top.stop();
    assertThat(node.processes()).isEmpty();
  }

  @Interleaved(runs = RUNS)
  void killedChildrenAreRestarted(Node node, Probe probe) {
    restarts(node, probe, Supervisor.oneForOne());
  }

  @Interleaved(runs = RUNS)
  void killedChildrenAreRestartedTogether(Node node, Probe probe) {
    restarts(node, probe, Supervisor.oneForAll());
  }

  @Interleaved(runs = 10)
  void inDevelopmentModeToo(Nodes nodes) {
    Node node = nodes.start(NodeOptions.DEFAULT.developmentMode(true));
    restarts(node, Probe.of(node), Supervisor.restForOne());
  }
}
