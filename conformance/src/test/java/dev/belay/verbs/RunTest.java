package dev.belay.verbs;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.own;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.run;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnLink;
import static dev.belay.Belay.terminate;
import static dev.belay.Belay.trapExits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Belay;
import dev.belay.Body;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.ExitSignalError;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessFailedException;
import dev.belay.ProcessLimitException;
import dev.belay.ProcessStatus;
import dev.belay.SpawnOptions;
import dev.belay.rules.Await;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// `run`, and how a node is shut down.
@BelayTest
class RunTest {
  private final List<Object> heard = new CopyOnWriteArrayList<>();

  @Test
  void itRunsTheMainProcessAndReturns() {
    run(() -> {
      heard.add(node().info(self()).orElseThrow().label());
      assertThat(node().processes()).containsExactly(self());
    });
    assertThat(heard).containsExactly("main");
  }

  @Test
  void aCrashOfMainIsThrownWithItsCause(Expected expected) {
    expected.crash(IOException.class);
    IOException cause = new IOException("boom");
    assertThatExceptionOfType(ProcessFailedException.class)
        .isThrownBy(() ->
            run(() -> {
              throw cause;
            }))
        .withCause(cause)
        .withMessageContaining("the main process")
        .withMessageContaining("boom")
        .satisfies(e -> {
          assertThat(e.reason()).isEqualTo(ExitReason.crash(cause));
          assertThat(e.pid()).isNotNull();
        });
  }

  @Test
  void anErrorOfMainIsThrownLikewise(Expected expected) {
    expected.crash(StackOverflowError.class);
    assertThatExceptionOfType(ProcessFailedException.class)
        .isThrownBy(() -> run(() -> heard.add(endless(1))))
        .withCauseInstanceOf(StackOverflowError.class);
    assertThat(heard).isEmpty();
  }

  private static int endless(int depth) {
    return depth == 0 ? 0 : endless(depth + 1) + 1;
  }

