package dev.belay;

import org.jspecify.annotations.Nullable;

/// Whose thread the calling thread is.
final class Current {
  /*
   * A process's thread, and a runner's, has its cell, or its runner, as its handler of uncaught exceptions, of which it has none: the
   * bodies' are caught. That is one field of the thread, which is there in any case; a thread-local would be some 140 bytes for
   * each process, a search at each verb, and memory to be found before the body runs.
   *
   * Somebody may give another thread the same handler, so that its thread must be this one. If somebody sets another handler here,
   * the process is found by its thread among all others, and then is the handler again, also of a runner's thread, until the
   * runner, before its next turn, is.
   */
  private Current() {}

  /// The calling thread is the cell's, or the runner's, from now on.
  static void set(Thread.UncaughtExceptionHandler owner) {
    Thread.currentThread().setUncaughtExceptionHandler(owner);
  }

  /// Returns the cell whose thread this is, or that has its turn on it.
  static @Nullable Cell cell() {
    Thread thread = Thread.currentThread();
    Object owner = thread.getUncaughtExceptionHandler();
    if (owner instanceof Cell cell && cell.thread == thread) {
      return cell;
    }
    if (owner instanceof Runner runner && runner.thread == thread) {
      return runner.cell;
    }
    return owner == null || owner instanceof ThreadGroup ? null : found(thread);
  }

  /// Returns the runner whose thread this is.
  static @Nullable Runner runner() {
    Thread thread = Thread.currentThread();
    return thread.getUncaughtExceptionHandler() instanceof Runner runner && runner.thread == thread
        ? runner
        : null;
  }

  /// Finds the cell of a thread that has a handler of somebody else's.
  private static @Nullable Cell found(Thread thread) {
    if (!thread.isVirtual()) {
      return null;
    }
    for (Node node : LongMailboxes.nodes()) {
      for (int part = 0; part < node.table.parts(); part++) {
        for (Cell cell : node.table.part(part)) {
          if (cell.thread == thread) {
            set(cell);
            return cell;
          }
        }
      }
    }
    return null;
  }

  /// An exception that nobody has caught, which should not be, goes where it would without a
  /// handler.
  static void pass(Thread thread, Throwable thrown) {
    ThreadGroup group = thread.getThreadGroup();
    if (group != null) {
      group.uncaughtException(thread, thrown);
    }
  }
}
