package dev.belay.verbs;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.ExitReason;
import dev.belay.InterruptPolicy;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.NoProcessException;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.ProcessInfo;
import dev.belay.SpawnOptions;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Options are checked when they are made, keep what they were given, and say what would be right.
@BelayTest
class OptionsTest {
  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, (1 << 27) + 1, Integer.MAX_VALUE})
  void aNodeHasAtLeastOneProcess(int bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeOptions.DEFAULT.maxProcesses(bad))
        .withMessage("maxProcesses(" + bad + "): must be from 1 to 134217728");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "tab\tname", "line\n"})
  void aNodesNameIsOneWord(String bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeOptions.DEFAULT.name(bad))
        .withMessageContaining("a node's name must not be empty or have spaces")
        .withMessageContaining("\"" + bad + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.000000001S", "-PT1H", "PT1H0.000000001S", "PT1000H"})
  void theShutdownTimeIsBounded(String bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeOptions.DEFAULT.shutdownTime(Duration.parse(bad)))
        .withMessageContaining("must be from 0 to 1 hour");
  }

  @Test
  void nodesAreNamedAsAskedOrByNumber(Nodes nodes) {
    assertThat(nodes.start(NodeOptions.DEFAULT.name("base_camp")).name()).isEqualTo("base_camp");
    Node first = nodes.start();
    Node second = nodes.start();
    assertThat(first.name()).startsWith("belay-").isNotEqualTo(second.name());
    assertThat(first.toString()).contains(first.name());
  }

  /// Each method gives changed options, and leaves those that it was called on as they were.
  @Test
  void optionsAreValues(Node node) {
    SpawnOptions plain = SpawnOptions.DEFAULT;
    SpawnOptions all =
        plain
            .label("climber")
            .name("first_climber")
            .own(() -> {})
            .grace(Duration.ofSeconds(2))
            .killGrace(Duration.ofSeconds(1))
            .closeTime(Duration.ofSeconds(3))
            .interrupt(InterruptPolicy.NEVER);
    node.run(() -> {
      AtomicReference<String> thread = new AtomicReference<>("");
      Monitored climber =
          spawnMonitor(
              all,
              () -> {
                thread.set(Thread.currentThread().getName());
                Await.message("end");
              });
      ProcessInfo info = info(climber.pid()).orElseThrow();
      assertThat(info.label()).isEqualTo("climber");
      assertThat(info.registeredName()).contains("first_climber");
      assertThat(info.owned()).hasSize(1);
      Belay.send("first_climber", "end");
      assertThat(Await.down(climber).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(thread.get()).isEqualTo(climber.pid() + " first_climber climber");

      Monitored other = spawnMonitor(plain, Belay::receive);
      assertThat(info(other.pid()).orElseThrow())
          .satisfies(i -> assertThat(i.label()).isEmpty())
          .satisfies(i -> assertThat(i.registeredName()).isEmpty())
          .satisfies(i -> assertThat(i.owned()).isEmpty());
      Belay.terminate(other.pid());
      Await.down(other);
    });
  }

  @Test
  void aMonitorTakesATagAndAnAlias(Node node) {
    MonitorOptions tagged = MonitorOptions.DEFAULT.tag("my tag");
    node.run(() -> {
      Monitored process = spawnMonitor(SpawnOptions.DEFAULT, tagged, () -> {});
      assertThat(Await.down(process).tag()).contains("my tag");
      Monitored untagged = spawnMonitor(() -> {});
      assertThat(Await.down(untagged).tag()).isEmpty();
      Monitored both =
          spawnMonitor(SpawnOptions.DEFAULT, tagged.alias(AliasMode.EXPLICIT), Belay::receive);
      Belay.send(both.ref(), "to the alias");
      assertThat(receive()).isEqualTo("to the alias");
      assertThat(Belay.demonitor(both.ref(), Demonitor.INFO)).isTrue();
      assertThat(Belay.unalias(both.ref())).isTrue();
      Belay.terminate(both.pid());
    });
  }

  @Test
  void aPlainAliasCannotGoWithAMonitor(Node node) {
    node.run(() ->
        assertThatIllegalArgumentException()
            .isThrownBy(() -> alias(AliasMode.DEMONITOR))
            .withMessageContaining("that mode is for the alias of a monitor")
            .withMessageContaining("use EXPLICIT or REPLY"));
  }

  @Test
  void negativeTimesAreRefused(Node node) {
    Duration bad = Duration.ofMillis(-1);
    node.run(() -> {
      for (Runnable call :
          List.<Runnable>of(
              () -> receive(bad), () -> receive(String.class, bad), () -> Belay.sleep(bad))) {
        assertThatIllegalArgumentException()
            .isThrownBy(call::run)
            .withMessageContaining("PT-0.001S): a timeout cannot be negative");
      }
    });
  }

  @Test
  void aNameThatNobodyHasSaysWhatToDo(Node node) {
    node.run(() ->
        assertThatExceptionOfType(NoProcessException.class)
            .isThrownBy(() -> Belay.send("nobody", "hello"))
            .withMessageContaining("nobody is registered under that name on node " + node.name())
            .withMessageContaining("send to new Name(\"nobody\", \"" + node.name() + "\")"));
    assertThatExceptionOfType(NoProcessException.class)
        .isThrownBy(() -> node.send("nobody", "hello"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aListenerKeepsAtLeastOneEvent(int bad, Node node) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node.trace(e -> true, e -> {}, bad))
        .withMessageContaining("trace(…, " + bad + "): the bound must be at least 1");
  }
}
