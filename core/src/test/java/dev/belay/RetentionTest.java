package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A pid that somebody keeps does not keep the dead from which its process's reason came.
class RetentionTest {
  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));

  @AfterEach
  void close() {
    node.close();
  }

  /// The two ends of a chain of deaths.
  private record Ends(WeakReference<Pid> first, Pid last) {}

  @Test
  void aPidKeepsNobodyWhoDiedBefore() {
    Ends ends = chain();
    Waiting.until(
        "the first of the dead is forgotten",
        () -> {
          System.gc();
          return ends.first.get() == null;
        });
    assertThat(node.info(ends.last)).isEmpty();
  }

  private Ends chain() {
    try (Inbox inbox = node.inbox()) {
      Pid first =
          node.spawn(() -> {
            Belay.receive();
            Belay.exit(ExitReason.SHUTDOWN);
          });
      Monitored last =
          inbox.spawnMonitor(() -> {
            Belay.link(first);
            Belay.send(inbox.pid(), "linked");
            Belay.receive();
          });
      assertThat(inbox.receive()).isEqualTo("linked");
      inbox.send(first, "go");
      Down down = inbox.receive(Down.class);
      assertThat(down.trail().hops()).extracting(Trail.Hop::pid).containsExactly(first, last.pid());
      return new Ends(new WeakReference<>(first), last.pid());
    }
  }
}
