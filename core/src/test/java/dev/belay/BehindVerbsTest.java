package dev.belay;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What libraries that are built on processes need to know of them.
class BehindVerbsTest {
  private static final ExitReason ODD = ExitReason.term("odd");

  private final LogCapture log = new LogCapture(Level.WARNING);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("valley").daemon(true));

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  @Test
  void aThreadCanAskWhetherItIsAProcess() throws Exception {
    assertThat(Belay.inProcess()).isFalse();
    AtomicReference<Boolean> child = new AtomicReference<>();
    node.run(() -> {
      assertThat(Belay.inProcess()).isTrue();
      Thread thread = Thread.ofVirtual().start(() -> child.set(Belay.inProcess()));
      thread.join();
    });
    assertThat(child).hasValue(false);
  }

  @Test
  void aTurnKnowsItsBehaviour() {
    AtomicReference<@Nullable Behaviour> atStart = new AtomicReference<>();
    AtomicReference<@Nullable Behaviour> inTurn = new AtomicReference<>();
    Behaviour behaviour =
        message -> {
          inTurn.set(Turns.current());
          return Behaviour.done();
        };
    assertThat(Turns.current()).isNull();
    node.run(() -> assertThat(Turns.current()).isNull());
    Pid pid =
        node.spawn(
            Turns.of(
                () -> {
                  atStart.set(Turns.current());
                  return behaviour;
                },
                String.class));
    assertThat(node.info(pid).orElseThrow().initialFunction()).contains("String");
    node.send(pid, "go");
    Waiting.until("it has ended", () -> !node.isAlive(pid));
    assertThat(atStart).hasNullValue();
    assertThat(inTurn).hasValue(behaviour);
  }

  /// A trapped signal that ends the process after all has the same trail as one that was not.
  @Test
  void anEndForATrappedSignalKeepsItsTrail() {
    try (Inbox inbox = node.inbox()) {
      Pid first =
          inbox.spawn(() -> {
            receive();
            throw exit(ODD);
          });
      Monitored second =
          inbox.spawnMonitor(
              SpawnOptions.DEFAULT.reportExits(),
              () -> {
                trapExits(true);
                Belay.link(first);
                Belay.send(first, "go");
                throw exit(receive(Exit.class));
              });
      Down down = inbox.receive(Down.class);
      assertThat(down.reason()).isEqualTo(ODD);
      assertThat(down.trail().hops())
          .extracting(Trail.Hop::pid)
          .containsExactly(first, second.pid());
      assertThat(down.trail().hops().getLast().how()).isEqualTo(Trail.How.LINK);

      Monitored third =
          inbox.spawnMonitor(() -> {
            trapExits(true);
            Belay.send(inbox.pid(), "ready");
            throw exit(receive(Exit.class));
          });
      inbox.receive(String.class);
      inbox.exit(third.pid(), ODD);
      Trail.Hop hop = inbox.receive(Down.class).trail().hops().getLast();
      assertThat(hop.how()).isEqualTo(Trail.How.EXIT_SIGNAL);
      assertThat(hop.from()).isEqualTo(inbox.pid());
    }
    assertThat(node.flushReports(Duration.ofSeconds(20))).isTrue();
    // Not of their own making: nothing to report.
    assertThat(log.with("crashed")).isEmpty();
  }

  @Test
  void anExitIsReportedIfThatIsAskedFor() {
    for (SpawnOptions options : List.of(SpawnOptions.DEFAULT, SpawnOptions.DEFAULT.reportExits())) {
      try (Inbox inbox = node.inbox()) {
        for (ExitReason reason : List.of(ExitReason.SHUTDOWN, ODD)) {
          inbox.spawnMonitor(
              options.label("told"),
              () -> {
                throw exit(reason);
              });
          inbox.receive(Down.class);
        }
      }
    }
    assertThat(node.flushReports(Duration.ofSeconds(20))).isTrue();
    assertThat(log.with("crashed: odd")).hasSize(1);
  }
}
