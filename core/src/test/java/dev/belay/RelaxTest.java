package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.internal.host.Host;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A virtual thread that waits for a lock of the runtime's keeps its carrier: in want of memory the
/// JDK may lose one that gives it away.
class RelaxTest {
  private static final List<String> ONE_CARRIER =
      List.of(
          "-Djdk.virtualThreadScheduler.parallelism=1",
          "-Djdk.virtualThreadScheduler.maxPoolSize=1");

  /// Prints who ran when, on one carrier.
  static final class OneCarrier {
    private OneCarrier() {}

    public static void main(String[] args) throws InterruptedException {
      AtomicInteger turns = new AtomicInteger();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                Thread.startVirtualThread(turns::incrementAndGet);
                for (int attempt = 0; attempt < 100_000; attempt++) {
                  Host.jdk().relax(attempt);
                }
                System.out.println("relaxed: " + turns.get());
                Host.jdk().yieldThread();
                System.out.println("yielded: " + turns.get());
              });
      waiting.join();
    }
  }

  @Test
  void keepsItsCarrier() throws Exception {
    assertThat(Forked.run(OneCarrier.class, ONE_CARRIER))
        .contains("relaxed: 0")
        .contains("yielded: 1");
  }
}
