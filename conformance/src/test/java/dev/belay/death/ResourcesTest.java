package dev.belay.death;

import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Body;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Owned;
import dev.belay.Pid;
import dev.belay.QuarantinedThread;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a process owns is closed before anybody hears of its death, whatever the closing does.
@BothStyles
@BelayTest
class ResourcesTest {
  private static final ExitReason BYE = ExitReason.term("bye");
  private static final SpawnOptions BRIEF = SpawnOptions.DEFAULT.closeTime(Duration.ofMillis(200));

  /// Spawns a process that owns resources and ends when it is told to.
  private static Monitored owner(Inbox inbox, SpawnOptions options, AutoCloseable... resources) {
    Monitored owner =
        inbox.spawnMonitor(
            options,
            () -> {
              for (AutoCloseable resource : resources) {
                own(resource);
              }
              send(inbox.pid(), "ready");
              receive(Void.class);
            });
    inbox.receive(String.class);
    return owner;
  }

  static List<Arguments> failures() {
    return List.of(
        failure(
            "a checked exception",
            () -> {
              throw new IOException("close");
            }),
        failure(
            "an unchecked exception",
            () -> {
              throw new IllegalStateException("close");
            }),
        failure(
            "an assertion",
            () -> {
              throw new AssertionError("close");
            }),
        failure("a real StackOverflowError", () -> recurse(0)),
        failure(
            "an OutOfMemoryError",
            () -> {
              throw new OutOfMemoryError("made up");
            }),
        failure("a class that cannot be initialised", BadClasses::initialise),
        failure("what cannot be rendered", () -> OwnEnd.sneak(new OwnEnd.Hostile())),
        failure("a verb", () -> send(self(), "from a closer")),
        failure(
            "an interrupt of its own",
            () -> {
              Thread.currentThread().interrupt();
              Thread.sleep(60_000);
            }));
  }

