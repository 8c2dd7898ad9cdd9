package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The bound of a mailbox by itself: what is kept of messages that were dropped.
class BoundTest {
  private static final int LIMIT = 4;

  /// Gaps that may be left in the inbox, and the node of the message that finds too many.
  private static final int MOST = LIMIT + 32 + 2;

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Cell cell =
      Objects.requireNonNull(
          node.spawn(SpawnOptions.DEFAULT.mailbox(LIMIT, MailboxPolicy.DROP_OLDEST), gate::await)
              .cell);

  @AfterEach
  void close() {
    gate.countDown();
    node.close();
  }

  private int nodes() {
    int count = 0;
    for (Message at = cell.mailbox.newest(); at != null; at = at.next) {
      count++;
    }
    for (Message at = cell.mailbox.first(); at != null; at = at.next) {
      count++;
    }
    return count;
  }

  private List<Object> contents() {
    List<Object> all = new ArrayList<>();
    for (Message at = cell.mailbox.first(); at != null; at = at.next) {
      Object content = at.open();
      if (content != null) {
        all.add(content);
      }
    }
    return all;
  }

  @Test
  void oneThatIsNeverLookedAtDoesNotGrow() {
    for (int i = 0; i < 100_000; i++) {
      node.send(cell.pid, i);
      assertThat(nodes()).isLessThanOrEqualTo(MOST);
      assertThat(cell.mailbox.count()).as("by the depth of the newest").isEqualTo(nodes());
      assertThat(cell.mailbox.length()).isEqualTo(Math.min(i + 1, LIMIT));
    }
    assertThat(cell.mailbox.take()).isTrue();
    assertThat(contents()).containsExactly(99_996, 99_997, 99_998, 99_999);
  }

  @Test
  void theKeptPartDoesNotGrow() {
    for (int i = 0; i < 10_000; i++) {
      node.send(cell.pid, i);
      assertThat(cell.mailbox.take()).isTrue();
      assertThat(nodes()).isLessThanOrEqualTo(LIMIT + 2);
      assertThat(cell.mailbox.length()).isEqualTo(Math.min(i + 1, LIMIT));
    }
    assertThat(contents()).containsExactly(9_996, 9_997, 9_998, 9_999);
  }

  /// A receive stands at the last node, and goes on from there.
  @Test
  void theLastNodeStaysUntilSomethingFollows() {
    node.send(cell.pid, "old");
    cell.mailbox.take();
    Message standing = Objects.requireNonNull(cell.mailbox.last());
    for (int i = 0; i < LIMIT; i++) {
      node.send(cell.pid, i);
    }
    assertThat(standing.open()).isNull();
    cell.mailbox.take();
    assertThat(Objects.requireNonNull(standing.next).open()).isEqualTo(0);
    cell.mailbox.skip(standing);
    assertThat(contents()).containsExactly(0, 1, 2, 3);
    assertThat(nodes()).isEqualTo(LIMIT);
  }

  @Test
  void whatHasBeenDroppedCannotBeTaken() {
    node.send(cell.pid, "old");
    cell.mailbox.take();
    Message old = Objects.requireNonNull(cell.mailbox.first());
    for (int i = 0; i < LIMIT; i++) {
      node.send(cell.pid, i);
    }
    assertThat(cell.mailbox.remove(old)).isFalse();
    cell.mailbox.take();
    assertThat(cell.mailbox.remove(Objects.requireNonNull(old.next))).isTrue();
    assertThat(cell.mailbox.length()).isEqualTo(LIMIT - 1);
    assertThat(node.dropCounters().oldest()).isEqualTo(1);
  }

  @Test
  void messagesThatDoNotCountStayInBetween() {
    Posting.push(null, node.system, cell, new Message("timer"));
    for (int i = 0; i < 1_000; i++) {
      node.send(cell.pid, i);
    }
    Posting.push(null, node.system, cell, new Message("another"));
    for (int i = 1_000; i < 1_002; i++) {
      node.send(cell.pid, i);
    }
    assertThat(cell.mailbox.length()).isEqualTo(LIMIT + 2);
    cell.mailbox.take();
    assertThat(contents()).containsExactly("timer", 998, 999, "another", 1_000, 1_001);
  }
}
