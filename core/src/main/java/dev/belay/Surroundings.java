package dev.belay;

import org.jspecify.annotations.Nullable;

/// Tells a node's [LoggingContext] which process runs on the calling thread. Whoever has processes
/// run calls this around each turn, on the thread of the turn; without a context it costs the look
/// at one field.
final class Surroundings {
  private Surroundings() {}

  /// A process is about to run on the calling thread. Never throws but for want of stack or memory.
  static void enter(Cell cell) {
    LoggingContext context = cell.node.loggingContext;
    if (context != null) {
      enter(context, cell);
    }
  }

  private static void enter(LoggingContext context, Cell cell) {
    try {
      context.enter(cell.pid, cell.label());
    } catch (Throwable e) {
      failed(cell.node, context, e);
    }
  }

  /// The process runs on the calling thread no more. Never throws.
  static void leave(Cell cell) {
    leave(cell.node);
  }

  private static void leave(Node node) {
    LoggingContext context = node.loggingContext;
    if (context != null) {
      try {
        context.leave();
      } catch (Throwable e) {
        failed(node, context, e);
      }
    }
  }

  private static void failed(Node node, LoggingContext context, Throwable thrown) {
    node.reporter.contextFailed(context, thrown);
  }

  /// Runs something in the name of a process that does not run on this thread itself: its report is
  /// logged.
  static void within(Node node, @Nullable Pid about, Runnable action) {
    Cell cell = about == null ? null : about.cell;
    if (cell == null || node.loggingContext == null) {
      action.run();
      return;
    }
    enter(cell);
    try {
      action.run();
    } finally {
      leave(node);
    }
  }
}
