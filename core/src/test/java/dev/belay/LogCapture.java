package dev.belay;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps what the runtime logs, in place of the console, until it is closed.
final class LogCapture extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.belay");
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final boolean usedParents = logger.getUseParentHandlers();
  private final @Nullable Level levelBefore = logger.getLevel();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile Runnable onRecord = () -> {};

  LogCapture(Level level) {
    logger.setUseParentHandlers(false);
    logger.setLevel(level);
    logger.addHandler(this);
  }

  /// Blocks whoever logs, after the next record, until the returned latch is counted down.
  CountDownLatch block() {
    CountDownLatch fresh = new CountDownLatch(1);
    gate = fresh;
    return fresh;
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
    onRecord.run();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Has something done with each record, on the thread that logs it.
  void onRecord(Runnable action) {
    onRecord = action;
  }

  List<LogRecord> records() {
    return List.copyOf(records);
  }

  List<String> texts() {
    return records.stream().map(LogRecord::getMessage).toList();
  }

  /// The records whose text contains a part.
  List<LogRecord> with(String part) {
    return records.stream().filter(record -> record.getMessage().contains(part)).toList();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    gate.countDown();
    logger.removeHandler(this);
    logger.setLevel(levelBefore);
    logger.setUseParentHandlers(usedParents);
  }
}
