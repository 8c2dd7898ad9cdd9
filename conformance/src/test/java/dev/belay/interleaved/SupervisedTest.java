package dev.belay.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.otp.Backoff;
import dev.belay.otp.Call;
import dev.belay.otp.CallException;
import dev.belay.otp.ChildInfo;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.PartitionSupervisor;
import dev.belay.otp.Restart;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Interleaved;
import dev.belay.testkit.Nodes;
import dev.belay.testkit.Probe;
import java.time.Duration;
import java.util.List;
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

  /// A restart that is exactly as old as the period still counts; one that is older does not.
  private static void restartsTwice(Node node, Probe probe, Duration between, boolean survives) {
    SupervisorRef top =
        Supervisor.oneForOne()
            .intensity(1, Duration.ofSeconds(1))
            .child("a", Counter::new)
            .start(node, StartOptions.DEFAULT);
    Pid pid = top.pid().orElseThrow();
    Ref ref = probe.inbox().monitor(pid);
    for (int i = 0; i < 2; i++) {
      // Time passes only when the supervisor has done all that it has to do at once.
      node.exit(top.child("a").orElseThrow(), ExitReason.KILL);
      assertThat(probe.inbox().receive(Down.class, between).isPresent())
          .isEqualTo(i == 1 && !survives);
    }
    if (survives) {
      assertThat(top.child("a")).isPresent();
      top.stop();
      assertThat(probe.expect(Down.class).ref()).isEqualTo(ref);
    }
  }

  @Interleaved(runs = 10)
  void aRestartAsOldAsThePeriodCounts(Node node, Probe probe) {
    restartsTwice(node, probe, Duration.ofSeconds(1), false);
  }

  @Interleaved(runs = 10)
  void anOlderRestartDoesNot(Node node, Probe probe) {
    restartsTwice(node, probe, Duration.ofSeconds(1).plusNanos(1), true);
  }

  /// Exactly, and not about: what a busy machine makes of it is no excuse here.
  @Interleaved(runs = 10)
  void aChildHasItsTimeToEndAndNoMore(Node node, Probe probe) {
    for (Duration needs : List.of(Duration.ofSeconds(1).minusNanos(1), Duration.ofSeconds(2))) {
      boolean inTime = needs.compareTo(Duration.ofSeconds(1)) < 0;
      SupervisorRef top =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.server("slow", () -> new Slow(needs))
                      .shutdown(Shutdown.within(Duration.ofSeconds(1))))
              .start(node, StartOptions.DEFAULT);
      Ref ref = probe.inbox().monitor(top.child("slow").orElseThrow());
      long begin = node.nanoTime();
      top.terminateChild("slow");
      assertThat(Duration.ofNanos(node.nanoTime() - begin))
          .isEqualTo(inTime ? needs : Duration.ofSeconds(1));
      assertThat(probe.expect(Down.class))
          .returns(ref, Down::ref)
          .returns(inTime ? ExitReason.SHUTDOWN : ExitReason.KILLED, Down::reason);
      top.stop();
    }
  }

  /// Needs a time to end.
  private static final class Slow extends Server<Counter.Message> {
    private final Duration needs;

    Slow(Duration needs) {
      this.needs = needs;
    }

    @Override
    protected void init() {
      Belay.trapExits(true);
    }

    @Override
    protected void handleMessage(Counter.Message message) {
      throw new IllegalStateException("nobody should send " + message);
    }

    @Override
    protected void cleanUp(ExitReason reason) {
      Belay.sleep(needs);
    }
  }

  /// Each failure in a row doubles the wait, up to the longest; whoever has been healthy begins
  /// anew.
  @Interleaved(runs = 10)
  void theBackoffIsAsLongAsItSays(Node node, Probe probe) {
    SupervisorRef top =
        Supervisor.oneForOne()
            .intensity(100, Duration.ofMinutes(1))
            .child(
                ChildSpec.server("a", Counter::new)
                    .backoff(
                        new Backoff(
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(3),
                            0,
                            Duration.ofSeconds(20))))
            .start(node, StartOptions.DEFAULT);
    waits(node, probe, top, Duration.ofSeconds(1));
    waits(node, probe, top, Duration.ofSeconds(2));
    waits(node, probe, top, Duration.ofSeconds(3));
    waits(node, probe, top, Duration.ofSeconds(3));
    probe.expectNothing(Duration.ofSeconds(20).minusNanos(1));
    waits(node, probe, top, Duration.ofSeconds(3));
    probe.expectNothing(Duration.ofSeconds(20));
    waits(node, probe, top, Duration.ofSeconds(1));
    top.stop();
  }

  private static void waits(Node node, Probe probe, SupervisorRef top, Duration time) {
    node.exit(top.child("a").orElseThrow(), ExitReason.KILL);
    probe.expectNothing(time.minusNanos(1));
    assertThat(top.children()).singleElement().returns(true, ChildInfo::restarting);
    probe.expectNothing(Duration.ofNanos(1));
    assertThat(top.child("a")).isPresent();
  }

  /// Whenever their supervisor is killed, also while it begins: those that do not listen to anybody
  /// are ended before there are others.
  @Interleaved(runs = 40)
  void partitionsOfAKilledSupervisorAreGone(Node node, Probe probe, Expected expected) {
    expected.maybeReport("");
    PartitionSupervisor deaf =
        PartitionSupervisor.of(
            "deaf",
            3,
            index ->
                ChildSpec.process(
                        "any",
                        () -> {
                          Belay.trapExits(true);
                          while (true) {
                            Belay.receive();
                          }
                        })
                    .shutdown(Shutdown.within(Duration.ofMillis(10))));
    SupervisorRef top =
        Supervisor.oneForOne()
            .intensity(100, Duration.ofSeconds(1))
            .child(deaf.asChild())
            .start(node, StartOptions.DEFAULT);
    Pid killer =
        probe.spawn(() -> {
          for (int i = 0; i < 12; i++) {
            Belay.sleep(Duration.ofMillis(10));
            // Now those are killed that did not listen, and others started: some way into that.
            for (int steps = 0; steps < 3 * i; steps++) {
              Belay.receive(Duration.ZERO);
            }
            Belay.whereis("deaf").ifPresent(pid -> Belay.exit(pid, ExitReason.KILL));
          }
        });
    probe.expectDown(killer, ExitReason.NORMAL);
    probe.expectNothing(Duration.ofMinutes(1));
    // The two supervisors, and the partitions.
    assertThat(node.processes()).hasSize(5);
    assertThat(deaf.partitions(node)).hasSize(3);
    top.stop();
    assertThat(node.processes()).isEmpty();
  }

  /// That a child is ready is heard before its end.
  @Interleaved(runs = RUNS)
  void whoIsReadyAndEndsAtOnceHasBegun(Node node) {
    ChildSpec brief =
        ChildSpec.process("brief", Supervisor::ready)
            .restart(Restart.TRANSIENT)
            .awaitReady(Duration.ofSeconds(5));
    SupervisorRef supervisor =
        Supervisor.oneForOne().child(brief).start(node, StartOptions.DEFAULT);
    assertThat(supervisor.count().specs()).isEqualTo(1);
    supervisor.stop();
  }
}
