package dev.belay.distribution.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps what the distribution logs, in place of the console, until it is closed.
public final class LogCapture extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.belay.distribution");
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final boolean usedParents = logger.getUseParentHandlers();
  private final @Nullable Level levelBefore = logger.getLevel();
  private final Reaction reaction;

  /// What happens when something is logged.
  @FunctionalInterface
  public interface Reaction {
    /// Hears a text, on the thread that logs it.
    void hear(String text) throws InterruptedException;
  }

  /// Begins to keep what is logged from a level on.
  public LogCapture(Level level) {
    this(level, _ -> {});
  }

  /// Begins to keep what is logged from a level on, and to react on it.
  public LogCapture(Level level, Reaction reaction) {
    this.reaction = reaction;
    logger.setUseParentHandlers(false);
    logger.setLevel(level);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
    try {
      reaction.hear(record.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The texts that contain a part.
  public List<String> with(String part) {
    return records.stream().map(LogRecord::getMessage).filter(text -> text.contains(part)).toList();
  }

  /// The texts that contain a part, when there is one: what is said on another thread than the
  /// test's.
  public List<String> awaited(String part) {
    try {
      Waiting.until("it is said: " + part, () -> !with(part).isEmpty());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return with(part);
  }

  /// The records from a level on.
  public List<String> from(Level level) {
    return records.stream()
        .filter(record -> record.getLevel().intValue() >= level.intValue())
        .map(LogRecord::getMessage)
        .toList();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setLevel(levelBefore);
    logger.setUseParentHandlers(usedParents);
  }
}
