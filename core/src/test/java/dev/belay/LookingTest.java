package dev.belay;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two that talk without a pause, and find what they look for each time, have all carriers and no
/// reason to park. Other virtual threads go on all the same.
///
/// In a JVM of its own with two carriers, and without the watchdog, which would add some.
class LookingTest {
  @ParameterizedTest
  @ValueSource(strings = {"receive-style", "turn-style"})
  void whoTalkLetOthersRun(String answering) throws Exception {
    Forked.run(
        Talking.class,
        List.of(
            "-Djdk.virtualThreadScheduler.parallelism=2",
            "-Djdk.virtualThreadScheduler.maxPoolSize=2",
            "-Dbelay.watchdog=false",
            "-Dtest.answering=" + answering));
  }

  /// One asks, the other answers; and when they have got used to it, a third thread has to be run
  /// again and again.
  static final class Talking {
    private static final long USED_TO_IT = 300_000;
    private static final int TIMES = 1_000;

    private Talking() {}

    @SuppressWarnings("ThreadPriorityCheck") // it is what has to be given a carrier again and again
    public static void main(String[] args) throws InterruptedException {
      Node node = Node.start(NodeOptions.DEFAULT.daemon(true));
      Pid answerer =
          System.getProperty("test.answering", "").equals("turn-style")
              ? node.spawn(
                  Turns.of(() ->
                      message -> {
                        Belay.send((Pid) message, "answer");
                        return Behaviour.same();
                      }))
              : node.spawn(() -> {
                while (true) {
                  Belay.send(Belay.receive(Pid.class), "answer");
                }
              });
      AtomicLong rounds = new AtomicLong();
      CountDownLatch usedToIt = new CountDownLatch(1);
      node.spawn(() -> {
        while (true) {
          Belay.send(answerer, Belay.self());
          Belay.receive(String.class);
          if (rounds.incrementAndGet() == USED_TO_IT) {
            usedToIt.countDown();
          }
        }
      });
      usedToIt.await();
      CountDownLatch done = new CountDownLatch(1);
      Thread.startVirtualThread(() -> {
        for (int i = 0; i < TIMES; i++) {
          Thread.yield();
        }
        done.countDown();
      });
      done.await();
      System.exit(0);
    }
  }
}
