package dev.belay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import dev.belay.VerbException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What a probe takes, and what it says when it does not get what it expects.
@BelayTest
class ProbeTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private record Reply(int number) {}

  @Test
  void takesWhatMatchesAndLeavesTheRest(Node node, Probe probe) {
    node.spawn(() -> {
      for (int i = 1; i <= 3; i++) {
        Belay.send(probe.pid(), new Reply(i));
      }
      Belay.send(probe.pid(), "last");
    });
    assertThat(probe.expectMessage("last")).isEqualTo("last");
    assertThat(probe.expect(Reply.class, reply -> reply.number() == 2).number()).isEqualTo(2);
    assertThat(probe.<Integer>expect(m -> m instanceof Reply(int n) && n == 3 ? n : null))
        .isEqualTo(3);
    assertThat(probe.messages()).containsExactly(new Reply(1));
    assertThat(probe.expect(Reply.class, Duration.ZERO)).isEqualTo(new Reply(1));
    probe.expectNoMore();
    probe.expectNothing(SHORT);
  }

  @Test
  void whatDoesNotComeIsSaidWithWhatCameAndWhoIsWaitedFor(
      Node node, Probe probe, Expected expected) {
    Pid echo =
        node.spawn(
            SpawnOptions.DEFAULT.label("echo"),
            () -> {
              Belay.send(probe.pid(), Belay.receive(String.class) + "!");
              Belay.receive(Reply.class);
            });
    expected.running(echo);
    probe.send(echo, "hello");
    probe.expect(String.class, Duration.ofSeconds(10));
    probe.send(echo, "again");
    node.send(probe.pid(), "one");
    node.send(probe.pid(), new Reply(2));
    assertThat(failure(() -> probe.expectMessage("two", SHORT)))
        .contains(
            "expected the message two within 20 ms, but it did not come. In the mailbox of "
                + probe.pid()
                + " are 2 messages:\n  1  one\n  2  Reply[number=2]",
            "process " + echo + " (echo)",
            "waits for a message of dev.belay.testkit.ProbeTest$Reply",
            "1 message:",
            "ProbeTest.java");
    assertThat(failure(() -> probe.expect(Down.class, SHORT)))
        .contains("expected a Down within 20 ms, but it did not come");
    assertThat(failure(() -> probe.expect(Reply.class, reply -> reply.number() == 7, SHORT)))
        .contains("expected a Reply that its condition holds for within 20 ms");
    assertThat(failure(() -> probe.expect(message -> null, SHORT)))
        .contains("expected a message that the selector wants within 20 ms");
    assertThat(failure(probe::expectNoMore))
        .contains("expected no more messages. In the mailbox of", "1  one");
    assertThat(failure(() -> probe.refuse(Reply.class, SHORT)))
        .contains("expected no Reply within 20 ms, but Reply[number=2] came");
    assertThat(failure(() -> probe.expectNothing(SHORT)))
        .contains("expected no message within 20 ms, but one came");
    assertThat(failure(() -> probe.expect(String.class, Duration.ZERO)))
        .contains(
            "expected a String, but it did not come. The mailbox of " + probe.pid() + " is empty");
  }

  @Test
  void onlySoManyMessagesAreShown(Node node, Probe probe) {
    for (int i = 1; i <= 25; i++) {
      node.send(probe.pid(), new Reply(i));
    }
    node.send(probe.pid(), "x".repeat(1_000));
    assertThat(failure(() -> probe.expect(Down.class, Duration.ZERO)))
        .contains("are 26 messages:", "20  Reply[number=20]", "… and 6 more")
        .doesNotContain("Reply[number=21]");
    assertThat(probe.discard()).isEqualTo(26);
    node.send(probe.pid(), "x".repeat(1_000));
    assertThat(failure(probe::expectNoMore)).hasSizeLessThan(600).endsWith("x…");
  }

  @Test
  void endsAreExpectedWithTheirReasons(Node node, Probe probe, Expected expected) {
    expected.crash(IllegalStateException.class);
    Pid quiet = probe.spawn(() -> {});
    assertThat(probe.expectDown(quiet, ExitReason.NORMAL).pid()).isEqualTo(quiet);
    assertThat(probe.expectDown(quiet).reason()).isEqualTo(ExitReason.NO_PROC);
    Pid crashing =
        probe.spawn(() -> {
          throw new IllegalStateException("boom");
        });
    assertThat(probe.expectCrash(crashing, IllegalStateException.class)).hasMessage("boom");
    Pid waiting = node.spawn(Belay::receive);
    Ref first = probe.monitor(waiting);
    Ref second = probe.monitor(waiting);
    assertThat(first).isNotEqualTo(second);
    assertThat(failure(() -> probe.expectDown(first, SHORT)))
        .contains("expected the Down of " + first + " within 20 ms", "process " + waiting);
    node.exit(waiting, ExitReason.SHUTDOWN);
    assertThat(probe.expectDown(second).reason()).isEqualTo(ExitReason.SHUTDOWN);
    assertThat(probe.expectDown(first).ref()).isEqualTo(first);
    probe.expectNoMore();
  }

  @Test
  void anEndOfAnotherKindIsSaid(Node node, Probe probe, Expected expected) {
    expected.crash(IllegalStateException.class);
    Pid crashing =
        probe.spawn(() -> {
          throw new IllegalStateException("boom");
        });
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> probe.expectDown(crashing, ExitReason.NORMAL))
        .withMessage(
            "expected that "
                + crashing
                + " ends with normal, but it ended with crash: java.lang.IllegalStateException: boom")
        .withCauseInstanceOf(IllegalStateException.class);
    Pid quiet = probe.spawn(() -> {});
    assertThat(failure(() -> probe.expectCrash(quiet, IllegalStateException.class)))
        .isEqualTo(
            "expected that "
                + quiet
                + " crashes with an IllegalStateException, but it ended with normal");
    Pid waiting = node.spawn(Belay::receive);
    assertThat(failure(() -> probe.expectDown(waiting, SHORT)))
        .contains("expected the end of " + waiting + " within 20 ms", "waits for any message");
    probe.send(waiting, "go");
    probe.send(waiting, "go");
    assertThat(probe.expect(Down.class, Duration.ofSeconds(10)).pid()).isEqualTo(waiting);
    assertThat(failure(() -> probe.expect(Reply.class, Duration.ZERO)))
        .contains("process " + waiting + " is not alive");
  }

  @Test
  void belongsToOneThread(Probe probe) throws InterruptedException {
    assertThat(probe.pid()).isEqualTo(probe.inbox().pid());
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                probe.expectNoMore();
              } catch (VerbException e) {
                thrown.set(e);
              }
            });
    other.join();
    assertThat(thrown.get()).hasMessageContaining("the inbox belongs to");
  }

  @Test
  void moreThanOne(Node node, Probe probe) {
    try (Probe second = Probe.of(node)) {
      probe.send(second.pid(), "for the second");
      second.expectMessage("for the second");
      probe.expectNoMore();
      probe.monitor(second.pid());
    }
    assertThat(probe.inbox().receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
  }

  @Test
  void aMessageThatCannotBeShown(Node node, Probe probe) {
    node.send(
        probe.pid(),
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        });
    assertThatThrownBy(probe::expectNoMore)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("whose toString fails with java.lang.IllegalStateException: no text");
  }

  private static String failure(ThrowingCallable what) {
    try {
      what.call();
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    } catch (Throwable e) {
      throw new IllegalStateException("not the failure that was expected", e);
    }
    throw new IllegalStateException("it did not fail");
  }
}
