package dev.belay;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a crash report says, and what it makes of objects that do not behave.
class CrashReportTest {
  private static final Pattern PID = Pattern.compile("<0\\.\\d+\\.\\d+>");
  private static final Duration TIME = Duration.ofSeconds(20);

  private final LogCapture log = new LogCapture(Level.INFO);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("mountain").daemon(true));

  @BeforeEach
  void isListening() {
    assertThat(log.records()).isEmpty();
  }

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private record Put(String item, int count) {}

  private static final class Rope implements AutoCloseable {
    @Override
    public void close() {}
  }

  private static final class Knot implements AutoCloseable {
    @Override
    public void close() throws IOException {
      throw new IOException("too tight");
    }
  }

  private static void fall() {
    IllegalStateException thrown =
        new IllegalStateException("the rope\nbroke", new IOException("worn through"));
    thrown.addSuppressed(new ArithmeticException("bad luck"));
    throw thrown;
  }

  /// Waits for the one crash report, which is made before anybody hears of the death.
  private LogRecord reportOf(Pid pid) {
    Waiting.until("it has ended", () -> !node.isAlive(pid));
    assertThat(node.flushReports(TIME)).isTrue();
    List<LogRecord> reports = log.with("process " + pid);
    List<LogRecord> crashes =
        reports.stream()
            .filter(
                report -> report.getMessage().lines().findFirst().orElse("").contains(" crashed"))
            .toList();
    assertThat(crashes).hasSize(1);
    return crashes.getFirst();
  }

  /// Replaces what differs from run to run: pids by letters in the order of their appearance, lines
  /// and times by dots.
  private static String masked(String text) {
    Map<String, String> letters = new LinkedHashMap<>();
    Matcher matcher = PID.matcher(text);
    String named =
        matcher.replaceAll(found ->
            letters.computeIfAbsent(
                found.group(), pid -> "<" + (char) ('A' + letters.size()) + ">"));
    return named
        .replaceAll("\\.java:\\d+\\)", ".java:…)")
        .replaceAll("(?m)^(  lived         ).*$", "$1…");
  }

  @Test
  void saysEverythingInOrder() {
    CountDownLatch mayFall = new CountDownLatch(1);
    List<Pid> climbers = new ArrayList<>();
    Pid guide =
        node.spawn(
            SpawnOptions.DEFAULT.label("guide"),
            () -> {
              trapExits(true);
              Pid me = self();
              Pid climber =
                  Belay.spawnMonitor(
                          SpawnOptions.DEFAULT
                              .label("climber")
                              .name("lead")
                              .link()
                              .own(new Rope())
                              .own(new Knot()),
                          () -> {
                            trapExits(true);
                            monitor(me);
                            receive(String.class);
                            mayFall.await();
                            fall();
                          })
                      .pid();
              send(climber, new Put("nut", 1));
              send(climber, "climb");
              send(climber, new Put("cam", 2));
              climbers.add(climber);
              mayFall.countDown();
              receive(Down.class);
            });
    Waiting.until("the guide has ended", () -> !node.isAlive(guide));
    LogRecord report = reportOf(climbers.getFirst());

    assertThat(report.getLevel()).isEqualTo(Level.SEVERE);
    assertThat(masked(report.getMessage()))
        .isEqualTo(
            """
            process <A> (climber) crashed: java.lang.IllegalStateException: the rope\\nbroke
              at            dev.belay.CrashReportTest.fall(CrashReportTest.java:…)
              node          mountain
              name          lead
              body          a lambda in dev.belay.CrashReportTest.saysEverythingInOrder (CrashReportTest.java:…)
              lived         …
              ancestors     <B> (guide)
              trail         <A> (climber) ended by itself
              traps exits   yes
              links         <B> (guide)
              monitors      <B> (guide)
              monitored by  <B> (guide)
              owned         dev.belay.CrashReportTest$Knot (its close() failed), dev.belay.CrashReportTest$Rope (closed)
              mailbox       2 messages:
                            1  Put[item=nut, count=1]
                            2  Put[item=cam, count=2]\
            """);
    assertThat(report.getThrown())
        .as("the stack is the logger's to print")
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the rope\nbroke")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void showsTheFirstMessagesOfALongMailboxInOrder() {
    CountDownLatch filled = new CountDownLatch(1);
    Pid pid =
        node.spawn(() -> {
          receive(String.class);
          filled.await();
          fall();
        });
    for (int i = 1; i <= 4; i++) {
      node.send(pid, new Put("kept", i));
    }
    node.send(pid, "take them all out of the inbox");
    Waiting.until(
        "it has taken them", () -> node.info(pid).orElseThrow().messageQueueLength() == 4);
    for (int i = 5; i <= 12; i++) {
      node.send(pid, new Put("inbox", i));
    }
    filled.countDown();
    String text = reportOf(pid).getMessage();

    assertThat(text).contains("mailbox       12 messages, the first 10:\n");
    for (int i = 1; i <= 10; i++) {
      String part = (i <= 4 ? "kept" : "inbox") + ", count=" + i + "]";
      assertThat(text).contains("                " + i + "  Put[item=" + part);
    }
    assertThat(text).doesNotContain("count=11]");
  }

  @Test
  void showsTheNewestMessagesOfAFlood() {
    CountDownLatch filled = new CountDownLatch(1);
    Pid pid =
        node.spawn(() -> {
          filled.await();
          fall();
        });
    for (int i = 1; i <= 30_000; i++) {
      node.send(pid, i);
    }
    filled.countDown();
    assertThat(reportOf(pid).getMessage())
        .contains(
            "mailbox       30,000 messages, the newest first:\n                30000  30000\n")
        .contains("\n                29991  29991")
        .doesNotContain("29990");
  }

  @Test
  void boundsLongMessagesAndManyPeers() {
    CountDownLatch ready = new CountDownLatch(1);
    Pid pid =
        node.spawn(() -> {
          ready.await();
          for (int i = 0; i < 30; i++) {
            Belay.spawnLink(Belay::receive);
          }
          fall();
        });
    node.send(pid, "x".repeat(10_000));
    ready.countDown();
    String text = reportOf(pid).getMessage();

    assertThat(text).contains("links         30, among them <");
    assertThat(text).contains("xxx… (10,000 characters)");
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(500));
  }

  private static final class Rude {
    private final Error error;

    Rude(Error error) {
      this.error = error;
    }

    @Override
    public String toString() {
      throw error;
    }
  }

  @Test
  void aToStringMayThrowAnything() {
    Pid pid =
        node.spawn(() -> {
          send(self(), new Rude(new StackOverflowError()));
          send(self(), new Rude(new AssertionError()));
          send(self(), "polite");
          fall();
        });
    assertThat(reportOf(pid).getMessage())
        .contains(
            "1  <toString of dev.belay.CrashReportTest$Rude threw java.lang.StackOverflowError>\n",
            "2  <toString of dev.belay.CrashReportTest$Rude threw java.lang.AssertionError>\n",
            "3  polite");
  }

  @SuppressWarnings("serial")
  private static final class RudeException extends RuntimeException {
    @Override
    public String getMessage() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aGetMessageMayThrow() {
    Pid pid =
        node.spawn(() -> {
          throw new IllegalStateException("outer", new RudeException());
        });
    LogRecord report = reportOf(pid);
    assertThat(report.getThrown()).as("a logger that printed it would fail").isNull();
    assertThat(report.getMessage())
        .contains(
            "\n  stack\n    java.lang.IllegalStateException: outer\n      at ",
            "\n    Caused by: <toString of dev.belay.CrashReportTest$RudeException threw"
                + " java.lang.UnsupportedOperationException>\n");
  }

  @Test
  void aThrowableMayBeItsOwnCause() {
    Pid pid =
        node.spawn(() -> {
          IllegalStateException one = new IllegalStateException("one");
          one.initCause(new IllegalArgumentException("two", one));
          throw one;
        });
    assertThat(reportOf(pid).getThrown()).hasMessage("one");
  }

  private static final class Stuck {
    private static final AtomicInteger CALLS = new AtomicInteger();
    private static final CountDownLatch FREE = new CountDownLatch(1);

    @Override
    public String toString() {
      CALLS.incrementAndGet();
      boolean done = false;
      while (!done) {
        try {
          FREE.await();
          done = true;
        } catch (InterruptedException e) {
          // Nothing gets it out of here.
        }
      }
      return "free";
    }
  }

  @Test
  void aToStringThatHangsIsGivenUpAndNotCalledAgain() {
    try {
      Pid first =
          node.spawn(() -> {
            send(self(), "before");
            send(self(), new Stuck());
            send(self(), new Put("after", 1));
            fall();
          });
      assertThat(reportOf(first).getMessage())
          .contains(
              "1  before\n",
              "2  <toString of dev.belay.CrashReportTest$Stuck did not return>\n",
              "3  Put[item=after, count=1]");
      Pid second =
          node.spawn(() -> {
            send(self(), new Stuck());
            fall();
          });
      assertThat(reportOf(second).getMessage())
          .contains(
              "1  <toString of dev.belay.CrashReportTest$Stuck did not return before and was not called>");
      assertThat(Stuck.CALLS).hasValue(1);
    } finally {
      Stuck.FREE.countDown();
    }
  }

  @SuppressWarnings("serial")
  private static final class StuckException extends RuntimeException {
    private static final CountDownLatch FREE = new CountDownLatch(1);

    StuckException() {
      super("");
    }

    @Override
    public String getMessage() {
      try {
        FREE.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return "free";
    }
  }

  @Test
  void aGetMessageThatHangsLeavesTheStack() {
    try {
      Pid pid =
          node.spawn(() -> {
            throw new StuckException();
          });
      LogRecord report = reportOf(pid);
      assertThat(report.getThrown()).isNull();
      assertThat(report.getMessage())
          .startsWith(
              "process "
                  + pid
                  + " crashed: <toString of dev.belay.CrashReportTest$StuckException did not return>\n"
                  + "  at            dev.belay.CrashReportTest.")
          .contains("\n  stack\n    ", "aGetMessageThatHangsLeavesTheStack");
    } finally {
      StuckException.FREE.countDown();
    }
  }

  @Test
  void saysWhereAMethodReferenceBegan() {
    Pid pid = node.spawn(CrashReportTest::fall);
    assertThat(reportOf(pid).getMessage())
        .contains("body          dev.belay.CrashReportTest.fall (CrashReportTest.java:");
  }

  @Test
  void pointsAtTheUsersCodeNotAtTheVerb() {
    Pid pid = node.spawn(() -> send("nobody", "hello"));
    assertThat(reportOf(pid).getMessage())
        .contains(
            "at            dev.belay.CrashReportTest.lambda$pointsAtTheUsersCodeNotAtTheVerb$");
  }

  @Test
  void aCrashInTheMiddleOfASpawnTreeNamesItsAncestors() {
    List<Pid> pids = new ArrayList<>();
    Pid top =
        node.spawn(() -> {
          pids.add(self());
          Pid middle =
              spawn(() -> {
                pids.add(self());
                pids.add(spawn(CrashReportTest::fall));
              });
          Waiting.until("it is there", () -> pids.size() == 3);
          assertThat(Belay.isAlive(middle)).isFalse();
        });
    Waiting.until("it has ended", () -> !node.isAlive(top));
    assertThat(reportOf(pids.getLast()).getMessage())
        .contains("ancestors     " + pids.get(1) + ", " + pids.get(0));
  }
}
