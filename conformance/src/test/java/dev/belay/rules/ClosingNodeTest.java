package dev.belay.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.otp.Application;
import dev.belay.otp.Child;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.DynamicSupervisor;
import dev.belay.otp.DynamicSupervisorRef;
import dev.belay.otp.PartitionSupervisor;
import dev.belay.otp.Server;
import dev.belay.otp.Shutdown;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import dev.belay.otp.TaskSupervisor;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A node is closed whose trees run: they end, and nothing is reported. That nothing is, the test
/// kit sees to, because each test closes the node itself.
@BothStyles
@BelayTest
class ClosingNodeTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  /// Would have to be killed, if nobody ended it in order.
  private final class Tidy extends Server<Tidy.Message> {
    record Message() {}

    @Override
    protected void init() {
      Belay.trapExits(true);
    }

    @Override
    protected void handleMessage(Message message) {}

    @Override
    protected void cleanUp(ExitReason reason) {
      events.add("tidied for " + reason);
    }
  }

  /// Closes a node, which must not have to kill anybody.
  private static void close(Node node) {
    long begin = System.nanoTime();
    node.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MINUTE);
    assertThat(node.processes()).isEmpty();
  }

  private static Node start(Nodes nodes) {
    return nodes.start(NodeOptions.DEFAULT.shutdownTime(MINUTE));
  }

  private static Supervisor strategy(String name) {
    return switch (name) {
      case "one for one" -> Supervisor.oneForOne();
      case "one for all" -> Supervisor.oneForAll();
      default -> Supervisor.restForOne();
    };
  }

  private Supervisor family(String name) {
    return strategy(name)
        .child("plain", Clerk::new)
        .child(ChildSpec.server("tidy", Tidy::new))
        .child(ChildSpec.server("brutal", Clerk::new).shutdown(Shutdown.BRUTAL_KILL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"one for one", "one for all", "rest for one"})
  void aTreeOfTwoLevelsEndsWithoutAWord(String strategy, Nodes nodes) {
    Node node = start(nodes);
    SupervisorRef top =
        family(strategy).child(family(strategy).asChild("below")).start(node, StartOptions.DEFAULT);
    assertThat(top.count().active()).isEqualTo(4);
    close(node);
    assertThat(events).containsExactly("tidied for shutdown", "tidied for shutdown");
  }

  @Test
  void whoIsToldToEndCanSeeWhy(Nodes nodes) {
    Node node = start(nodes);
    AtomicBoolean traps = new AtomicBoolean();
    AtomicBoolean seen = new AtomicBoolean();
    node.spawn(() -> {
      Belay.trapExits(true);
      traps.set(true);
      Belay.receive(Exit.class);
      seen.set(node.isClosing());
    });
    Await.until(traps::get);
    assertThat(node.isClosing()).isFalse();
    close(node);
    assertThat(seen).isTrue();
    assertThat(node.isClosing()).isTrue();
  }

  @Test
  void soDoSupervisorsOfOtherKinds(Nodes nodes) {
    Node node = start(nodes);
    StartOptions named = StartOptions.DEFAULT.name("dynamic");
    Supervisor.oneForOne()
        .child(DynamicSupervisor.oneForOne().asChild("dynamic", named))
        .child(DynamicSupervisor.oneForOne().asChild("without children"))
        .child(
            PartitionSupervisor.of("parts", 2, i -> ChildSpec.server("part", Tidy::new)).asChild())
        .child(TaskSupervisor.DEFAULT.asChild("tasks"))
        .start(node, StartOptions.DEFAULT);
    DynamicSupervisorRef dynamic = DynamicSupervisorRef.named(node, "dynamic");
    dynamic.startChild(ChildSpec.server("plain", Clerk::new));
    dynamic.startChild(ChildSpec.server("tidy", Tidy::new));
    dynamic.startChild(ChildSpec.server("brutal", Clerk::new).shutdown(Shutdown.BRUTAL_KILL));
    close(node);
    assertThat(events).hasSize(3).containsOnly("tidied for shutdown");
  }

  /// No end of a child tells them that the node closes.
  @Test
  void soDoSupervisorsWhoseChildrenDoNotEnd(Nodes nodes) {
    Node node = start(nodes);
    Supervisor.oneForOne().start(node, StartOptions.DEFAULT);
    Supervisor.oneForOne().child("tidy", Tidy::new).start(node, StartOptions.DEFAULT);
    DynamicSupervisor.oneForOne().start(node, StartOptions.DEFAULT);
    close(node);
    assertThat(events).containsExactly("tidied for shutdown");
  }

  @ParameterizedTest
  @EnumSource
  void soDoesAnApplication(Application.Type type, Nodes nodes) {
    Node node = start(nodes);
    Application.named("shop")
        .type(type)
        .supervisor(family("one for one"))
        .beforeStop(() -> events.add("before stop"))
        .afterStop(() -> events.add("after stop"))
        .start(node);
    close(node);
    assertThat(events)
        .containsExactlyInAnyOrder("before stop", "tidied for shutdown", "after stop")
        .endsWith("after stop");
  }

  /// The first time, and again.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStartThatIsRefusedThenIsNotReported(boolean again, Nodes nodes, Expected expected) {
    if (again) {
      expected.report("child late <");
    }
    Node node = start(nodes);
    AtomicBoolean late = new AtomicBoolean(!again);
    AtomicBoolean begun = new AtomicBoolean();
    ChildSpec child =
        ChildSpec.of(
            "late",
            () -> {
              if (late.get()) {
                begun.set(true);
                // Until the node has told this process to end, and takes no more.
                Await.until(() -> Belay.info(Belay.self()).orElseThrow().messageQueueLength() > 0);
              }
              return Child.of(Belay.spawnLink(Belay::receive));
            });
    SupervisorRef top = Supervisor.oneForOne().start(node, StartOptions.DEFAULT);
    if (again) {
      top.startChild(child);
      late.set(true);
      node.terminate(top.child("late").orElseThrow(), ExitReason.term("odd"));
    } else {
      node.spawn(() -> top.startChild(child));
    }
    Await.until(begun::get);
    close(node);
  }
}
