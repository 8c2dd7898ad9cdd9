package dev.belay;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.internal.host.Host;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is reported, at which level, and that nothing of it gets lost or in the way.
class ReporterTest {
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final SpawnOptions QUICK =
      SpawnOptions.DEFAULT.grace(Duration.ofMillis(20)).killGrace(Duration.ofMillis(20));

  private final LogCapture log = new LogCapture(Level.INFO);
  private final Node node = Node.start(NodeOptions.DEFAULT.name("valley").daemon(true));

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  private void awaitEnd(Pid pid) {
    Waiting.until(pid + " has ended", () -> !node.isAlive(pid));
  }

  private void flush() {
    assertThat(node.flushReports(TIME)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    Waiting.until("it has begun", () -> latch.getCount() == 0);
  }

  private static void fall() {
    throw new IllegalStateException("fell");
  }

  @Test
  void aCrashIsAnErrorAndOrderlyEndsAreSilent() {
    log.close();
    try (LogCapture everything = new LogCapture(Level.ALL)) {
      awaitEnd(node.spawn(() -> {}));
      awaitEnd(node.spawn(() -> exit(ExitReason.NORMAL)));
      awaitEnd(node.spawn(() -> exit(ExitReason.SHUTDOWN)));
      awaitEnd(node.spawn(() -> exit(ExitReason.shutdown("for today"))));
      Pid stopped = node.spawn(Belay::receive);
      node.exit(stopped, ExitReason.SHUTDOWN);
      awaitEnd(stopped);
      flush();
      assertThat(everything.texts()).isEmpty();

      awaitEnd(node.spawn(ReporterTest::fall));
      flush();
      assertThat(everything.records()).hasSize(1);
      assertThat(everything.records().getFirst().getLevel()).isEqualTo(Level.SEVERE);
      assertThat(everything.records().getFirst().getThrown()).hasMessage("fell");
    }
  }

  @Test
  void otherAbnormalEndsAreOneLineForThoseWhoDebug() {
    Pid[] pids = abnormalEnds();
    assertThat(log.with("process " + pids[0])).hasSize(1);
    assertThat(log.records()).as("without debugging: the crash alone").hasSize(1);

    try (LogCapture debug = new LogCapture(Level.FINE)) {
      pids = abnormalEnds();
      assertThat(debug.with("process " + pids[1]).getFirst().getMessage())
          .isEqualTo(
              "process %2$s (linked) ended: crash: java.lang.IllegalStateException: fell; trail: %1$s ended by itself -> %2$s (linked) by its link to %1$s"
                  .formatted(pids[0], pids[1]));
      assertThat(debug.with("process " + pids[2]).getFirst().getMessage())
          .isEqualTo(
              "process %s ended: out of chalk; trail: %<s ended by itself".formatted(pids[2]));
      assertThat(debug.with("process " + pids[3]).getFirst().getMessage())
          .isEqualTo(
              "process %s ended: killed; trail: %<s by an exit signal from <0.0.0>"
                  .formatted(pids[3]));
      for (int i = 1; i < pids.length; i++) {
        List<LogRecord> records = debug.with("process " + pids[i]);
        assertThat(records).hasSize(1);
        assertThat(records.getFirst().getLevel()).isEqualTo(Level.FINE);
      }
    }
  }

  /// One that crashes, one that is linked with it, one by `exit`, one by an exit signal.
  private Pid[] abnormalEnds() {
    Pid[] pids = new Pid[4];
    CountDownLatch linked = new CountDownLatch(1);
    pids[0] =
        node.spawn(() -> {
          pids[1] = Belay.spawn(SpawnOptions.DEFAULT.label("linked").link(), Belay::receive);
          linked.countDown();
          fall();
        });
    awaitEnd(pids[0]);
    awaitEnd(pids[1]);
    pids[2] = node.spawn(() -> exit(ExitReason.term("out of chalk")));
    awaitEnd(pids[2]);
    pids[3] = node.spawn(Belay::receive);
    node.exit(pids[3], ExitReason.KILL);
    awaitEnd(pids[3]);
    flush();
    return pids;
  }

  @Test
  void anExitNormalThatIsIgnoredIsSaidToThoseWhoDebug() {
    try (LogCapture debug = new LogCapture(Level.FINE)) {
      Pid pid = node.spawn(Belay::receive);
      node.exit(pid, ExitReason.NORMAL);
      Pid trapping =
          node.spawn(() -> {
            Belay.trapExits(true);
            receive();
          });
      Waiting.until("it traps", () -> node.info(trapping).orElseThrow().trapsExits());
      node.exit(trapping, ExitReason.NORMAL);
      awaitEnd(trapping);
      flush();
      assertThat(debug.texts())
          .containsExactly(
              "exit(%s, NORMAL) from a plain thread was ignored, as in Erlang, because the process does not trap exits; to end it use terminate(%<s)"
                  .formatted(pid));
      assertThat(debug.records().getFirst().getLevel()).isEqualTo(Level.FINE);
      assertThat(node.isAlive(pid)).isTrue();
    }
  }

  @Test
  void aDeclaredDeathShowsTheStackOfItsThreadAndLeavesItsMailboxAlone() {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean free = new AtomicBoolean();
    AtomicInteger rendered = new AtomicInteger();
    Object message =
        new Object() {
          @Override
          public String toString() {
            rendered.incrementAndGet();
            return "";
          }
        };
    Pid pid = node.spawn(QUICK.label("mule"), () -> spin(started, free));
    node.send(pid, message);
    await(started);
    node.exit(pid, ExitReason.term("too heavy"));
    awaitEnd(pid);
    flush();
    List<LogRecord> reports = log.with("process " + pid);
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().getLevel()).isEqualTo(Level.SEVERE);
    assertThat(reports.getFirst().getMessage())
        .startsWith(
            "process "
                + pid
                + " (mule) was declared dead: it did not unwind within 20 ms, reason too heavy\n"
                + "  stuck at      dev.belay.ReporterTest.spin(ReporterTest.java:")
        .contains(
            "\n  next          Everybody has been told",
            "\n  trail         " + pid + " (mule) by an exit signal from <0.0.0>, declared\n",
            "\n  mailbox       1 message, which its thread may be reading still: not shown\n",
            "\n  stack of its thread\n      at ");
    assertThat(rendered).hasValue(0);

    free.set(true);
    Waiting.until("it is out of quarantine", () -> node.quarantined().isEmpty());
    Waiting.until(
        "that is reported",
        () -> {
          flush();
          return !log.with("has left the quarantine").isEmpty();
        });
    assertThat(log.with("has left the quarantine").getFirst().getLevel()).isEqualTo(Level.INFO);
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private static void spin(CountDownLatch started, AtomicBoolean free) {
    started.countDown();
    while (!free.get()) {
      Thread.yield();
    }
  }

  @Test
  void aDeclaredDeathOnTheWayToAnOrderlyEndIsAWarning() {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean free = new AtomicBoolean();
    Pid pid = node.spawn(QUICK, () -> spin(started, free));
    await(started);
    node.exit(pid, ExitReason.SHUTDOWN);
    awaitEnd(pid);
    flush();
    assertThat(log.with("process " + pid)).hasSize(1);
    assertThat(log.records().getFirst().getLevel()).isEqualTo(Level.WARNING);
    free.set(true);
    Waiting.until("it is out of quarantine", () -> node.quarantined().isEmpty());
  }

  @Test
  void aCloseThatFailsIsAWarning() {
    Pid pid =
        node.spawn(() ->
            Belay.own(() -> {
              throw new IOException("jammed");
            }));
    awaitEnd(pid);
    flush();
    assertThat(log.records()).hasSize(1);
    LogRecord report = log.records().getFirst();
    assertThat(report.getLevel()).isEqualTo(Level.WARNING);
    assertThat(report.getThrown()).hasMessage("jammed");
    assertThat(report.getMessage())
        .startsWith("close() of dev.belay.ReporterTest$$Lambda")
        .contains(", owned by process " + pid + ", failed: java.io.IOException: jammed\n  next ");
  }

  @Test
  void aCloseThatHangsIsAWarningWithItsStack() {
    CountDownLatch free = new CountDownLatch(1);
    SpawnOptions options = SpawnOptions.DEFAULT.closeTime(Duration.ofMillis(500));
    Pid pid = node.spawn(options, () -> Belay.own(() -> hang(free)));
    awaitEnd(pid);
    flush();
    assertThat(log.records()).hasSize(1);
    assertThat(log.records().getFirst().getLevel()).isEqualTo(Level.WARNING);
    assertThat(log.texts().getFirst())
        .startsWith("close() of dev.belay.ReporterTest$$Lambda")
        .contains(
            ", owned by process " + pid + ", did not return within 500 ms and was given up\n",
            "\n  stuck at      dev.belay.ReporterTest.hang(ReporterTest.java:",
            "\n  stack\n",
            "SpawnOptions.closeTime");
    free.countDown();
    Waiting.until("it is out of quarantine", () -> node.quarantined().isEmpty());
  }

  private static void hang(CountDownLatch free) throws InterruptedException {
    free.await();
  }

  @Test
  void repeatedReportsOfOnePlaceAreCountedAndSummedUpAtTheEnd() {
    for (int i = 0; i < 50; i++) {
      awaitEnd(node.spawn(ReporterTest::fall));
    }
    flush();
    assertThat(log.with("crashed")).hasSize(Folding.WHOLE);
    assertThat(log.with("… 47 more like this in the last ")).hasSize(1);
    assertThat(log.texts().getLast())
        .contains(
            ": java.lang.IllegalStateException at dev.belay.ReporterTest.fall(ReporterTest.java:");
    assertThat(log.records()).hasSize(Folding.WHOLE + 1);
  }

  @Test
  void reportsBeyondTheBoundAreDroppedAndCounted() {
    CountDownLatch gate = log.block();
    awaitEnd(node.spawn(() -> exit(ExitReason.crash(new IOException("the first")))));
    awaitEnd(node.spawn(ReporterTest::fall));
    Waiting.until("the reporter is stuck in the logger", () -> !log.records().isEmpty());
    for (int i = 0; i < Reporter.BOUND + 29; i++) {
      awaitEnd(node.spawn(ReporterTest::fall));
    }
    assertThat(node.flushReports(Duration.ofMillis(50))).as("while the logger hangs").isFalse();
    gate.countDown();
    flush();
    assertThat(log.with("reports of node valley were dropped")).hasSize(1);
    assertThat(log.texts().getLast())
        .isEqualTo(
            "30 reports of node valley were dropped, because more than 1,024 were waiting to be logged");
    assertThat(log.with("… 1,020 more like this")).hasSize(1);
  }

  @Test
  void theLastReportIsOutWhenRunReturns() {
    for (int i = 0; i < 20; i++) {
      String name = "run-" + i;
      assertThatExceptionOfType(ProcessFailedException.class)
          .isThrownBy(() -> Belay.run(NodeOptions.DEFAULT.name(name), ReporterTest::fall));
      assertThat(log.texts()).anyMatch(text -> text.contains("node          " + name + "\n"));
    }
  }

  @Test
  void aReportAfterTheEndOfTheNodeIsLoggedAllTheSame() {
    Pid pid = node.spawn(() -> {});
    awaitEnd(pid);
    node.close();
    Cell cell = java.util.Objects.requireNonNull(pid.cell);
    node.reporter.closeFailed(cell, () -> {}, new IOException("late"));
    flush();
    assertThat(log.texts()).anyMatch(text -> text.endsWith("late") || text.contains(": late\n"));
  }

  @Test
  void aReportThatCannotBeMadeDelaysNoDeathAndIsCounted() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Host failing =
        host((method, first) -> {
          if (broken.get()
              && method.equals("systemThread")
              && String.valueOf(first).startsWith("belay-reporter")) {
            throw new OutOfMemoryError("no thread to be had");
          }
        });
    try (Node poor = Node.start(NodeOptions.DEFAULT.name("poor").daemon(true).host(failing));
        Inbox inbox = poor.inbox()) {
      Monitored monitored = inbox.spawnMonitor(ReporterTest::fall);
      Down down = inbox.receive(Down.class);
      assertThat(down.reason()).isInstanceOf(ExitReason.Crash.class);
      assertThat(poor.isAlive(monitored.pid())).isFalse();
      poor.reporter.missed(new StackOverflowError());

      broken.set(false);
      assertThat(poor.flushReports(TIME)).isTrue();
      assertThat(log.with("process " + monitored.pid() + " crashed"))
          .as("it waited in the queue")
          .hasSize(1);
      assertThat(log.texts().getLast())
          .isEqualTo(
              "1 reports of node poor could not be made or logged, the last because of class java.lang.StackOverflowError");
    }
  }

