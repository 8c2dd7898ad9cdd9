package dev.belay.testkit;

import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Inbox;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// A violated invariant fails the test, and says which; what is expected does not.
class TestWatchTest {
  private final TestWatch watch = new TestWatch(UnaryOperator.identity());
  private final Node node = watch.nodes().own();
  private final Expected expected = watch.expected();

  @Test
  void anEmptyNodeIsAsItShouldBe() {
    node.run(() -> {});
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
    assertThatExceptionOfType(ProcessLimitException.class).isThrownBy(node::inbox);
  }

  @Test
  void aProcessThatIsAboutToEndIsWaitedFor() {
    node.spawn(() -> Belay.sleep(Duration.ofMillis(50)));
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void aProcessIsLeftOver() {
    Pid pid = node.spawn(SpawnOptions.DEFAULT.label("lost"), Belay::receive);
    fails(true, "a process is left over: " + pid + " (lost)");
    assertThat(node.isAlive(pid)).isFalse();
  }

  @Test
  void aProcessMayRunOn() {
    Pid pid = node.spawn(Belay::receive);
    expected.running(pid);
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void onlyTheDeclaredProcessMayRunOn() {
    Pid declared = node.spawn(Belay::receive);
    Pid other = node.spawn(Belay::receive);
    expected.running(declared);
    String message = fails(true, "a process is left over: " + other);
    assertThat(message).doesNotContain("left over: " + declared);
  }

  @Test
  void aProcessMayRunOnOrNot() {
    Pid gone = node.spawn(() -> {});
    assertThat(awaitEnd(gone)).isTrue();
    expected.maybeRunning(gone, node.spawn(Belay::receive));
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void anyProcessMayRunOn() {
    node.spawn(Belay::receive);
    node.spawn(Belay::receive);
    expected.running();
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void aProcessThatShouldRunOnIsGone() {
    Pid pid = node.spawn(() -> {});
    assertThat(awaitEnd(pid)).isTrue();
    expected.running(pid);
    fails(false, pid + " should still run when the test ends, but is gone");
  }

  @Test
  void aCrashIsNotExpected() {
    crash(new IllegalStateException("boom"));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> watch.end(false))
        .withMessageContaining("unexpected report: SEVERE")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .isInstanceOf(IllegalStateException.class));
  }

  @Test
  void aCrashOfAnotherTypeIsNotExpected() {
    expected.crash(IllegalArgumentException.class);
    crash(new IllegalStateException("boom"));
    String message = fails(false, "unexpected report");
    assertThat(message).contains("not reported: a crash with java.lang.IllegalArgumentException");
  }

  @Test
  void aCrashIsExpected() {
    expected.crash(RuntimeException.class);
    crash(new IllegalStateException("boom"));
    crash(new IllegalArgumentException("bang"));
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void anExpectedCrashDoesNotCome() {
    expected.crash(RuntimeException.class);
    expected.maybeCrash(StackOverflowError.class);
    String message = fails(false, "not reported: a crash with java.lang.RuntimeException");
    assertThat(message).doesNotContain("StackOverflowError");
  }

  @Test
  void aReportIsExpected() {
    expected.report("boom of 3");
    expected.maybeReport("something else");
    System.getLogger("dev.belay").log(System.Logger.Level.WARNING, "boom of {0}", 3);
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void aReportIsNotExpected() {
    expected.maybeReport("something else");
    System.getLogger("dev.belay").log(System.Logger.Level.WARNING, "boom of {0}", 3);
    fails(false, "unexpected report: WARNING boom of 3");
  }

  @Test
  void aResourceThatDoesNotCloseIsReported() {
    node.run(() ->
        own(() -> {
          throw new IllegalStateException("stuck");
        }));
    fails(false, "unexpected report: WARNING");
  }

  @Test
  void aThreadIsInQuarantine() {
    CountDownLatch release = new CountDownLatch(1);
    Pid pid = stuck(release);
    String message = fails(true, "a thread of " + pid + " is in quarantine");
    release.countDown();
    assertThat(message).contains("at ", "TestWatchTest");
  }

  @Test
  void aThreadMayBeInQuarantine() {
    CountDownLatch release = new CountDownLatch(1);
    expected.quarantine(stuck(release));
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
    release.countDown();
  }

  @Test
  void bondsOfAllKindsAreSound() {
    try (Inbox inbox = node.inbox()) {
      Pid a = node.spawn(SpawnOptions.DEFAULT.name("a"), Belay::receive);
      Pid b =
          inbox.spawnLink(() -> {
            Belay.link(a);
            Belay.monitor(a);
            Belay.monitor(a);
            Belay.monitor("a");
            Belay.monitor(Belay.self());
            Belay.alias();
            receive();
          });
      inbox.monitor(a);
      inbox.monitor("a");
      inbox.link(a);
      assertThat(node.info(b)).isPresent();
      expected.running(a, b);
      assertThat(Bonds.broken(node)).isEmpty();
      inbox.unlink(a);
      inbox.unlink(b);
      assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
    }
  }

  @Test
  void brokenBondsAreAViolation() {
    watch.end(false);
    TestWatch other =
        new TestWatch(checked -> List.of("broken on " + checked.name()), UnaryOperator.identity());
    Node others = other.nodes().own();
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> other.end(true))
        .withMessageContaining("broken on " + others.name());
  }

  @Test
  void theLogIsAsBefore() {
    java.util.logging.Logger logger = java.util.logging.Logger.getLogger("dev.belay");
    assertThat(logger.getUseParentHandlers()).isFalse();
    watch.end(false);
    assertThat(logger.getUseParentHandlers()).isTrue();
    assertThat(logger.getHandlers()).isEmpty();
    assertThat(logger.getLevel()).isNull();
  }

  /// Ends the watch, which must fail with a text. As for a test that failed already, so that it
  /// does not wait long for what does not come true.
  @Test
  void whatASupervisorReportsOfANodeThatIsClosedIsNobodysFault() {
    expected.running(reportsAtItsEnd("supervisor <0.9.0>: child a <0.10.0> ended: shutdown"));
    assertThatCode(() -> watch.end(false)).doesNotThrowAnyException();
  }

  @Test
  void whatElseIsReportedOfANodeThatIsClosedIs() {
    expected.running(reportsAtItsEnd("something of supervisor <0.9.0> is broken"));
    fails(false, "unexpected report: WARNING something of supervisor <0.9.0> is broken");
  }

  @Test
  void whatASupervisorReportsBeforeIsExpectedOrNot() {
    report("supervisor <0.9.0>: child a <0.10.0> ended: killed");
    fails(false, "unexpected report: WARNING supervisor <0.9.0>: child a <0.10.0> ended: killed");
  }

  private static void report(String text) {
    System.getLogger("dev.belay").log(System.Logger.Level.WARNING, text);
  }

  private Pid reportsAtItsEnd(String text) {
    try (Inbox inbox = node.inbox()) {
      Pid pid =
          node.spawn(() -> {
            own((AutoCloseable) () -> report(text));
            Belay.send(inbox.pid(), "ready");
            Belay.receive(Integer.class);
          });
      assertThat(inbox.receive(String.class)).isEqualTo("ready");
      return pid;
    }
  }

  private String fails(boolean afterFailure, String part) {
    try {
      watch.end(afterFailure);
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining(part);
      return String.valueOf(e.getMessage());
    }
    throw new IllegalStateException("the watch did not fail; expected: " + part);
  }

  private void crash(RuntimeException with) {
    Pid pid =
        node.spawn(() -> {
          throw with;
        });
    assertThat(awaitEnd(pid)).isTrue();
  }

  private Pid stuck(CountDownLatch release) {
    try (Inbox inbox = node.inbox()) {
      Pid pid =
          node.spawn(() -> {
            Belay.send(inbox.pid(), "started");
            boolean released = false;
            while (!released) {
              Thread.interrupted();
              LockSupport.parkNanos(1_000_000);
              released = release.getCount() == 0;
            }
          });
      inbox.receive();
      node.exit(pid, ExitReason.KILL);
      assertThat(node.isAlive(pid)).isFalse();
      return pid;
    }
  }

  private boolean awaitEnd(Pid pid) {
    try (Inbox inbox = node.inbox()) {
      inbox.monitor(pid);
      return inbox.receive(Duration.ofSeconds(10)).isPresent();
    }
  }
}
