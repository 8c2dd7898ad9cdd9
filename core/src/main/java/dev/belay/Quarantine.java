package dev.belay;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// The threads of one node that did not come back: of processes that were declared dead, and of
/// closers that were given up.
final class Quarantine {
  /*
   * A concurrent map by thread. The node's sweep, on the timer thread, drops those that have ended and
   * interrupts the others again. The threads' reports are made by those who bring them here.
   */
  private final ConcurrentHashMap<Thread, QuarantinedThread> threads = new ConcurrentHashMap<>();

  /// Takes in a thread that was given up.
  ///
  /// @param stuckIn what it was doing for the process
  /// @param stack its stack
  void add(Cell cell, Thread thread, String stuckIn, StackTraceElement[] stack) {
    Node node = cell.node;
    if (thread == cell.thread) {
      node.reporter.declared(cell, stack);
      Flight.declared(cell, stack);
    }
    threads.put(
        thread,
        new QuarantinedThread(
            cell.pid, cell.label(), thread, stuckIn, node.host.nanoTime(), List.of(stack)));
    if (thread.isAlive()) {
      node.startSweep();
    } else {
      threads.remove(thread);
    }
  }

  /// A thread has come back after all.
  void remove(Thread thread) {
    QuarantinedThread entry = threads.remove(thread);
    Cell cell = entry == null ? null : entry.pid().cell;
    if (entry != null && cell != null) {
      cameBack(cell.node, entry);
    }
  }

  private static void cameBack(Node node, QuarantinedThread entry) {
    node.reporter.cameBack(entry, node.host.nanoTime() - entry.sinceNanos());
  }

  /// Lists the threads that still run.
  List<QuarantinedThread> list() {
    return threads.values().stream().filter(entry -> entry.thread().isAlive()).toList();
  }

  /// Interrupts those that are still there, and forgets the others.
  ///
  /// @return whether any is
  boolean sweep(Node node) {
    for (QuarantinedThread entry : threads.values()) {
      Thread thread = entry.thread();
      if (thread.isAlive()) {
        Cell cell = entry.pid().cell;
        if (cell == null || cell.options.interruptPolicy() == InterruptPolicy.ALLOWED) {
          node.host.interrupt(thread);
        }
      } else if (threads.remove(thread, entry)) {
        cameBack(node, entry);
      }
    }
    return !threads.isEmpty();
  }
}
