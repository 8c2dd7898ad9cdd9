package dev.belay.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.belay.AliasMode;
import dev.belay.Behaviour;
import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Destination;
import dev.belay.Down;
import dev.belay.DropCounters;
import dev.belay.DroppedMessage;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.MailboxOverflow;
import dev.belay.MailboxPolicy;
import dev.belay.Monitored;
import dev.belay.Name;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.Ref;
import dev.belay.Refusable;
import dev.belay.Selector;
import dev.belay.SpawnOptions;
import dev.belay.Timeout;
import dev.belay.Trail;
import dev.belay.Turns;
import dev.belay.rules.Await;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Mailboxes with a bound: what comes when they are full, who is told, and what no bound keeps out;
/// for both styles of processes.
class BoundedMailboxTest {
  private static final int BOUND = 3;

  private final List<DroppedMessage> told = new CopyOnWriteArrayList<>();
  private final Node node = Node.start(NodeOptions.DEFAULT.onDropped(told::add));
  private final List<Object> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    node.close();
  }

  /// Writes down what it gets, but not before the gate is open, and ends with `end`.
  private Body writer(boolean inTurns) {
    Behaviour behaviour =
        message -> {
          if (message.equals("end")) {
            return Behaviour.done();
          }
          seen.add(message);
          return Behaviour.same();
        };
    return inTurns
        ? Turns.of(() -> {
          gate.await();
          return behaviour;
        })
        : () -> {
          gate.await();
          Turns.of(() -> behaviour).run();
        };
  }

  private Pid spawnWriter(MailboxPolicy policy, boolean inTurns) {
    return node.spawn(SpawnOptions.DEFAULT.mailbox(BOUND, policy), writer(inTurns));
  }

  private int length(Pid pid) {
    return node.info(pid).orElseThrow().messageQueueLength();
  }

  private void sendAll(Pid to, Object... messages) {
    for (Object message : messages) {
      node.send(to, message);
    }
  }

  private DroppedMessage dropped(Destination to, Object message, DroppedMessage.Why why) {
    return told.stream()
        .filter(one -> one.to().equals(to) && one.message().equals(message) && one.why() == why)
        .findFirst()
        .orElseThrow(() -> new AssertionError(message + " is not in " + told));
  }

  private static DropCounters none() {
    return new DropCounters(0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutABoundNothingIsDropped(boolean inTurns) {
    Pid pid = node.spawn(writer(inTurns));
    for (int i = 0; i < 1_000; i++) {
      node.send(pid, i);
    }
    assertThat(length(pid)).isEqualTo(1_000);
    assertThat(node.dropCounters()).isEqualTo(none());
  }

  /// An order that needs no room.
  private record Order(boolean takesRoom) implements Refusable {
    @Override
    public void refused(DroppedMessage.Why why) {
      throw new AssertionError("it needs no room");
    }
  }

  @ParameterizedTest
  @EnumSource(MailboxPolicy.class)
  void whatTakesNoRoomIsLetInByEveryWay(MailboxPolicy policy) throws Exception {
    AtomicReference<@Nullable Ref> alias = new AtomicReference<>();
    CountDownLatch there = new CountDownLatch(1);
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.mailbox(1, policy).name("full"),
            () -> {
              alias.set(Belay.alias(AliasMode.EXPLICIT));
              there.countDown();
              writer(false).run();
            });
    there.await();
    Order order = new Order(false);
    node.send(pid, 1);
    node.send(pid, order);
    node.send(new Name("full", node.name()), order);
    node.send(Objects.requireNonNull(alias.get()), order);
    if (policy == MailboxPolicy.DROP_OLDEST) {
      node.send(pid, 2);
    }
    gate.countDown();
    Await.until(() -> seen.size() == 4);
    assertThat(seen.stream().filter(order::equals)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNewestIsDropped(boolean inTurns) {
    Pid pid = spawnWriter(MailboxPolicy.DROP_NEWEST, inTurns);
    sendAll(pid, 1, 2, 3, 4, 5);
    assertThat(length(pid)).isEqualTo(BOUND);
    gate.countDown();
    Await.until(() -> seen.size() == BOUND);
    node.send(pid, 6);
    Await.until(() -> seen.size() == BOUND + 1);
    assertThat(seen).containsExactly(1, 2, 3, 6);
    assertThat(node.dropCounters()).isEqualTo(new DropCounters(0, 2, 0, 0, 0, 0));
    Await.until(() -> told.size() == 2);
    assertThat(told).extracting(DroppedMessage::message).containsExactly(4, 5);
    assertThat(dropped(pid, 4, DroppedMessage.Why.NEWEST).from().number()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOldestIsDropped(boolean inTurns) {
    Pid pid = spawnWriter(MailboxPolicy.DROP_OLDEST, inTurns);
    sendAll(pid, 1, 2, 3, 4, 5);
    assertThat(length(pid)).isEqualTo(BOUND);
    gate.countDown();
    Await.until(() -> seen.size() == BOUND);
    assertThat(seen).containsExactly(3, 4, 5);
    assertThat(node.dropCounters()).isEqualTo(new DropCounters(0, 0, 2, 0, 0, 0));
    Await.until(() -> told.size() == 2);
    assertThat(told).extracting(DroppedMessage::message).containsExactly(1, 2);
    dropped(pid, 1, DroppedMessage.Why.OLDEST);
  }

  /// The messages that are dropped have been looked at by a receive that goes on waiting.
  @Test
  void theOldestIsDroppedThatNoReceiveWants() {
    CompletableFuture<List<Object>> result = new CompletableFuture<>();
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.DROP_OLDEST),
            () -> {
              Object last = Belay.receive(Selector.matching(message -> message.equals(1_000)));
              result.complete(List.of(last, Belay.receive(), Belay.receive()));
              gate.await();
            });
    for (int i = 0; i <= 1_000; i++) {
      node.send(pid, i);
      assertThat(length(pid)).isLessThanOrEqualTo(BOUND);
    }
    assertThat(result.join()).containsExactly(1_000, 998, 999);
    assertThat(node.dropCounters().oldest()).isEqualTo(998);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theProcessExitsWhateverItTraps(boolean inTurns) {
    Body body = writer(inTurns);
    Body trapping =
        inTurns
            ? Turns.of(() -> {
              Belay.trapExits(true);
              gate.await();
              return message -> Behaviour.same();
            })
            : () -> {
              Belay.trapExits(true);
              body.run();
            };
    try (Inbox inbox = node.inbox()) {
      Monitored process =
          inbox.spawnMonitor(SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.EXIT), trapping);
      Await.until(() -> node.info(process.pid()).orElseThrow().trapsExits());
      for (int i = 0; i < BOUND; i++) {
        inbox.send(process.pid(), i);
      }
      assertThat(node.isAlive(process.pid())).isTrue();
      inbox.send(process.pid(), "too much");
      Down down = inbox.receive(Down.class);
      assertThat(down.reason()).isEqualTo(ExitReason.term(new MailboxOverflow(BOUND)));
      assertThat(down.trail().hops().getLast().how()).isEqualTo(Trail.How.OVERFLOW);
      assertThat(down.trail().toString()).contains("overflow of its mailbox");
      assertThat(node.dropCounters().overflows()).isEqualTo(1);
      Await.until(() -> told.size() == 1);
      assertThat(dropped(process.pid(), "too much", DroppedMessage.Why.OVERFLOW).from())
          .isEqualTo(inbox.pid());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatSendsItselfTooMuchUnwindsInTheSend(boolean inTurns) {
    AtomicInteger sent = new AtomicInteger();
    Body sends =
        () -> {
          while (true) {
            Belay.send(Belay.self(), sent.incrementAndGet());
          }
        };
    Body body =
        inTurns
            ? Turns.of(() -> {
              sends.run();
              return Behaviour.done();
            })
            : sends;
    try (Inbox inbox = node.inbox()) {
      inbox.spawnMonitor(SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.EXIT), body);
      assertThat(inbox.receive(Down.class).reason())
          .isEqualTo(ExitReason.term(new MailboxOverflow(BOUND)));
    }
    assertThat(sent).hasValue(BOUND + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eightSendersWaitAndNeverTooMuchIsThere(boolean inTurns) {
    int senders = 8;
    int each = 2_000;
    record Numbered(int sender, int number) {}
    AtomicInteger handled = new AtomicInteger();
    List<String> disorder = new CopyOnWriteArrayList<>();
    ConcurrentHashMap<Integer, Integer> last = new ConcurrentHashMap<>();
    Behaviour behaviour =
        message -> {
          Numbered numbered = (Numbered) message;
          int before = last.getOrDefault(numbered.sender(), -1);
          if (numbered.number() != before + 1) {
            disorder.add(numbered + " after " + before);
          }
          last.put(numbered.sender(), numbered.number());
          handled.incrementAndGet();
          return Behaviour.same();
        };
    Turns turns = Turns.of(() -> behaviour);
    Body body =
        inTurns
            ? turns
            : () -> {
              // In a process with a thread of its own.
              turns.run();
            };
    Pid pid = node.spawn(SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.SENDER_WAITS), body);
    for (int i = 0; i < senders; i++) {
      int sender = i;
      Body sends =
          () -> {
            for (int n = 0; n < each; n++) {
              Belay.send(pid, new Numbered(sender, n));
            }
          };
      node.spawn(
          i % 2 == 0
              ? sends
              : Turns.of(() -> {
                sends.run();
                return Behaviour.done();
              }));
    }
    int longest = 0;
    while (handled.get() < senders * each) {
      longest = Math.max(longest, length(pid));
      Thread.onSpinWait();
    }
    assertThat(disorder).isEmpty();
    assertThat(longest).isLessThanOrEqualTo(BOUND);
    assertThat(node.dropCounters()).isEqualTo(none());
  }

  /// Fills the mailbox of a new process whose senders wait.
  private Pid full(boolean inTurns) {
    Pid pid = spawnWriter(MailboxPolicy.SENDER_WAITS, inTurns);
    sendAll(pid, 1, 2, 3);
    return pid;
  }

  /// A process that sends to a full mailbox, and waits.
  private Monitored waiting(Inbox inbox, Pid to, Object message, boolean inTurns) {
    AtomicBoolean begun = new AtomicBoolean();
    Body sends =
        () -> {
          begun.set(true);
          Belay.send(to, message);
        };
    Monitored sender =
        inbox.spawnMonitor(
            inTurns
                ? Turns.of(() -> {
                  sends.run();
                  return Behaviour.done();
                })
                : sends);
    Await.until(() ->
        begun.get() && node.info(sender.pid()).orElseThrow().status() == ProcessStatus.WAITING);
    return sender;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsIsLetInInOrder(boolean inTurns) {
    Pid pid = full(inTurns);
    try (Inbox inbox = node.inbox()) {
      waiting(inbox, pid, 4, inTurns);
      waiting(inbox, pid, 5, !inTurns);
      assertThat(length(pid)).isEqualTo(BOUND);
      assertThat(node.dump()).contains("waits for room in the mailbox of " + pid);
      gate.countDown();
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      Await.until(() -> seen.size() == 5);
      assertThat(seen).containsExactly(1, 2, 3, 4, 5);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsCanBeToldToExit(boolean inTurns) {
    Pid pid = full(inTurns);
    try (Inbox inbox = node.inbox()) {
      Monitored first = waiting(inbox, pid, "lost", inTurns);
      waiting(inbox, pid, 4, inTurns);
      inbox.exit(first.pid(), ExitReason.term("enough"));
      Down down = inbox.receive(Down.class);
      assertThat(down.pid()).isEqualTo(first.pid());
      assertThat(down.reason()).isEqualTo(ExitReason.term("enough"));
      assertThat(node.quarantined()).isEmpty();
      gate.countDown();
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      Await.until(() -> seen.size() == 4);
      assertThat(seen).containsExactly(1, 2, 3, 4);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsGoesOnWhenTheReceiverEnds(boolean inTurns) {
    Pid pid = full(inTurns);
    try (Inbox inbox = node.inbox()) {
      waiting(inbox, pid, 4, inTurns);
      inbox.exit(pid, ExitReason.KILL);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
      Await.until(() -> told.size() == 1);
      dropped(pid, 4, DroppedMessage.Why.NO_RECEIVER);
      assertThat(node.dropCounters().noReceiver()).isEqualTo(1);
    }
  }

  @Test
  void anInterruptedThreadGivesUpAndKeepsItsInterrupt() throws InterruptedException {
    Pid pid = full(false);
    AtomicBoolean interrupted = new AtomicBoolean();
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                node.send(pid, "given up");
              } catch (RuntimeException e) {
                thrown.add(e);
              }
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    Await.until(() -> thread.getState() == Thread.State.WAITING);
    thread.interrupt();
    thread.join();
    assertThat(thrown).isEmpty();
    assertThat(interrupted).isTrue();
    assertThat(node.dropCounters().interrupted()).isEqualTo(1);
    Await.until(() -> told.size() == 1);
    dropped(pid, "given up", DroppedMessage.Why.INTERRUPTED);
    gate.countDown();
    node.send(pid, 4);
    Await.until(() -> seen.size() == 4);
    assertThat(seen).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneThatSendsToItselfDoesNotWait(boolean inTurns) {
    List<Object> got = new CopyOnWriteArrayList<>();
    Body sends =
        () -> {
          for (int i = 0; i < 2 * BOUND; i++) {
            Belay.send(Belay.self(), i);
          }
          for (int i = 0; i < 2 * BOUND; i++) {
            got.add(Belay.receive());
          }
        };
    Body body =
        inTurns
            ? Turns.of(() -> {
              sends.run();
              return Behaviour.done();
            })
            : sends;
    try (Inbox inbox = node.inbox()) {
      inbox.spawnMonitor(SpawnOptions.DEFAULT.mailbox(BOUND, MailboxPolicy.SENDER_WAITS), body);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
    }
    assertThat(got).containsExactly(0, 1, 2, 3, 4, 5);
  }

  /// Bonds always tell, timers have nobody who could wait, and an answer was asked for.
  @Test
  void whatNoBoundKeepsOut() {
    CompletableFuture<Ref> answer = new CompletableFuture<>();
    CompletableFuture<Ref> other = new CompletableFuture<>();
    CompletableFuture<List<Object>> result = new CompletableFuture<>();
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.mailbox(1, MailboxPolicy.DROP_NEWEST),
            () -> {
              Belay.trapExits(true);
              Pid linked = Belay.spawnLink(Belay::receive);
              Pid watched = Belay.spawn(Belay::receive);
              Belay.monitor(watched);
              other.complete(Belay.alias());
              answer.complete(Belay.alias(AliasMode.REPLY));
              gate.await();
              Belay.exit(linked, ExitReason.KILL);
              Belay.exit(watched, ExitReason.KILL);
              Belay.startTimer(Duration.ZERO, Belay.self(), "time");
              Exit exit = Belay.receive(Exit.class);
              Down down = Belay.receive(Down.class);
              Timeout timeout = Belay.receive(Timeout.class);
              result.complete(
                  List.of(
                      exit.pid().equals(linked),
                      down.pid().equals(watched),
                      timeout.message(),
                      Belay.receive(),
                      Belay.receive()));
            });
    Ref reply = answer.join();
    node.send(pid, "fills it");
    node.send(other.join(), "dropped");
    node.send(reply, "answer");
    node.send(reply, "second answer");
    assertThat(length(pid)).isEqualTo(2);
    gate.countDown();
    assertThat(result.join()).containsExactly(true, true, "time", "fills it", "answer");
    assertThat(node.dropCounters()).isEqualTo(new DropCounters(1, 1, 0, 0, 0, 0));
  }

  @Test
  void whatIsSentToNobodyIsCountedAndTold() {
    try (Inbox inbox = node.inbox();
        Node stranger = Node.start(NodeOptions.DEFAULT)) {
      Monitored dead = inbox.spawnMonitor(() -> {});
      inbox.receive(Down.class);
      Ref alias = inbox.alias();
      inbox.unalias(alias);
      Name free = new Name("nobody", node.name());
      inbox.send(dead.pid(), "to the dead");
      inbox.send(free, "to a free name");
      inbox.send(alias, "to an ended alias");
      inbox.send(stranger.spawn(Belay::receive), "to a stranger");
      inbox.sendAfter(Duration.ZERO, free, "by a timer");
      Await.until(() -> told.size() == 5);
      dropped(dead.pid(), "to the dead", DroppedMessage.Why.NO_RECEIVER);
      dropped(free, "to a free name", DroppedMessage.Why.NO_RECEIVER);
      dropped(alias, "to an ended alias", DroppedMessage.Why.NO_RECEIVER);
      dropped(free, "by a timer", DroppedMessage.Why.NO_RECEIVER);
      assertThat(node.dropCounters()).isEqualTo(new DropCounters(5, 0, 0, 0, 0, 0));
    }
  }

  /// Neither a listener that hangs nor one that throws is noticed by who sends.
  @Test
  void aSlowListenerIsNotWaitedFor() {
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    NodeOptions options =
        NodeOptions.DEFAULT.onDropped(message -> {
          try {
            hangs.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          calls.incrementAndGet();
          throw new IllegalStateException("on purpose");
        });
    int sent = 5_000;
    try (Node other = Node.start(options)) {
      Name free = new Name("nobody", other.name());
      for (int i = 0; i < sent; i++) {
        other.send(free, i);
      }
      DropCounters counters = other.dropCounters();
      assertThat(counters.noReceiver()).isEqualTo(sent);
      assertThat(counters.untold()).isBetween(sent - 1_025L, sent - 1_024L);
      hangs.countDown();
      Await.until(() -> calls.get() == sent - counters.untold());
    }
  }

  @Test
  void aBoundIsAtLeastOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpawnOptions.DEFAULT.mailbox(0, MailboxPolicy.EXIT))
        .withMessageContaining("mailbox(0, EXIT)");
  }
}
