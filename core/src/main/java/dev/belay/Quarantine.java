package dev.belay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// The threads of one node that did not come back: of processes that were declared dead, and of
/// closers that were given up.
final class Quarantine {
  /*
   * A concurrent map by thread. The node's sweep, on the timer thread, drops those that have ended and
   * interrupts the others again.
   */
  private final ConcurrentHashMap<Thread, QuarantinedThread> threads = new ConcurrentHashMap<>();

  void add(Cell cell, Thread thread, String stuckIn, StackTraceElement[] stack) {
    Node node = cell.node;
    QuarantinedThread entry =
        new QuarantinedThread(
            cell.pid, cell.label(), thread, stuckIn, node.host.nanoTime(), List.of(stack));
    threads.put(thread, entry);
    if (!thread.isAlive()) {
      threads.remove(thread);
      return;
    }
    node.startSweep();
    node.reporter.quarantined(cell, entry);
    Flight.declared(cell, stuckIn);
  }

  void remove(Thread thread) {
    threads.remove(thread);
  }

  List<QuarantinedThread> list() {
    threads.keySet().removeIf(thread -> !thread.isAlive());
    return List.copyOf(new ArrayList<>(threads.values()));
  }

  /// Interrupts those that are still there.
  ///
  /// @return whether any is
  boolean sweep(Node node) {
    for (Thread thread : threads.keySet()) {
      if (thread.isAlive()) {
        QuarantinedThread entry = threads.get(thread);
        Cell cell = entry == null ? null : entry.pid().cell;
        if (cell == null || cell.options.interruptPolicy() == InterruptPolicy.ALLOWED) {
          node.host.interrupt(thread);
        }
      } else {
        threads.remove(thread);
      }
    }
    return !threads.isEmpty();
  }
}
