package dev.belay.death;

import static dev.belay.Belay.relinquish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.InterruptPolicy;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.rules.BothStyles;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Point 8 of the contract: an interrupt closes the channel that a thread is in, for everybody. A
/// process that shares one is spawned with `interrupt(NEVER)`.
@BothStyles
@BelayTest
class SharedChannelTest {
  private static final int ROUNDS = 300;
  private static final int BLOCK = 4096;

  private static final SpawnOptions NEVER = SpawnOptions.DEFAULT.interrupt(InterruptPolicy.NEVER);

  @TempDir private Path folder;

  @Test
  void staysOpenWhenItsUsersAreKilled(Node node) throws IOException {
    try (FileChannel channel = open(folder.resolve("shared"));
        Inbox inbox = node.inbox()) {
      AtomicLong blocks = new AtomicLong();
      Monitored bystander = inbox.spawnMonitor(NEVER, () -> writeWithoutEnd(channel, blocks));
      for (int round = 0; round < ROUNDS; round++) {
        AtomicLong own = new AtomicLong();
        Monitored writer = inbox.spawnMonitor(NEVER, () -> writeWithoutEnd(channel, own));
        Await.until("it writes", () -> own.get() > 0);
        node.exit(writer.pid(), ExitReason.KILL);
        Down down = inbox.receive(Down.class);
        assertThat(down.ref()).isEqualTo(writer.ref());
        assertThat(down.reason()).isEqualTo(ExitReason.KILLED);
        assertThat(down.trail().hops()).as("unwound").noneMatch(hop -> hop.declared());
        assertThat(channel.isOpen()).as("round %s", round).isTrue();
      }
      long before = blocks.get();
      Await.until("the bystander goes on", () -> blocks.get() > before);
      node.exit(bystander.pid(), ExitReason.KILL);
      assertThat(inbox.receive(Down.class).ref()).isEqualTo(bystander.ref());
    }
  }

  @Test
  void isClosedForEverybodyByTheInterruptOfOne(Node node, Expected expected) throws IOException {
    expected.crash(ClosedChannelException.class);
    try (FileChannel channel = open(folder.resolve("interrupted"));
        Inbox inbox = node.inbox()) {
      Monitored bystander = inbox.spawnMonitor(() -> writeWithoutEnd(channel, new AtomicLong()));
      // It is not closed by one that is killed between two writes.
      for (int round = 0; channel.isOpen(); round++) {
        assertThat(round).as("kills that closed nothing").isLessThan(10_000);
        AtomicLong own = new AtomicLong();
        Pid writer = node.spawn(() -> writeWithoutEnd(channel, own));
        Await.until("it writes, or cannot", () -> own.get() > 0 || !channel.isOpen());
        node.exit(writer, ExitReason.KILL);
        Await.until("it is dead", () -> node.info(writer).isEmpty());
      }
      Down down = inbox.receive(Down.class);
      assertThat(down.ref()).isEqualTo(bystander.ref());
      assertThat(down.reason())
          .isInstanceOfSatisfying(
              ExitReason.Crash.class,
              crash -> assertThat(crash.throwable()).isInstanceOf(ClosedChannelException.class));
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        Files.createFile(file), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void writeWithoutEnd(FileChannel channel, AtomicLong blocks) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    while (true) {
      channel.write(block.clear(), 0);
      blocks.incrementAndGet();
      relinquish();
    }
  }
}
