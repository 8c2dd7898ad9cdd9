package dev.belay.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/// Collects what is logged to `dev.belay`, and keeps it from the console, from its creation until
/// it is closed.
final class ReportLog extends Handler {
  /*
   * Changes the one logger of the JVM, and puts everything back as it was. The field holds the logger
   * strongly, as java.util.logging itself does not.
   */
  private final Logger logger = Logger.getLogger("dev.belay");
  private final boolean usedParents = logger.getUseParentHandlers();
  private final @Nullable Level levelBefore = logger.getLevel();
  private final boolean heard;
  private final List<LogRecord> records = new ArrayList<>();

  ReportLog() {
    System.Logger front = System.getLogger("dev.belay");
    logger.setLevel(Level.OFF);
    boolean obeys = !front.isLoggable(System.Logger.Level.ERROR);
    logger.setLevel(Level.INFO);
    heard = obeys && front.isLoggable(System.Logger.Level.INFO);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /// Whether what the runtime logs comes here at all: another logging library may stand behind
  /// `System.Logger`.
  boolean isHeard() {
    return heard;
  }

  /// Keeps warnings and worse. What is below is no complaint, and may be of a node of long ago:
  /// that a thread has left its quarantine after all.
  @Override
  public synchronized void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
      records.add(record);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(usedParents);
    logger.setLevel(levelBefore);
  }

  synchronized List<LogRecord> records() {
    return List.copyOf(records);
  }

  /// The text of a report as it would be printed.
  static String text(LogRecord record) {
    String text = new SimpleFormatter().formatMessage(record);
    return text == null ? "" : text;
  }
}
