package dev.belay.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.MailboxPolicy;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Ref;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import dev.belay.Turns;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Only messages wait in a mailbox: a link, a monitor, an exit signal and `info` take effect at
/// once, with a million messages waiting.
@BelayTest
class LongMailboxTest {
  private static final int WAITING = 1_000_000;

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void aControlSignalActsAtOnce(boolean inTurns, boolean bounded, Node node) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    Behaviour behaviour =
        message -> {
          handled.incrementAndGet();
          return Behaviour.same();
        };
    Body body =
        inTurns
            ? Turns.of(() -> {
              gate.await();
              return behaviour;
            })
            : () -> {
              gate.await();
              Turns.of(() -> behaviour).run();
            };
    SpawnOptions options = SpawnOptions.DEFAULT;
    if (bounded) {
      options = options.mailbox(WAITING, MailboxPolicy.SENDER_WAITS);
    }
    try (Inbox inbox = node.inbox()) {
      inbox.trapExits(true);
      Monitored process = inbox.spawnMonitor(options, body);
      Pid pid = process.pid();
      for (int i = 0; i < WAITING; i++) {
        inbox.send(pid, i);
      }

      Ref second = inbox.monitor(pid);
      inbox.link(pid);
      ProcessInfo info = node.info(pid).orElseThrow();
      assertThat(info.messageQueueLength()).isEqualTo(WAITING);
      assertThat(info.monitoredBy()).containsExactly(inbox.pid(), inbox.pid());
      assertThat(info.links()).containsExactly(inbox.pid());
      inbox.unlink(pid);
      inbox.demonitor(second);
      info = node.info(pid).orElseThrow();
      assertThat(info.monitoredBy()).containsExactly(inbox.pid());
      assertThat(info.links()).isEmpty();
      inbox.link(pid);

      inbox.exit(pid, ExitReason.term("at once"));
      assertThat(inbox.receive(Exit.class, Await.LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.term("at once"));
      assertThat(inbox.receive(Down.class, Await.LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.term("at once"));
      assertThat(handled).hasValue(0);
      assertThat(node.info(pid)).isEmpty();
    } finally {
      gate.countDown();
    }
  }

  /// One that has looked at all its messages, and waits for another.
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void alsoWhileItWaits(boolean bounded, Node node) {
    SpawnOptions options = SpawnOptions.DEFAULT;
    if (bounded) {
      options = options.mailbox(WAITING, MailboxPolicy.DROP_NEWEST);
    }
    try (Inbox inbox = node.inbox()) {
      Monitored process =
          inbox.spawnMonitor(
              options, () -> Belay.receive(Selector.matching(message -> message.equals("never"))));
      for (int i = 0; i < WAITING; i++) {
        inbox.send(process.pid(), i);
      }
      assertThat(node.info(process.pid()).orElseThrow().messageQueueLength()).isEqualTo(WAITING);
      inbox.exit(process.pid(), ExitReason.KILL);
      assertThat(inbox.receive(Down.class, Await.LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.KILLED);
    }
  }
}
