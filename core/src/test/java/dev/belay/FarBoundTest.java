package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Mailboxes with a bound, and what comes to them from another node: it counts as anything else
/// does, but nobody on the other node is held.
@Timeout(30)
class FarBoundTest {
  private static final int BOUND = 2;
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Wire wire = new Wire();
  private final Node here = Node.start(NodeOptions.DEFAULT.name("here").daemon(true));
  private final Node there = Node.start(NodeOptions.DEFAULT.name("there").daemon(true));
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CompletableFuture<List<Object>> heard = new CompletableFuture<>();

  FarBoundTest() {
    wire.add(here);
    wire.add(there);
  }

  @AfterEach
  void close() {
    gate.countDown();
    here.close();
    there.close();
  }

  /// A process over there that looks at nothing until the gate is open.
  private Pid busy(MailboxPolicy policy) {
    return there.spawn(SpawnOptions.DEFAULT.mailbox(BOUND, policy), this::hearAll);
  }

  private void hearAll() throws InterruptedException {
    gate.await();
    List<Object> all = new ArrayList<>();
    Optional<Object> next = Belay.receive(Duration.ZERO);
    while (next.isPresent()) {
      all.add(next.get());
      next = Belay.receive(Duration.ZERO);
    }
    heard.complete(all);
  }

  private List<Object> heard() {
    gate.countDown();
    return heard.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private void send(Destination to, Object... messages) {
    try (Inbox inbox = here.inbox()) {
      for (Object message : messages) {
        inbox.send(to, message);
      }
    }
  }

  @Test
  void theNewestIsDroppedAndItsSenderIsTold() {
    send(busy(MailboxPolicy.DROP_NEWEST), 1, 2, 3, 4);
    Waiting.until("two are dropped", () -> there.dropCounters().newest() == 2);
    assertThat(heard()).isEqualTo(List.of(1, 2));
    assertThat(wire.refused).containsExactly(3, 4);
  }

  @Test
  void theOldestIsDroppedAndItsSenderIsTold() {
    Pid pid = busy(MailboxPolicy.DROP_OLDEST);
    send(pid, 1, 2, 3);
    Waiting.until("one is dropped", () -> there.dropCounters().oldest() == 1);
    // Whoever it is that takes its place.
    there.send(pid, "of the node");
    assertThat(there.dropCounters().oldest()).isEqualTo(2);
    assertThat(heard()).isEqualTo(List.of(3, "of the node"));
    assertThat(wire.refused).containsExactly(1, 2);
  }

  @Test
  void theReceiverExitsOfIt() {
    Pid pid = busy(MailboxPolicy.EXIT);
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      send(pid, 1, 2, 3);
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.term(new MailboxOverflow(BOUND)));
    }
    assertThat(there.dropCounters().overflows()).isEqualTo(1);
    assertThat(wire.refused).isEmpty();
  }

  @Test
  void whoeverWouldWaitIsLetIn() {
    Pid pid = busy(MailboxPolicy.SENDER_WAITS);
    send(pid, 1, 2, 3, 4);
    Waiting.until("all are there", () -> there.info(pid).orElseThrow().messageQueueLength() == 4);
    assertThat(heard()).isEqualTo(List.of(1, 2, 3, 4));
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP_NEWEST", "DROP_OLDEST", "EXIT"})
  void anOrderNeedsNoRoom(MailboxPolicy policy) {
    Pid pid = busy(policy);
    send(pid, 1, 2, "order");
    Waiting.until("all are there", () -> there.info(pid).orElseThrow().messageQueueLength() == 3);
    assertThat(heard()).isEqualTo(List.of(1, 2, "order"));
    assertThat(wire.refused).isEmpty();
  }

  /// An alias that has been sent to the other node.
  private Ref known(CompletableFuture<Ref> alias) {
    Ref ref = alias.orTimeout(20, TimeUnit.SECONDS).join();
    wire.of(there).words(ref);
    return ref;
  }

  @Test
  void anAliasIsNoWayAroundIt() {
    CompletableFuture<Ref> alias = new CompletableFuture<>();
    there.spawn(
        SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.DROP_NEWEST),
        () -> {
          alias.complete(Belay.alias(AliasMode.EXPLICIT));
          hearAll();
        });
    send(known(alias), 1, 2, 3);
    Waiting.until("one is dropped", () -> there.dropCounters().newest() == 1);
    assertThat(heard()).isEqualTo(List.of(1, 2));
    assertThat(wire.refused).containsExactly(3);
  }

  @Test
  void whatWasAskedForIsLetIn() {
    CompletableFuture<Ref> alias = new CompletableFuture<>();
    Pid pid =
        there.spawn(
            SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.DROP_NEWEST),
            () -> {
              alias.complete(Belay.alias(AliasMode.REPLY));
              hearAll();
            });
    send(pid, 1, 2);
    send(known(alias), "the answer");
    Waiting.until("all are there", () -> there.info(pid).orElseThrow().messageQueueLength() == 3);
    assertThat(heard()).isEqualTo(List.of(1, 2, "the answer"));
  }

  /// What makes no sense costs the connection, and takes no room from then on.
  @Test
  void whatMakesNoSenseTakesNoRoom() {
    CompletableFuture<Integer> number = new CompletableFuture<>();
    Pid pid =
        there.spawn(
            SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.DROP_NEWEST),
            () -> {
              number.complete(Belay.receive(Integer.class));
              hearAll();
            });
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      inbox.send(pid, "nonsense");
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
    }
    there.send(pid, "one");
    there.send(pid, 2);
    assertThat(number.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(2);
    there.send(pid, "three");
    assertThat(heard()).isEqualTo(List.of("one", "three"));
    assertThat(there.dropCounters().newest()).isZero();
  }

  @Test
  void aTurnStyleProcessGoesOnAfterNonsense() {
    List<Object> all = new ArrayList<>();
    Pid pid =
        there.spawn(
            SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.DROP_NEWEST),
            Turns.of(() ->
                message -> {
                  all.add(message);
                  if (message.equals("end")) {
                    heard.complete(all);
                    return Behaviour.done();
                  }
                  return Behaviour.same();
                }));
    try (Inbox inbox = here.inbox()) {
      inbox.monitor(pid);
      inbox.send(pid, "nonsense");
      assertThat(inbox.receive(Down.class, LONG).orElseThrow().reason())
          .isEqualTo(ExitReason.NO_CONNECTION);
    }
    there.send(pid, "end");
    assertThat(heard()).isEqualTo(List.of("end"));
  }
}
