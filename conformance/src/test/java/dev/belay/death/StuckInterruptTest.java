package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// An interrupt closes the channel that its target is in, and that closing need not come back. The
/// sender of the exit signal, the timers and the deaths of others are not held up by it.
@BothStyles
@BelayTest
class StuckInterruptTest {
  private static final int STUCK = 3;

  /// The JDK's own: closing a file's channel waits for its readers, and the reader of an empty pipe
  /// cannot be made to leave.
  @Test
  void ofTheReaderOfAPipeHoldsUpNobody(Node node, Expected expected) throws Exception {
    Path fifo = Fifo.make();
    try (RandomAccessFile pipe = new RandomAccessFile(fifo.toFile(), "rw");
        RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw");
        FileChannel channel = pipe.getChannel();
        Inbox inbox = node.inbox()) {
      CompletableFuture<Thread> reader = new CompletableFuture<>();
      Monitored victim =
          inbox.spawnMonitor(() -> {
            reader.complete(Thread.currentThread());
            channel.read(ByteBuffer.allocate(1));
          });
      Await.untilIn(reader.get(), "read0");
      expected.quarantine(victim.pid());
      node.exit(victim.pid(), ExitReason.KILL);
      othersDie(node, inbox);
      assertThat(downOf(inbox, victim).trail().hops()).anyMatch(hop -> hop.declared());
      othersDie(node, inbox);
      Fifo.write(writer);
      Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
    } finally {
      Fifo.delete(fifo);
    }
  }

  /// A user's: several of them, and each is interrupted again and again.
  @Test
  void ofSeveralUsersOfAChannelOfTheirOwnHoldsUpNobody(Node node, Expected expected)
      throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Inbox inbox = node.inbox()) {
      List<Monitored> victims = new ArrayList<>();
      for (int i = 0; i < STUCK; i++) {
        Stubborn own = new Stubborn(release);
        Monitored victim = inbox.spawnMonitor(own::use);
        own.entered.await();
        expected.quarantine(victim.pid());
        victims.add(victim);
      }
      victims.forEach(victim -> node.exit(victim.pid(), ExitReason.KILL));
      othersDie(node, inbox);
      for (Monitored victim : victims) {
        assertThat(downOf(inbox, victim).trail().hops()).anyMatch(hop -> hop.declared());
      }
      othersDie(node, inbox);
    } finally {
      release.countDown();
    }
    Await.until("they have left quarantine", () -> node.quarantined().isEmpty());
  }

  /// All at once: those whose interrupts come back wait behind those whose do not, and are not
  /// declared dead for it.
  @Test
  void ofSomeIsNotTakenForTheDeafnessOfOthers(Node node, Expected expected) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Inbox inbox = node.inbox()) {
      List<Monitored> stuck = new ArrayList<>();
      List<Monitored> asleep = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Stubborn own = new Stubborn(release);
        Monitored victim = inbox.spawnMonitor(own::use);
        own.entered.await();
        expected.quarantine(victim.pid());
        stuck.add(victim);
      }
      for (int i = 0; i < 20; i++) {
        asleep.add(sleeper(inbox, SpawnOptions.DEFAULT));
      }
      stuck.forEach(process -> node.exit(process.pid(), ExitReason.KILL));
      asleep.forEach(process -> node.exit(process.pid(), ExitReason.KILL));
      for (Monitored process : asleep) {
        assertThat(downOf(inbox, process).trail().hops()).noneMatch(hop -> hop.declared());
      }
      for (Monitored process : stuck) {
        assertThat(downOf(inbox, process).trail().hops()).anyMatch(hop -> hop.declared());
      }
    } finally {
      release.countDown();
    }
    Await.until("they have left quarantine", () -> node.quarantined().isEmpty());
  }

  /// The body returns, but the interrupt of its thread does not: the thread has to wait for that,
  /// the others do not.
  @Test
  void ofAProcessThatHasLeftItsBodyDoesNotKeepItAlive(Node node, Expected expected)
      throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Inbox inbox = node.inbox()) {
      DeafSelector selector = new DeafSelector(release);
      Monitored victim = inbox.spawnMonitor(selector::select);
      selector.entered.await();
      expected.quarantine(victim.pid());
      node.exit(victim.pid(), ExitReason.KILL);
      assertThat(downOf(inbox, victim).reason()).isEqualTo(ExitReason.KILLED);
      othersDie(node, inbox);
    } finally {
      release.countDown();
    }
    Await.until("it has left quarantine", () -> node.quarantined().isEmpty());
  }

  private static Monitored sleeper(Inbox inbox, SpawnOptions options) {
    Monitored asleep =
        inbox.spawnMonitor(
            options,
            () -> {
              Belay.send(inbox.pid(), "asleep");
              Thread.sleep(Duration.ofDays(1));
            });
    assertThat(inbox.receive(String.class)).isEqualTo("asleep");
    return asleep;
  }

  /// Ends processes that need an interrupt, and one that is ended by a timer's message.
  private static void othersDie(Node node, Inbox inbox) {
    for (int i = 0; i < 10; i++) {
      Monitored asleep = sleeper(inbox, SpawnOptions.DEFAULT.grace(Duration.ofHours(1)));
      node.exit(asleep.pid(), ExitReason.term(i));
      Down down = downOf(inbox, asleep);
      assertThat(down.reason()).isEqualTo(ExitReason.term(i));
      assertThat(down.trail().hops()).noneMatch(hop -> hop.declared());
    }
    Pid waiting = node.spawn(Belay::receive);
    node.sendAfter(Duration.ofMillis(1), waiting, "end");
    Await.until("the timer has fired", () -> node.info(waiting).isEmpty());
  }

  private static Down downOf(Inbox inbox, Monitored process) {
    return inbox
        .receive(
            message ->
                message instanceof Down down && down.ref().equals(process.ref()) ? down : null,
            Duration.ofMinutes(1))
        .orElseThrow();
  }

  /// A channel whose closing waits until the test is over, and so does its user.
  private static final class Stubborn extends AbstractInterruptibleChannel {
    final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release;

    Stubborn(CountDownLatch release) {
      this.release = release;
    }

    void use() throws Exception {
      begin();
      try {
        entered.countDown();
        await(release);
      } finally {
        end(true);
      }
    }

    @Override
    protected void implCloseChannel() {
      await(release);
    }
  }

  /// A selector that can be woken, but whose waking does not come back until the test is over.
  private static final class DeafSelector extends AbstractSelector {
    final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);
    private final CountDownLatch release;

    DeafSelector(CountDownLatch release) {
      super(SelectorProvider.provider());
      this.release = release;
    }

    @Override
    public int select() {
      begin();
      try {
        entered.countDown();
        await(woken);
      } finally {
        end();
      }
      return 0;
    }

    @Override
    public Selector wakeup() {
      woken.countDown();
      await(release);
      return this;
    }

    @Override
    public int select(long timeout) {
      return select();
    }

    @Override
    public int selectNow() {
      return 0;
    }

    @Override
    public Set<SelectionKey> keys() {
      return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
      return Set.of();
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attached) {
      throw new UnsupportedOperationException();
    }
  }

  /// Waits whatever comes.
  private static void await(CountDownLatch latch) {
    boolean over = false;
    while (!over) {
      try {
        latch.await();
        over = true;
      } catch (InterruptedException e) {
        // It does not listen.
      }
    }
  }
}