  private static Arguments failure(String name, Body close) {
    return Arguments.of(name, close);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static long recurse(long depth) {
    return depth + recurse(depth + 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aCloseThatThrowsIsReportedAndTheOthersAreClosed(
      String name, Body close, Node node, Expected expected) {
    expected.report("close");
    Ledger ledger = new Ledger();
    try (Inbox inbox = node.inbox()) {
      Monitored owner =
          owner(
              inbox,
              SpawnOptions.DEFAULT,
              ledger.resource("first"),
              close::run,
              ledger.resource("last"));
      inbox.exit(owner.pid(), BYE);
      Down down = inbox.receive(Down.class);
      assertThat(ledger.closed()).as(name).containsExactly("last", "first");
      assertThat(down.reason()).isEqualTo(BYE);
    }
  }

  @Test
  void aCloseThatHangsIsGivenUpAndTheOthersAreClosed(Node node, Expected expected)
      throws Exception {
    Ledger ledger = new Ledger();
    CountDownLatch released = new CountDownLatch(1);
    try (Inbox inbox = node.inbox()) {
      Monitored owner =
          owner(
              inbox,
              BRIEF,
              ledger.resource("first"),
              () -> hang(released),
              ledger.resource("third"),
              () -> hang(released),
              ledger.resource("last"));
      expected.quarantine(owner.pid());
      long before = System.nanoTime();
      inbox.exit(owner.pid(), BYE);
      Down down = inbox.receive(Down.class);
      long took = System.nanoTime() - before;
      assertThat(ledger.closed()).containsExactly("last", "third", "first");
      assertThat(Duration.ofNanos(took)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
      assertThat(down.reason()).isEqualTo(BYE);
      assertThat(node.quarantined())
          .hasSize(2)
          .allSatisfy(entry -> {
            assertThat(entry.pid()).isEqualTo(owner.pid());
            assertThat(entry.stuckIn()).contains("close()");
            assertThat(frames(entry)).contains("hang");
          });
      released.countDown();
      Await.until("the closers are back", () -> node.quarantined().isEmpty());
    }
  }

  private static List<String> frames(QuarantinedThread entry) {
    return entry.stackWhenDeclared().stream().map(StackTraceElement::getMethodName).toList();
  }

  /// Waits without caring for interrupts.
  private static void hang(CountDownLatch released) {
    boolean done = false;
    while (!done) {
      try {
        done = released.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // Deaf on purpose.
      }
    }
  }

  /// A close that waits for the death of its own process waits in vain, but not for ever.
  @Test
  void aCloseThatWaitsForTheDeathIsGivenUp(Node node, Expected expected) {
    AtomicBoolean answered = new AtomicBoolean();
    try (Inbox inbox = node.inbox()) {
      Pid[] pid = new Pid[1];
      Monitored owner = owner(inbox, BRIEF, () -> answered.set(!node.isAlive(pid[0])));
      pid[0] = owner.pid();
      expected.quarantine(owner.pid());
      inbox.exit(owner.pid(), BYE);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(BYE);
      Await.until("the closer is back", answered::get);
      Await.until("quarantine is empty", () -> node.quarantined().isEmpty());
    }
  }

  /// An interrupt status that one close leaves behind does not spoil the next.
  @Test
  void anInterruptOfOneCloseDoesNotReachTheNext(Node node) {
    List<Boolean> interrupted = new ArrayList<>();
    AutoCloseable look = () -> interrupted.add(Thread.currentThread().isInterrupted());
    try (Inbox inbox = node.inbox()) {
      Monitored owner =
          owner(inbox, SpawnOptions.DEFAULT, look, () -> Thread.currentThread().interrupt(), look);
      inbox.exit(owner.pid(), BYE);
      inbox.receive(Down.class);
      assertThat(interrupted).containsExactly(false, false);
    }
  }

  /// A close may use the node: it runs on a thread that belongs to no process.
  @Test
  void aCloseMaySendAndSpawn(Node node) {
    try (Inbox inbox = node.inbox()) {
      Monitored owner =
          owner(
              inbox,
              SpawnOptions.DEFAULT,
              () -> node.send(inbox.pid(), "closed"),
              () -> {
                Pid child = node.spawn(() -> {});
                node.isAlive(child);
              });
      inbox.exit(owner.pid(), BYE);
      // In this order: what is closed is closed before the death is heard.
      assertThat(inbox.receive()).isEqualTo("closed");
      assertThat(inbox.receive()).isInstanceOf(Down.class);
    }
  }

  @Test
  void manyResourcesAreClosedLastFirst(Node node) {
    int count = 10_000;
    ConcurrentLinkedQueue<Integer> closed = new ConcurrentLinkedQueue<>();
    AutoCloseable[] resources = new AutoCloseable[count];
    Arrays.setAll(resources, i -> () -> closed.add(i));
    try (Inbox inbox = node.inbox()) {
      Monitored owner = owner(inbox, SpawnOptions.DEFAULT, resources);
      inbox.exit(owner.pid(), BYE);
      inbox.receive(Down.class);
      List<Integer> order = List.copyOf(closed);
      assertThat(order).hasSize(count).isSortedAccordingTo((a, b) -> Integer.compare(b, a));
    }
  }

  /// While both ends of a gift die at any moment, the resource is closed exactly once, and before
  /// the death of its last owner is heard.
  @Test
  void aGiftIsNeverLostNorClosedTwice(Node node) {
    for (int round = 0; round < 1_000; round++) {
      AtomicInteger closed = new AtomicInteger();
      try (Inbox inbox = node.inbox()) {
        Monitored receiver = inbox.spawnMonitor(() -> receive(Void.class));
        Monitored giver =
            inbox.spawnMonitor(() -> {
              Owned<AutoCloseable> gift = own(closed::incrementAndGet);
              send(inbox.pid(), "ready");
              gift.giveTo(receiver.pid());
              receive(Void.class);
            });
        inbox.receive(String.class);
        inbox.exit((round & 1) == 0 ? giver.pid() : receiver.pid(), BYE);
        inbox.receive(Down.class);
        inbox.exit((round & 1) == 0 ? receiver.pid() : giver.pid(), BYE);
        inbox.receive(Down.class);
        assertThat(closed).as("round %s", round).hasValue(1);
      }
    }
  }

  @Test
  void whatIsReleasedIsNotClosed(Node node) {
    Ledger ledger = new Ledger();
    try (Inbox inbox = node.inbox()) {
      Monitored owner =
          inbox.spawnMonitor(() -> {
            own(ledger.resource("first"));
            Owned<AutoCloseable> second = own(ledger.resource("second"));
            own(ledger.resource("third"));
            second.release();
          });
      assertThat(inbox.receive(Down.class).ref()).isEqualTo(owner.ref());
      assertThat(ledger.closed()).containsExactly("third", "first");
    }
  }
}
