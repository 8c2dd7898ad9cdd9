package dev.belay;

import static dev.belay.Belay.receive;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When a logging context is told of a process, and on which thread.
class LoggingContextTest {
  private static final SpawnOptions NO_GRACE =
      SpawnOptions.DEFAULT.grace(Duration.ZERO).killGrace(Duration.ZERO);

  private final LogCapture log = new LogCapture(Level.INFO);
  private final Recording context = new Recording();
  private final Node node =
      Node.start(NodeOptions.DEFAULT.name("valley").daemon(true).loggingContext(context));

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  /// Keeps what it is told, with the thread; and puts the process where a logger would look.
  private static final class Recording implements LoggingContext {
    private record Call(Thread thread, @Nullable Pid pid, String label) {}

    final List<Call> calls = new CopyOnWriteArrayList<>();
    final ThreadLocal<String> seen = ThreadLocal.withInitial(() -> "nobody");
    volatile boolean throwing;

    @Override
    public void enter(Pid pid, String label) {
      calls.add(new Call(Thread.currentThread(), pid, label));
      seen.set(pid + " " + label);
      if (throwing) {
        throw new IllegalStateException("no room");
      }
    }

    @Override
    public void leave() {
      calls.add(new Call(Thread.currentThread(), null, ""));
      seen.remove();
      if (throwing) {
        throw new IllegalStateException("no way out");
      }
    }

    List<Call> on(Thread thread) {
      return calls.stream().filter(call -> call.thread.equals(thread)).toList();
    }
  }

  private void ended(Pid pid) {
    Waiting.until(pid + " has ended", () -> !node.isAlive(pid));
  }

  @Test
  void itIsTheFirstAndTheLastOnTheThread() {
    Thread[] thread = new Thread[1];
    String[] seen = new String[1];
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.label("worker"),
            () -> {
              thread[0] = Thread.currentThread();
              seen[0] = context.seen.get();
            });
    ended(pid);
    assertThat(seen[0]).isEqualTo(pid + " worker");
    assertThat(context.on(thread[0]))
        .containsExactly(
            new Recording.Call(thread[0], pid, "worker"), new Recording.Call(thread[0], null, ""));
  }

  @Test
  void itLeavesHoweverTheProcessEnds() {
    Thread[] threads = new Thread[2];
    Pid crashing =
        node.spawn(() -> {
          threads[0] = Thread.currentThread();
          throw new IllegalStateException("fell");
        });
    Pid killed =
        node.spawn(() -> {
          threads[1] = Thread.currentThread();
          receive();
        });
    Waiting.until("it runs", () -> threads[1] != null);
    node.exit(killed, ExitReason.KILL);
    ended(crashing);
    ended(killed);
    for (Thread thread : threads) {
      assertThat(context.on(thread)).hasSize(2);
      assertThat(context.on(thread).getLast().pid()).isNull();
    }
  }

  @Test
  void oneThatThrowsIsReportedAndHurtsNobody() {
    context.throwing = true;
    boolean[] ran = new boolean[1];
    Monitored child;
    try (Inbox inbox = node.inbox()) {
      child = inbox.spawnMonitor(SpawnOptions.DEFAULT, () -> ran[0] = true);
      assertThat(inbox.receive(Down.class).reason()).isEqualTo(ExitReason.NORMAL);
    }
    ended(child.pid());
    assertThat(ran[0]).isTrue();
    assertThat(node.flushReports(Duration.ofSeconds(20))).isTrue();
    List<LogRecord> records = log.with("the logging context " + Recording.class.getName());
    assertThat(records).isNotEmpty();
    assertThat(records.getFirst().getMessage())
        .startsWith(
            "the logging context "
                + Recording.class.getName()
                + " of node valley failed: java.lang.IllegalStateException: no room");
  }

  @Test
  void theReportOfACrashIsLoggedInTheProcessesName() {
    List<String> names = new CopyOnWriteArrayList<>();
    log.onRecord(() -> names.add(context.seen.get()));
    Pid pid =
        node.spawn(
            SpawnOptions.DEFAULT.label("climber"),
            () -> {
              throw new IllegalStateException("fell");
            });
    ended(pid);
    assertThat(node.flushReports(Duration.ofSeconds(20))).isTrue();
    assertThat(names).containsExactly(pid + " climber");
    assertThat(context.seen.get()).isEqualTo("nobody");
  }

  /// It must not block; if it does, the process is declared dead, and when it comes back its runner
  /// ends: not even the quarantine keeps it.
  @Test
  void oneThatHoldsUpTheEndOfATurnHoldsUpNobodyElse() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread[] runner = new Thread[1];
    LoggingContext slow =
        new LoggingContext() {
          @Override
          public void enter(Pid pid, String label) {}

          @Override
          public void leave() {
            if (held.getCount() > 0) {
              runner[0] = Thread.currentThread();
              held.countDown();
              Waiting.until("it may come back", () -> release.getCount() == 0);
            }
          }
        };
    try (Node valley = Node.start(NodeOptions.DEFAULT.daemon(true).loggingContext(slow));
        Inbox inbox = valley.inbox()) {
      Pid pid = inbox.spawnMonitor(NO_GRACE, Turns.of(Echo::new)).pid();
      held.await();
      inbox.exit(pid, ExitReason.KILL);
      assertThat(inbox.receive(Down.class).process()).isEqualTo(pid);
      assertThat(valley.quarantined())
          .singleElement()
          .returns(pid, QuarantinedThread::pid)
          .returns(runner[0], QuarantinedThread::thread);
      release.countDown();
      Waiting.until("quarantine is empty", () -> valley.quarantined().isEmpty());
      runner[0].join();
      Pid next = inbox.spawn(Turns.of(Echo::new));
      inbox.send(next, inbox.pid());
      assertThat(inbox.receive(String.class)).isEqualTo("here");
    }
  }

  private static final class Echo implements Behaviour {
    @Override
    public Behaviour handle(Object message) {
      Belay.send((Pid) message, "here");
      return Behaviour.same();
    }
  }
}
