package dev.belay.verbs;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.link;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.register;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.unlink;
import static dev.belay.Belay.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.LinkMode;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.NameException;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.rules.Await;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes of one JVM are strangers: towards each other they are nodes that cannot be reached.
@BothStyles
@BelayTest
class StrangerNodesTest {
  private static final Duration NOW = Duration.ZERO;

  private Optional<Inbox> opened = Optional.empty();

  /// A mailbox on the other node, so that the test sees whatever arrives there.
  private Inbox there() {
    return opened.orElseThrow();
  }

  @BeforeEach
  void openThere(Nodes nodes) {
    opened = Optional.of(nodes.start(NodeOptions.DEFAULT.name("there")).inbox());
    there().trapExits(true);
    there().register("somebody");
  }

  @AfterEach
  void nothingHasArrivedThere() {
    assertThat(there().receive(NOW)).isEmpty();
    there().close();
  }

  @Test
  void messagesVanish(Node node) {
    Ref alias = there().alias();
    node.run(() -> {
      send(there().pid(), "hello");
      send(alias, "hello");
      send(new Name("somebody", "there"), "hello");
      Belay.sendAfter(NOW, new Name("somebody", "there"), "hello");
      Belay.sendAfter(NOW, self(), "fired");
      assertThat(receive()).isEqualTo("fired");
    });
    node.send(there().pid(), "hello");
    node.send(alias, "hello");
    node.send(new Name("somebody", "there"), "hello");
  }

  @Test
  void exitSignalsVanish(Node node) {
    node.run(() -> {
      exit(there().pid(), ExitReason.KILL);
      exit(there().pid(), ExitReason.SHUTDOWN);
      terminate(there().pid());
    });
    node.exit(there().pid(), ExitReason.KILL);
    node.terminate(there().pid(), ExitReason.NORMAL);
  }

  @Test
  void aLinkIsBrokenAtOnce(Node node) {
    node.run(() -> {
      trapExits(true);
      for (LinkMode mode : LinkMode.values()) {
        link(there().pid(), mode);
        Exit exit = (Exit) receive(NOW).orElseThrow();
        assertThat(exit.pid()).isEqualTo(there().pid());
        assertThat(exit.reason()).isEqualTo(ExitReason.NO_CONNECTION);
        assertThat(info(self()).orElseThrow().links()).isEmpty();
      }
      unlink(there().pid());
      Monitored linker = spawnMonitor(() -> link(there().pid()));
      assertThat(Await.down(linker).reason()).isEqualTo(ExitReason.NO_CONNECTION);
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMonitorIsDownAtOnce(boolean byName, Node node) {
    node.run(() -> {
      Ref ref = monitor(byName ? new Name("somebody", "there") : there().pid());
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.NO_CONNECTION);
      assertThat(Belay.demonitor(ref, Demonitor.INFO)).isFalse();
      assertThat(info(self()).orElseThrow().monitors()).isEmpty();
      // On this node it is a name that nobody has, which is something else.
      assertThat(Await.down(monitor("somebody")).reason()).isEqualTo(ExitReason.NO_PROC);
    });
  }

  @Test
  void whatAsksForAnAnswerIsRefused(Node node) {
    node.run(() -> {
      for (Runnable ask :
          List.<Runnable>of(
              () -> info(there().pid()),
              () -> isAlive(there().pid()),
              () -> node.info(there().pid()),
              () -> node.isAlive(there().pid()))) {
        assertThatIllegalArgumentException()
            .isThrownBy(ask::run)
            .withMessageContaining("only for processes of this node")
            .withMessageContaining("the pid is of there");
      }
      assertThatExceptionOfType(NameException.class)
          .isThrownBy(() -> register("a_name", there().pid()))
          .withMessageContaining("only processes of this node can be registered");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Belay.sendAfter(NOW, there().pid(), "hello"))
          .withMessageContaining("must be a process of this node");
    });
  }

  @Test
  void eachHasItsOwnNamesAndNumbers(Node node, Nodes nodes) {
    Node there = nodes.start();
    node.run(() -> {
      register("somebody");
      assertThat(whereis("somebody")).contains(self());
    });
    Pid here = node.spawn(() -> {});
    Pid same = there.spawn(() -> {});
    while (same.number() < here.number()) {
      same = there.spawn(() -> {});
    }
    assertThat(same.number()).isEqualTo(here.number());
    assertThat(same).isNotEqualTo(here);
    assertThat(same.compareTo(here)).isNotZero();
    assertThat(same.toString()).isEqualTo(here.toString());
    assertThat(same.node()).isNotEqualTo(here.node());
  }

  @Test
  void oneNameDoesNotMakeOneNode(Nodes nodes) {
    Node first = nodes.start(NodeOptions.DEFAULT.name("twin"));
    Node second = nodes.start(NodeOptions.DEFAULT.name("twin"));
    try (Inbox inbox = first.inbox()) {
      Pid same = second.spawn(() -> {});
      assertThat(same.node()).isEqualTo(inbox.pid().node());
      assertThat(same.number()).isEqualTo(inbox.pid().number());
      assertThat(same).isNotEqualTo(inbox.pid());
      assertThat(same.compareTo(inbox.pid())).isPositive();
      second.send(inbox.pid(), "hello");
      second.exit(inbox.pid(), ExitReason.KILL);
      assertThat(inbox.receive(NOW)).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> first.isAlive(same));
    }
  }
}
