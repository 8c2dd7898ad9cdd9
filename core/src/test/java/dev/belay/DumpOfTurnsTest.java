package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is seen from outside of processes that run in turns.
class DumpOfTurnsTest {
  private static final String TURN = "dev.belay.LongTurn";

  private final LogCapture log = new LogCapture(Level.OFF);
  private final List<String> context = new CopyOnWriteArrayList<>();
  private final List<String> leftBehind = new CopyOnWriteArrayList<>();
  private final ThreadLocal<String> inContext = ThreadLocal.withInitial(() -> "nobody");
  private final CountDownLatch end = new CountDownLatch(1);
  private final Node node =
      Node.start(
          NodeOptions.DEFAULT
              .name("valley")
              .daemon(true)
              .loggingContext(
                  new LoggingContext() {
                    @Override
                    public void enter(Pid pid, String label) {
                      if (!inContext.get().equals("nobody")) {
                        leftBehind.add(inContext.get());
                      }
                      inContext.set(pid + " " + label);
                    }

                    @Override
                    public void leave() {
                      inContext.remove();
                    }
                  }));

  @AfterEach
  void close() {
    end.countDown();
    node.close();
    log.close();
  }

  /// Does what it is sent.
  private final class Doer implements Behaviour {
    @Override
    public Behaviour handle(Object message) throws Exception {
      context.add(inContext.get());
      if (message instanceof Body body) {
        body.run();
      } else if (message.equals("wait")) {
        waitInATurn();
      }
      return Behaviour.same();
    }

    private void waitInATurn() throws InterruptedException {
      end.await();
    }
  }

  private Pid spawn(String label) {
    return node.spawn(SpawnOptions.DEFAULT.label(label), Turns.of(Doer::new));
  }

  private String page(Pid pid) {
    return DumpTest.page(node.dump(), pid);
  }

  private void awaitState(Pid pid, String state) {
    Waiting.until(pid + " " + state, () -> page(pid).contains("state         " + state));
  }

  @Test
  void anIdleOneWaitsForAMessageAndHasNoStack() {
    Pid pid = spawn("idle");
    awaitState(pid, "waits for a message\n");
    assertThat(page(pid))
        .startsWith("process " + pid + " (idle)\n")
        .contains("  body          a lambda in dev.belay.DumpOfTurnsTest\n")
        .contains("  mailbox       empty\n")
        .doesNotContain("  stack", "  at ");
    assertThat(node.dump()).contains("1 wait for a message\n");
  }

  @Test
  void oneThatBlocksInItsTurnShowsWhere() {
    Pid pid = spawn("blocked");
    node.send(pid, "wait");
    node.send(pid, "next");
    awaitState(pid, "waits in its own code");
    assertThat(page(pid))
        .contains("  at            dev.belay.DumpOfTurnsTest$Doer.waitInATurn(")
        .contains("  mailbox       1 message:\n", "1  next\n")
        .contains("Doer.handle(DumpOfTurnsTest.java:")
        .as("it ends where the message is handled")
        .doesNotContain("dev.belay.Runner");
    assertThat(node.dump()).contains("1 wait in their own code\n");
  }

  @Test
  void oneThatReceivesInItsTurnShowsForWhat() {
    Pid pid = spawn("receiving");
    node.send(pid, (Body) () -> Belay.receive(Long.class));
    awaitState(pid, "waits for a message of java.lang.Long; for ");
    assertThat(page(pid)).contains("dev.belay.Belay.receive(", "Doer.handle(");
    node.send(pid, 1L);
    awaitState(pid, "waits for a message\n");
  }

  @Test
  void eachTurnIsInTheLoggingContextAndLeavesIt() {
    Pid first = spawn("first");
    Pid second = spawn("second");
    for (int i = 0; i < 3; i++) {
      node.send(first, "hello");
      Waiting.until("it is handled", () -> context.contains(first + " first"));
      node.send(second, "hello");
      Waiting.until("it is handled", () -> context.contains(second + " second"));
      context.clear();
    }
    assertThat(leftBehind).as("what was still on a runner's thread when a turn began").isEmpty();
  }

  @Test
  void longTurnsAreRecorded() {
    Pid pid = spawn("slow");
    List<RecordedEvent> events = new CopyOnWriteArrayList<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable(TURN).withThreshold(Duration.ofMillis(30));
      stream.setReuse(false);
      stream.onEvent(TURN, events::add);
      stream.startAsync();
      node.send(pid, "quick");
      node.send(pid, (Body) () -> takeTime(Duration.ofMillis(40)));
      node.send(
          pid,
          (Body)
              () -> {
                takeTime(Duration.ofMillis(40));
                throw new IllegalStateException("fell");
              });
      Waiting.until("it is gone", () -> Objects.requireNonNull(pid.cell).state == Cell.GONE);
      stream.stop();
    }
    assertThat(events).hasSize(2);
    assertThat(events)
        .allSatisfy(event -> {
          assertThat(event.getString("pid")).isEqualTo(pid.toString());
          assertThat(event.getString("label")).isEqualTo("slow");
          assertThat(event.getString("message")).startsWith("dev.belay.DumpOfTurnsTest$$Lambda");
          assertThat(event.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(40));
        });
  }

  private static void takeTime(Duration time) {
    long begun = System.nanoTime();
    Waiting.until("the time is over", () -> System.nanoTime() - begun >= time.toNanos());
  }
}
