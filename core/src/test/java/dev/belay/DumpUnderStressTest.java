package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Dumps beside processes that do not hold still, and of messages that mean harm.
class DumpUnderStressTest {
  private static final long LONGEST = 20_000_000_000L;
  private static final long MOMENT = 2_000_000_000L;

  private final LogCapture log = new LogCapture(Level.OFF);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("valley").daemon(true));
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    node.close();
    log.close();
  }

  @Test
  void whileTenThousandProcessesSpawnAndDie() {
    Pid rock = node.spawn(SpawnOptions.DEFAULT.label("rock"), Belay::receive);
    AtomicInteger ended = new AtomicInteger();
    int each = 2_500;
    for (int i = 0; i < 4; i++) {
      node.spawn(() -> spawnMany(each, ended));
    }
    int dumps = 0;
    do {
      String dump = node.dump(DumpOptions.DEFAULT.limit(100));
      assertThat(dump).startsWith("Dump of node valley\n  processes     ");
      assertThat(DumpTest.page(dump, rock)).contains("process " + rock + " (rock)\n  state ");
      dumps++;
    } while (ended.get() < 4 * each);
    assertThat(dumps).isPositive();
    Waiting.until("all but one have ended", () -> node.processCount() == 1);
    assertThat(node.dump()).contains("processes     1 of");
  }

  /// Each has a link, a message and a monitor, so that all of it changes while somebody looks.
  private static void spawnMany(int count, AtomicInteger ended) {
    Belay.trapExits(true);
    for (int i = 0; i < count; i++) {
      Monitored child =
          Belay.spawnMonitor(
              SpawnOptions.DEFAULT.link().label("short-lived"),
              () -> {
                Belay.self();
                receive(Integer.class);
              });
      Belay.send(child.pid(), "unwanted");
      Belay.send(child.pid(), i);
      receive(Down.class);
      receive(Exit.class);
      ended.incrementAndGet();
    }
  }

  /// Numbers in order come in, and go out from the front and from within.
  @Test
  void aLookAtABusyMailboxIsNeverMixedUp() {
    AtomicBoolean enough = new AtomicBoolean();
    Pid pid =
        node.spawn(() -> {
          while (!enough.get()) {
            receive(Integer.class);
          }
        });
    Cell cell = java.util.Objects.requireNonNull(pid.cell);
    node.spawn(() -> {
      int number = 0;
      while (!enough.get()) {
        if (cell.mailbox.length() < 2_000) {
          Belay.send(pid, number++);
        } else {
          Belay.relinquish();
        }
      }
    });
    List<String> wrong = new ArrayList<>();
    int steady = 0;
    int full = 0;
    int last = 0;
    long deadline = System.nanoTime() + MOMENT;
    while (full < 20_000 && wrong.isEmpty() && System.nanoTime() - deadline < 0) {
      Peek peek = Peek.at(cell.mailbox, 1_000);
      steady += peek.isSteady() ? 1 : 0;
      List<Object> seen = peek.messages();
      full += seen.size() > 1 ? 1 : 0;
      for (int i = 0; i < seen.size(); i++) {
        int number = (Integer) seen.get(i);
        if (i == 0 ? number < last : number != (Integer) seen.get(i - 1) + 1) {
          wrong.add(seen.toString());
        }
      }
      last = seen.isEmpty() ? last : (Integer) seen.getFirst();
    }
    enough.set(true);
    assertThat(wrong).isEmpty();
    assertThat(steady).isPositive();
    assertThat(full).as("looks that saw several messages").isPositive();
  }

  private final class Hanging {
    @Override
    public String toString() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return "late";
    }
  }

  private static final class Throwing {
    @Override
    public String toString() {
      throw new IllegalStateException("no text today");
    }
  }

  private record Note(String text) {}

  @Test
  void aMessageThatHangsOrThrowsHurtsNobody() {
    Pid first = node.spawn(() -> receive(Long.class));
    Pid second = node.spawn(() -> receive(Long.class));
    node.send(first, new Throwing());
    node.send(first, new Hanging());
    node.send(first, new Note("before"));
    node.send(second, new Hanging());
    node.send(second, new Note("after"));

    String hanging = Hanging.class.getName();
    long begun = System.nanoTime();
    String dump = node.dump();
    assertThat(System.nanoTime() - begun).isLessThan(LONGEST);
    assertThat(DumpTest.page(dump, first))
        .contains("1  <toString of " + Throwing.class.getName() + " threw java.lang.Illegal")
        .contains("2  <toString of " + hanging + " did not return")
        .contains("3  Note[text=before]");
    assertThat(DumpTest.page(dump, second))
        .contains("1  <toString of " + hanging + " did not return before and was not called>")
        .contains("2  Note[text=after]");

    begun = System.nanoTime();
    assertThat(DumpTest.page(node.dump(), first)).contains("3  Note[text=before]");
    assertThat(System.nanoTime() - begun)
        .as("nobody waits a second time for it")
        .isLessThan(Renderer.PATIENCE_NANOS);
  }

  @Test
  void twoDumpsAtATimeDoNotWaitForEachOther() throws InterruptedException {
    Pid pid = node.spawn(() -> receive(Long.class));
    CountDownLatch called = new CountDownLatch(1);
    node.send(
        pid,
        new Object() {
          @Override
          public String toString() {
            called.countDown();
            return new Hanging().toString();
          }
        });
    AtomicReference<String> slow = new AtomicReference<>("");
    Thread other = Thread.ofPlatform().start(() -> slow.set(node.dump()));
    Waiting.until("it hangs", () -> called.getCount() == 0);
    assertThat(DumpTest.page(node.dump(), pid)).contains(", not rendered>");
    assertThat(other.join(Duration.ofSeconds(20))).isTrue();
    assertThat(slow.get()).contains("did not return");
  }

  @Test
  void anInterruptIsKeptForLater() {
    Pid pid = node.spawn(() -> receive(Long.class));
    node.send(pid, new Note("here"));
    Thread.currentThread().interrupt();
    String dump = node.dump();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(DumpTest.page(dump, pid)).contains("1  Note[text=here]");
    node.dump();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void noThreadIsLeftOver() {
    Pid pid = node.spawn(() -> receive(Long.class));
    node.send(pid, new Note("here"));
    assertThat(node.dump()).contains("Note[text=here]");
    Waiting.until(
        "the rendering thread has ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("belay-dump valley")));
  }
}
