package dev.belay.examples.tour;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Catches the warnings and errors that the runtime logs, so that it can be shown where it belongs
/// in the story.
///
/// `System.Logger` writes to `java.util.logging` unless another library stands behind it; then the
/// reports go where that library puts them.
final class LogBook extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.belay");
  private final boolean toParents = logger.getUseParentHandlers();
  private final List<String> reports = new ArrayList<>();

  private LogBook() {}

  /// Catches from now on, until it is closed.
  static LogBook open() {
    LogBook book = new LogBook();
    book.logger.setUseParentHandlers(false);
    book.logger.addHandler(book);
    return book;
  }

  /// Takes what was logged since the last time.
  synchronized List<String> take() {
    List<String> taken = List.copyOf(reports);
    reports.clear();
    return taken;
  }

  @Override
  public synchronized void publish(LogRecord record) {
    if (record.getLevel().intValue() < Level.WARNING.intValue()) {
      return;
    }
    Object[] parameters = record.getParameters();
    String text = String.valueOf(record.getMessage());
    reports.add(
        parameters == null || parameters.length == 0
            ? text
            : MessageFormat.format(text, parameters));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(toParents);
  }
}
