package dev.belay.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.distribution.testing.CuttingProxy.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The log is the program's: whatever its handlers do when a connection is lost, all hear of the
/// loss.
@Timeout(60)
class LogHandlersTest {
  private static final int PAIRS = 5;

  private final Logger logger = Logger.getLogger("dev.belay.distribution");
  private final @Nullable Level levelBefore = logger.getLevel();
  private final AtomicInteger said = new AtomicInteger();
  private TwoBelays nodes;
  private Bonds ofA;
  private Bonds ofB;
  private @Nullable Handler handler;

  @BeforeEach
  void start() throws IOException {
    nodes = new TwoBelays(options -> options.tickTime(Duration.ofSeconds(1)));
    ofA = Bonds.of(nodes.a.node);
    ofB = Bonds.of(nodes.b.node);
  }

  @AfterEach
  void stop() throws IOException {
    if (handler != null) {
      logger.removeHandler(handler);
    }
    logger.setLevel(levelBefore);
    nodes.close();
  }

  private void bind() {
    Waiting.until("they are connected", () -> nodes.a.distribution.connect(TwoBelays.B));
    ofA.bind(TwoBelays.B, PAIRS);
    ofA.awaitSize(PAIRS);
    ofB.awaitSize(PAIRS);
  }

  /// Has something done with each loss that is logged.
  private void handle(Consumer<LogRecord> how) {
    handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getMessage().contains("has lost")) {
              said.incrementAndGet();
              how.accept(record);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.setLevel(Level.INFO);
    logger.addHandler(handler);
  }

  private void assertLost() {
    ofA.awaitLoss();
    ofB.awaitLoss();
    nodes.heal();
    ofA.clear();
    ofB.clear();
  }

  @Test
  void oneThatThrowsKeepsNoLineFromBeingLost() {
    handle(_ -> {
      throw new IllegalStateException("the disk is full");
    });
    bind();
    nodes.cut();
    assertLost();
    assertThat(said).hasPositiveValue();
    // Again by silence, which is found by the thread that looks after all connections.
    for (int i = 0; i < 2; i++) {
      int before = said.get();
      bind();
      nodes.freeze(Way.OUT, Way.BACK);
      assertLost();
      assertThat(said).hasValueGreaterThan(before);
    }
  }

  @Test
  void oneThatHangsKeepsNoLineFromBeingLost() {
    CountDownLatch free = new CountDownLatch(1);
    handle(_ -> {
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts it", e);
      }
    });
    bind();
    nodes.cut();
    try {
      assertLost();
    } finally {
      free.countDown();
    }
  }
}