  @Test
  void otherEndsOfMain() {
    for (ExitReason orderly :
        List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("done"))) {
      run(() -> {
        throw exit(orderly);
      });
    }
    for (ExitReason failed : List.of(ExitReason.term("no"), ExitReason.KILL, ExitReason.NO_PROC)) {
      assertThatExceptionOfType(ProcessFailedException.class)
          .isThrownBy(() ->
              run(() -> {
                throw exit(failed);
              }))
          .withNoCause()
          .satisfies(e -> assertThat(e.reason()).isEqualTo(failed));
    }
    assertThatExceptionOfType(ProcessFailedException.class)
        .isThrownBy(() -> run(() -> exit(self(), ExitReason.KILL)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
    run(() -> terminate(self()));
  }

  /// The reason of a link is the main process's own: what its child crashed with.
  @Test
  void aCrashThatMainIsLinkedWith(Expected expected) {
    expected.crash(IllegalStateException.class);
    assertThatExceptionOfType(ProcessFailedException.class)
        .isThrownBy(() ->
            run(() -> {
              spawnLink(() -> {
                throw new IllegalStateException("of the child");
              });
              receive();
            }))
        .withMessageContaining("by its link to")
        .havingCause()
        .isInstanceOf(IllegalStateException.class)
        .withMessage("of the child");
  }

  @Test
  void theOthersGetShutdown() {
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger unwound = new AtomicInteger();
    run(() -> {
      Pid me = self();
      for (int i = 0; i < 10; i++) {
        spawn(() -> {
          trapExits(true);
          own(closed::incrementAndGet);
          send(me, "ready");
          Exit exit = receive(Exit.class);
          heard.add(exit.reason());
        });
        spawn(() -> {
          own(closed::incrementAndGet);
          send(me, "ready");
          try {
            receive();
          } finally {
            unwound.incrementAndGet();
          }
        });
      }
      for (int i = 0; i < 20; i++) {
        Await.message("ready");
      }
    });
    assertThat(heard).hasSize(10).containsOnly(ExitReason.SHUTDOWN);
    assertThat(closed).hasValue(20);
    assertThat(unwound).hasValue(10);
  }

  @Test
  void whoIgnoresItIsKilledAfterABoundedTime() {
    AtomicBoolean closed = new AtomicBoolean();
    long start = System.nanoTime();
    run(
        NodeOptions.DEFAULT.shutdownTime(Duration.ofMillis(300)),
        () -> {
          Pid me = self();
          spawn(() -> {
            trapExits(true);
            own(() -> closed.set(true));
            send(me, "ready");
            try {
              while (true) {
                heard.add(receive());
              }
            } catch (ExitSignalError e) {
              heard.add("killed");
              throw e;
            }
          });
          Await.message("ready");
        });
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(heard).hasSize(2).last().isEqualTo("killed");
    assertThat(((Exit) heard.getFirst()).reason()).isEqualTo(ExitReason.SHUTDOWN);
    assertThat(closed).isTrue();
    assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
  }

  /// One that is exiting when the time is over is declared dead soon, whatever its own grace.
  @Test
  void theTimeIsBoundedAlsoForOneThatIsExiting(Expected expected) {
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Thread> deaf = new AtomicReference<>();
    long start = System.nanoTime();
    try {
      run(
          NodeOptions.DEFAULT.shutdownTime(Duration.ofMillis(200)),
          () -> {
            Pid me = self();
            Pid stuck =
                spawn(
                    SpawnOptions.DEFAULT.grace(Duration.ofHours(1)),
                    () -> {
                      deaf.set(Thread.currentThread());
                      send(me, "ready");
                      awaitWhateverComes(release);
                    });
            expected.quarantine(stuck);
            Await.message("ready");
          });
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(30));
    } finally {
      release.countDown();
    }
    Await.until(() -> !deaf.get().isAlive());
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
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

  @Test
  void nothingIsSpawnedWhileANodeCloses(Nodes nodes) {
    Node node = nodes.start();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    CountDownLatch ready = new CountDownLatch(1);
    node.spawn(() -> {
      trapExits(true);
      ready.countDown();
      receive(Exit.class);
      try {
        spawn(() -> heard.add("spawned"));
      } catch (ProcessLimitException e) {
        thrown.complete(e);
      }
    });
    Await.until(() -> ready.getCount() == 0);
    node.close();
    assertThat(thrown.join()).hasMessageContaining("closing or closed: no new processes");
    assertThat(heard).isEmpty();
    for (Runnable late :
        List.<Runnable>of(() -> node.spawn(() -> {}), () -> node.run(() -> {}), node::inbox)) {
      assertThatExceptionOfType(ProcessLimitException.class)
          .isThrownBy(late::run)
          .withMessageContaining(node.name());
    }
  }

  @Test
  void closingAgainOrAtOnceIsFine(Nodes nodes) throws Exception {
    Node node = nodes.start();
    Body waits = Belay::receive;
    for (int i = 0; i < 100; i++) {
      node.spawn(waits);
    }
    CompletableFuture<Void> other = CompletableFuture.runAsync(node::close);
    node.close();
    other.get();
    assertThat(node.processes()).isEmpty();
    assertThat(node.processCount()).isZero();
    node.close();
  }

  @Test
  void anInterruptOfTheWaitingThreadShutsMainDown(Node node) {
    Thread waiting = Thread.currentThread();
    AtomicBoolean trapped = new AtomicBoolean();
    node.run(() -> {
      trapExits(true);
      waiting.interrupt();
      assertThat(receive(Exit.class).reason()).isEqualTo(ExitReason.SHUTDOWN);
      trapped.set(true);
    });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(trapped).isTrue();
  }

  @Test
  void aNodeRunsManyMainsAndOthersGoOn(Node node) {
    Pid other = node.spawn(() -> Await.message("end"));
    node.run(() -> heard.add("first"));
    node.run(() -> send(other, "end"));
    node.run(() -> heard.add("third"));
    assertThat(heard).containsExactly("first", "third");
    Await.until(() -> node.info(other).isEmpty());
  }

  @Test
  void shutdownReachesAProcessInAnyWait() {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch latch = new CountDownLatch(1);
    List<Body> waits =
        List.of(
            Belay::receive,
            () -> receive(Duration.ofHours(1)),
            () -> Belay.sleep(Duration.ofHours(1)),
            latch::await,
            () -> Thread.sleep(Duration.ofHours(1)));
    run(() -> {
      for (Body wait : waits) {
        Pid pid =
            spawn(() -> {
              try {
                wait.run();
              } finally {
                ended.incrementAndGet();
              }
            });
        Await.until(() -> Belay.info(pid).orElseThrow().status() == ProcessStatus.WAITING);
      }
    });
    assertThat(ended).hasValue(5);
    assertThat(latch.getCount()).isEqualTo(1);
  }
}
