package dev.belay;

import org.jspecify.annotations.Nullable;

/// Whose thread the calling thread is.
final class Current {
  /*
   * A process's thread, and a runner's, has its cell, or its runner, as its handler of uncaught exceptions, of which it has none: the
   * bodies' are caught. That is one field of the thread, which is there in any case; a thread-local would be some 140 bytes for
   * each process, a search at each verb, and memory to be found before the body runs.
   *
   * If somebody sets another handler, the process is found by its thread among all others, and then has its own again. A runner
   * sets its own again before each turn.
   */
  private Current() {}

  /// The calling thread is the cell's, or the runner's, from now on.
  static void set(Thread.UncaughtExceptionHandler owner) {
    Thread.currentThread().setUncaughtExceptionHandler(owner);
  }

  /// Returns the cell whose thread this is, or that has its turn on it.
  static @Nullable Cell cell() {
    Object owner = owner();
    if (owner instanceof Cell cell) {
      return cell;
    }
    if (owner instanceof Runner runner) {
      return runner.cell;
    }
    return owner == null || owner instanceof ThreadGroup ? null : found();
  }

  /// Returns the runner whose thread this is.
  static @Nullable Runner runner() {
    return owner() instanceof Runner runner ? runner : null;
  }

  private static @Nullable Object owner() {
    return Thread.currentThread().getUncaughtExceptionHandler();
  }

  /// Finds the cell of a thread that has a handler of somebody else's.
  private static @Nullable Cell found() {
    Thread thread = Thread.currentThread();
    if (!thread.isVirtual()) {
      return null;
    }
    for (Node node : LongMailboxes.nodes()) {
      for (int part = 0; part < node.table.parts(); part++) {
        for (Cell cell : node.table.part(part)) {
          if (cell.thread == thread) {
            if (!cell.inTurns) {
              set(cell);
            }
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
