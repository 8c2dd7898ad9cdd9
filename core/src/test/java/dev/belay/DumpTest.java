package dev.belay;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a dump says of processes in every state.
class DumpTest {
  private final LogCapture log = new LogCapture(Level.OFF);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("valley").daemon(true));
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    node.close();
    log.close();
  }

  /// The part of a dump that is about one process.
  static String page(String dump, Pid pid) {
    return dump.lines()
        .dropWhile(line -> !(line + " ").startsWith("process " + pid + " "))
        .takeWhile(line -> !line.isEmpty())
        .reduce("", (all, line) -> all + line + "\n");
  }

  private String page(Pid pid) {
    return page(node.dump(), pid);
  }

  private void awaitState(Pid pid, String state) {
    Waiting.until(pid + " " + state, () -> page(pid).contains("state         " + state));
  }

  private static String summary(String dump) {
    return dump.substring(0, dump.indexOf("\n\n"));
  }

  @Test
  void saysWhatIsWaitedFor() {
    Pid any = node.spawn(Belay::receive);
    Pid type = node.spawn(() -> receive(Integer.class, Duration.ofMinutes(30)));
    Pid selector = node.spawn(() -> receive(message -> message.equals("go") ? message : null));
    Pid asleep = node.spawn(() -> sleep(Duration.ofMinutes(45)));

    awaitState(any, "waits for any message; for ");
    assertThat(page(any)).doesNotContain("at most");
    awaitState(type, "waits for a message of java.lang.Integer; for ");
    assertThat(page(type)).containsPattern(", at most (29 min \\d+ s|30 min 0 s) more\n");
    awaitState(
        selector, "waits for a message that a selector takes, a lambda in dev.belay.DumpTest;");
    awaitState(asleep, "sleeps; for ");
    assertThat(page(asleep)).containsPattern(", at most (44 min \\d+ s|45 min 0 s) more\n");
    assertThat(summary(node.dump()))
        .contains("processes     4 of at most 8,388,608\n")
        .contains("3 wait for a message\n")
        .contains("1 sleep\n")
        .contains("quarantined   0 threads");
  }

  @Test
  void saysSinceWhen() {
    Pid pid = node.spawn(Belay::receive);
    awaitState(pid, "waits for any message");
    Cell cell = Objects.requireNonNull(pid.cell);
    long since = Objects.requireNonNull(cell.awaits).since;
    Waiting.until("some time has passed", () -> System.nanoTime() - since > 30_000_000);
    assertThat(page(pid)).containsPattern("any message; for (3\\d|[4-9]\\d|\\d{3}) ms\n");

    // Another wait begins anew, and one that is over is forgotten.
    node.send(pid, "go");
    Waiting.until("it has gone", () -> cell.state == Cell.GONE);
    assertThat(cell.awaits).isNull();
  }

  @Test
  void saysWhoseEndIsWaitedFor() {
    CountDownLatch begun = new CountDownLatch(1);
    Pid stubborn =
        node.spawn(
            SpawnOptions.DEFAULT.label("stubborn").grace(Duration.ofMinutes(1)),
            () -> {
              begun.countDown();
              awaitWhateverComes(end);
            });
    Waiting.until("it has begun", () -> begun.getCount() == 0);
    node.exit(stubborn, ExitReason.term("out of chalk"));
    Pid asking = node.spawn(() -> Belay.isAlive(stubborn));
    awaitState(asking, "waits for the end of " + stubborn + " (stubborn); for ");
    awaitState(stubborn, "exiting, reason out of chalk\n");
    assertThat(page(stubborn)).contains("at            dev.belay.DumpTest.awaitWhateverComes(");
    assertThat(summary(node.dump()))
        .contains("1 wait for the end of another process\n")
        .contains("1 are exiting\n");
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // It is stubborn.
      }
    }
  }

  @Test
  void saysWhereItsOwnCodeWaits() {
    Pid pid = node.spawn(() -> end.await());
    awaitState(pid, "waits in its own code; since when is not known\n");
    assertThat(page(pid))
        .containsPattern("  at            dev.belay.DumpTest.*\\(DumpTest.java:\\d+\\)\n");
    assertThat(summary(node.dump())).contains("1 wait in their own code\n");

    Object monitor = new Object();
    synchronized (monitor) {
      Pid blocked =
          node.spawn(() -> {
            synchronized (monitor) {
              receive();
            }
          });
      awaitState(blocked, "waits for a monitor in its own code");
    }
  }

  @Test
  void saysWhatRuns() {
    AtomicBoolean free = new AtomicBoolean();
    Pid pid = node.spawn(() -> spin(free));
    Waiting.until("it runs", () -> page(pid).contains("dev.belay.DumpTest.spin("));
    assertThat(page(pid)).contains("  state         runs\n");
    assertThat(summary(node.dump())).contains("1 run, or could run\n");
    free.set(true);
  }

  private static void spin(AtomicBoolean free) {
    while (!free.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aProcessCanDumpItsOwnNode() {
    String[] dump = new String[1];
    Pid pid = node.spawn(() -> dump[0] = Belay.node().dump());
    Waiting.until("it has ended", () -> !node.isAlive(pid));
    assertThat(page(dump[0], pid)).contains("  state         runs\n", "dev.belay.DumpTest");
  }

  @Test
  void saysWhoItIsAndWhatItIsTiedTo() {
    Pid[] peers = new Pid[2];
    AutoCloseable resource = () -> {};
    Pid watcher = node.spawn(Belay::receive);
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.label("worker").name("chalk").own(resource),
            () -> {
              Belay.trapExits(true);
              peers[0] = Belay.spawn(SpawnOptions.DEFAULT.label("friend").link(), Belay::receive);
              Belay.monitor(watcher);
              peers[1] =
                  Belay.spawn(
                      SpawnOptions.DEFAULT.label("child"),
                      () -> {
                        Belay.monitor(new Name("chalk", "valley"));
                        receive();
                      });
              receive(Integer.class);
            });
    awaitState(pid, "waits for a message of java.lang.Integer");
    awaitState(peers[1], "waits for any message");
    assertThat(page(pid))
        .startsWith("process " + pid + " (worker)\n")
        .contains("  name          chalk\n")
        .contains("  body          a lambda in dev.belay.DumpTest")
        .containsPattern("  lived         (\\d|less than 1 ms)")
        .contains("  traps exits   yes\n")
        .contains("  links         " + peers[0] + " (friend)\n")
        .contains("  monitors      " + watcher + "\n")
        .contains("  monitored by  " + peers[1] + " (child)\n")
        .contains("  owned         " + resource.getClass().getName() + "\n")
        .contains("  mailbox       empty\n");
    assertThat(page(peers[1])).contains("  ancestors     " + pid + " (worker)\n");
  }

  @Test
  void theStackBeginsAtTheVerbAndEndsAtTheBody() {
    Pid pid = node.spawn(DumpTest::waitHere);
    awaitState(pid, "waits for any message");
    assertThat(stack(page(pid)))
        .satisfiesExactly(
            verb -> assertThat(verb).contains(" at dev.belay.Belay.receive(Belay.java:"),
            body -> assertThat(body).contains("dev.belay.DumpTest.waitHere(DumpTest.java:"));

    assertThat(stack(page(node.dump(DumpOptions.DEFAULT.stackDepth(1)), pid)))
        .satisfiesExactly(
            verb -> assertThat(verb).contains("dev.belay.Belay.receive("),
            rest -> assertThat(rest).endsWith(" … 1 more"));
    assertThat(page(node.dump(DumpOptions.DEFAULT.stackDepth(0)), pid))
        .contains("waits for any message")
        .doesNotContain("  stack");
  }

  private static List<String> stack(String page) {
    return page.lines().dropWhile(line -> !line.equals("  stack")).skip(1).toList();
  }

  private static void waitHere() {
    receive();
  }

  @Test
  void showsTheFirstMessages() {
    CountDownLatch go = new CountDownLatch(1);
    Pid pid =
        node.spawn(() -> {
          awaitWhateverComes(go);
          receive(Long.class);
        });
    for (int i = 1; i <= 3; i++) {
      node.send(pid, "message " + i);
    }
    // In the inbox, and then in the part that the process has looked through.
    String indent = " ".repeat(16);
    String expected =
        "  mailbox       3 messages:\n"
            + (indent + "1  message 1\n")
            + (indent + "2  message 2\n")
            + (indent + "3  message 3\n");
    assertThat(page(pid)).contains(expected);
    go.countDown();
    awaitState(pid, "waits for a message of java.lang.Long");
    assertThat(page(pid)).contains(expected);

    for (int i = 4; i <= 2_000; i++) {
      node.send(pid, "message " + i);
    }
    awaitState(pid, "waits for a message of java.lang.Long");
    assertThat(page(pid))
        .contains("  mailbox       2,000 messages, the first 5:\n")
        .contains("5  message 5\n")
        .doesNotContain("message 6\n");
    assertThat(page(node.dump(DumpOptions.DEFAULT.messages(0)), pid))
        .contains("  mailbox       2,000 messages\n")
        .doesNotContain("message 1\n");
  }

  @Test
  void showsExitsAndDownsThatNobodyHasReadYet() {
    CountDownLatch go = new CountDownLatch(1);
    Pid[] child = new Pid[1];
    Pid pid =
        node.spawn(() -> {
          Belay.trapExits(true);
          child[0] = Belay.spawnLink(Belay::receive);
          Belay.monitor(child[0]);
          awaitWhateverComes(go);
          receive(Exit.class);
          receive(Down.class);
        });
    awaitState(pid, "waits in its own code");
    node.exit(child[0], ExitReason.KILL);
    Waiting.until("both are there", () -> page(pid).contains("2 messages:"));
    assertThat(page(pid))
        .containsPattern("1  Exit\\[pid=" + Pattern.quote(child[0].toString()) + ", reason=killed")
        .containsPattern("2  Down\\[");
    go.countDown();
    Waiting.until("it has read them", () -> !node.isAlive(pid));
  }

  @Test
  void ofVeryManyUnreadMessagesTheNewestAreShown() {
    Pid pid = node.spawn(() -> awaitWhateverComes(end));
    awaitState(pid, "waits in its own code");
    int many = Peek.MOST_STEPS + 1;
    for (int i = 1; i <= many; i++) {
      node.send(pid, i);
    }
    assertThat(page(pid))
        .contains("  mailbox       20,001 messages, the newest first:\n")
        .contains(many + "  " + many + "\n");
  }

  @Test
  void listsQuarantinedThreads() {
    AtomicBoolean free = new AtomicBoolean();
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.label("lost").killGrace(Duration.ofMillis(20)), () -> spin(free));
    Waiting.until("it runs", () -> page(pid).contains("dev.belay.DumpTest.spin("));
    node.exit(pid, ExitReason.KILL);
    Waiting.until("it is dead", () -> !node.isAlive(pid) && !node.quarantined().isEmpty());
    String dump = node.dump();
    assertThat(summary(dump)).contains("quarantined   1 thread");
    assertThat(dump.substring(dump.indexOf("quarantined thread of")))
        .startsWith("quarantined thread of " + pid + " (lost)\n  stuck in      its body\n  since ")
        .contains("dev.belay.DumpTest.spin(DumpTest.java:");
    assertThat(page(dump, pid)).as("it is no process any more").isEmpty();
    free.set(true);
    Waiting.until("it has come back", () -> node.quarantined().isEmpty());
  }

  @Test
  void showsWhatIsAskedFor() throws IOException {
    Pid oldest = node.spawn(SpawnOptions.DEFAULT.label("oldest"), () -> receive(Long.class));
    Pid middle = node.spawn(SpawnOptions.DEFAULT.label("middle"), () -> receive(Long.class));
    Pid youngest = node.spawn(SpawnOptions.DEFAULT.label("youngest"), () -> receive(Long.class));
    node.send(middle, "one");
    node.send(youngest, "one");
    node.send(youngest, "two");

    assertThat(node.dump().indexOf("(oldest)")).isLessThan(node.dump().indexOf("(middle)"));
    String one = node.dump(DumpOptions.DEFAULT.limit(1));
    assertThat(summary(one)).contains("processes     3 of");
    assertThat(one)
        .contains("(oldest)")
        .doesNotContain("(middle)")
        .endsWith("\n\nThe dump ends here: its limit is 1 processes (DumpOptions.limit).\n");
    assertThat(node.dump(DumpOptions.DEFAULT.limit(3))).doesNotContain("The dump ends here");
    assertThat(node.dump(DumpOptions.DEFAULT.limit(2).longestMailboxFirst()))
        .containsSubsequence("(youngest)", "(middle)")
        .doesNotContain("(oldest)");
    StringBuilder out = new StringBuilder();
    node.dump(out, DumpOptions.DEFAULT.only(info -> info.messageQueueLength() == 0));
    assertThat(out.toString()).contains("(oldest)").doesNotContain("(middle)", "(youngest)");
    assertThat(page(out.toString(), oldest)).isNotEmpty();

    assertThatIllegalArgumentException().isThrownBy(() -> DumpOptions.DEFAULT.limit(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> DumpOptions.DEFAULT.stackDepth(1_001));
    assertThatIllegalArgumentException().isThrownBy(() -> DumpOptions.DEFAULT.messages(-1));
  }

  @Test
  void whatTheOutputThrowsComesOut() {
    Pid pid = node.spawn(Belay::receive);
    awaitState(pid, "waits for any message");
    java.io.Writer broken =
        new java.io.Writer() {
          @Override
          public void write(char[] text, int from, int count) throws IOException {
            throw new IOException("no paper");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> node.dump(broken, DumpOptions.DEFAULT))
        .withMessage("no paper");
    assertThat(page(pid)).as("the next one works").contains(self(pid));
  }

  private static String self(Pid pid) {
    return "process " + pid;
  }
}