  private interface Before {
    void call(String method, Object firstArgument);
  }

  private static Host host(Before before) {
    return (Host)
        Proxy.newProxyInstance(
            Host.class.getClassLoader(),
            new Class<?>[] {Host.class},
            (proxy, method, arguments) -> {
              before.call(method.getName(), arguments == null ? "" : arguments[0]);
              try {
                return method.invoke(Host.jdk(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aLoggerThatThrowsIsSurvived() {
    Logger logger = Logger.getLogger("dev.belay");
    AtomicInteger calls = new AtomicInteger();
    java.util.logging.Filter throwing =
        record -> {
          calls.incrementAndGet();
          throw new IllegalArgumentException("no log today");
        };
    logger.setFilter(throwing);
    try {
      awaitEnd(node.spawn(ReporterTest::fall));
      Waiting.until("it was tried", () -> calls.get() > 0);
    } finally {
      logger.setFilter(null);
    }
    awaitEnd(node.spawn(ReporterTest::fall));
    flush();
    assertThat(log.with("crashed")).isNotEmpty();
    assertThat(log.with("could not be made or logged")).isNotEmpty();
  }

  @Test
  void flushWithNothingToSayStartsNoThread() {
    awaitEnd(node.spawn(() -> self()));
    flush();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("belay-reporter valley");
  }

  @Test
  void aFlushThatIsInterruptedKeepsTheInterrupt() {
    awaitEnd(node.spawn(ReporterTest::fall));
    Thread.currentThread().interrupt();
    boolean flushed = node.flushReports(TIME);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(flushed).isTrue();
    assertThat(log.with("crashed")).hasSize(1);
  }

  @Test
  void threadsOfProcessesWithALabelOrANameCarryThemAndThePid() {
    assertThat(threadName(SpawnOptions.DEFAULT.label("guide"))).matches("<0\\.\\d+\\.0> guide");
    assertThat(threadName(SpawnOptions.DEFAULT.name("lead"))).matches("<0\\.\\d+\\.0> lead");
    assertThat(threadName(SpawnOptions.DEFAULT.name("second").label("guide")))
        .matches("<0\\.\\d+\\.0> second guide");
    assertThat(threadName(SpawnOptions.DEFAULT)).as("a name costs memory").isEmpty();
  }

  private String threadName(SpawnOptions options) {
    return java.util.Objects.requireNonNull(node.spawn(options, Belay::receive).cell)
        .thread
        .getName();
  }
}
