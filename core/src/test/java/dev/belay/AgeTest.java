package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgeTest {
  private static final int FEW = 16;
  private static final Duration A_WHILE = Duration.ofMillis(20);

  private final Node node = Node.start(NodeOptions.DEFAULT.daemon(true));

  @AfterEach
  void close() {
    node.close();
  }

  private Optional<Duration> age(Pid pid) {
    return node.info(pid).orElseThrow().oldestMessageAge();
  }

  private void untilOlder(Pid pid, Duration than) {
    Waiting.until(
        "the oldest message is old enough",
        () -> age(pid).orElse(Duration.ZERO).compareTo(than) > 0);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void isThatOfTheFirstMessageThatIsLeftThere() {
    Pid pid = node.spawn(() -> receive(Long.class));
    assertThat(age(pid)).isEmpty();
    long start = System.nanoTime();
    node.send(pid, "left there");
    untilOlder(pid, A_WHILE);
    assertThat(age(pid).orElseThrow()).isLessThanOrEqualTo(since(start));
    // As it grows the true age is between two looks.
    Duration before = age(pid).orElseThrow();
    node.send(pid, "a later one");
    assertThat(age(pid).orElseThrow()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void isThatOfALaterOneWhenTheOldestHasBeenTaken() {
    CountDownLatch end = new CountDownLatch(1);
    Pid pid =
        node.spawn(() -> {
          receive(Integer.class);
          receive(String.class);
          end.await();
        });
    Waiting.until("it waits", () -> node.info(pid).orElseThrow().status() == ProcessStatus.WAITING);
    node.send(pid, "the oldest");
    untilOlder(pid, A_WHILE);
    long start = System.nanoTime();
    for (int i = 0; i < Age.WAITING + FEW; i++) {
      node.send(pid, "younger");
    }
    assertThat(age(pid).orElseThrow()).isGreaterThan(since(start));
    node.send(pid, 1);
    Waiting.until(
        "it has taken one",
        () -> node.info(pid).orElseThrow().messageQueueLength() == Age.WAITING + FEW);
    assertThat(age(pid).orElseThrow()).isLessThanOrEqualTo(since(start));
    end.countDown();
  }

  @Test
  void isNotThatOfOneThatWasDropped() {
    CountDownLatch end = new CountDownLatch(1);
    Pid pid =
        node.spawn(SpawnOptions.DEFAULT.mailbox(2, MailboxPolicy.DROP_OLDEST), () -> end.await());
    node.send(pid, "dropped later");
    untilOlder(pid, A_WHILE);
    long start = System.nanoTime();
    for (int i = 0; i < 2 * Age.BUSY; i++) {
      node.send(pid, "younger");
    }
    assertThat(age(pid).orElse(Duration.ZERO)).isLessThanOrEqualTo(since(start));
    end.countDown();
  }

  @Test
  void isKnownOfExitsAndDownsToo() {
    Pid pid =
        node.spawn(() -> {
          Belay.trapExits(true);
          Belay.spawnLink(() -> {});
          receive(Long.class);
        });
    Waiting.until("it has heard", () -> node.info(pid).orElseThrow().messageQueueLength() == 1);
    untilOlder(pid, A_WHILE);
    Pid watcher =
        node.spawn(() -> {
          Belay.spawnMonitor(() -> {});
          receive(Long.class);
        });
    untilOlder(watcher, A_WHILE);
  }

  @Test
  void isKnownOfMessagesThatNobodyLooksAt() {
    CountDownLatch end = new CountDownLatch(1);
    Pid pid = node.spawn(() -> end.await());
    node.send(pid, "the oldest");
    untilOlder(pid, A_WHILE);
    for (int i = 0; i < 100_000; i++) {
      node.send(pid, "younger");
    }
    assertThat(age(pid).orElseThrow()).isGreaterThan(A_WHILE);
    end.countDown();
  }

  @Test
  void isKnownInMailboxesWithABound() {
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.mailbox(3, MailboxPolicy.DROP_NEWEST), () -> receive(Long.class));
    node.send(pid, "left there");
    untilOlder(pid, A_WHILE);
  }

  @Test
  void isKnownOfWhatATimerSends() {
    Pid pid = node.spawn(() -> receive(Long.class));
    try (Inbox inbox = node.inbox()) {
      inbox.sendAfter(Duration.ofMillis(1), pid, "from a timer");
      untilOlder(pid, A_WHILE);
    }
  }

  @Test
  void oneMessageInSomeTells() {
    Mailbox mailbox = new Mailbox();
    assertThat(told(mailbox, 20 * Age.BUSY)).isEqualTo(20);
    Mailbox waiting = new Mailbox();
    assertThat(waiting.park()).isTrue();
    assertThat(told(waiting, 3 * Age.WAITING)).isEqualTo(3);
  }

  private int told(Mailbox mailbox, int messages) {
    int told = 0;
    for (int i = 0; i < messages; i++) {
      Message message = new Message("message");
      mailbox.sample(message, node.host);
      told += message.sentAt != 0 ? 1 : 0;
    }
    return told;
  }

  @Test
  void timesAreKeptToAMillisecondAndNeverTooLong() {
    long second = 1_000_000_000;
    for (long start : new long[] {0, 1, -5 * second, Long.MAX_VALUE - second, 1L << 51, -1}) {
      for (long length : new long[] {0, 1, 999_999, 3_000_000, second, 86_400 * second}) {
        assertThat(Age.between(Age.time(start), start + length))
            .isBetween(Math.max(0, length - 3_500_000), length);
      }
    }
    assertThat(Age.between(Age.time(second), second - 2_000_000))
        .as("by clocks that differ")
        .isZero();
  }
}
