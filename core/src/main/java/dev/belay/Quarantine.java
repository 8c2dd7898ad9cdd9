package dev.belay;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The threads of one node that did not come back: of processes that were declared dead, and of
/// closers that were given up.
final class Quarantine {
  /*
   * A concurrent map by thread. The node's sweep, on the timer thread, drops those that have ended and
   * has the others interrupted again. The threads' reports are made by those who bring them here.
   */
  private final ConcurrentHashMap<Thread, Entry> threads = new ConcurrentHashMap<>();

  private static final class Entry implements Interrupter.Target {
    final QuarantinedThread about;
    final Node node;

    /// Whether it is with the interrupter.
    final AtomicBoolean asked = new AtomicBoolean();

    private Interrupter.@Nullable Target next;

    Entry(QuarantinedThread about, Node node) {
      this.about = about;
      this.node = node;
    }

    @Override
    public Interrupter.@Nullable Target nextTarget() {
      return next;
    }

    @Override
    public void nextTarget(Interrupter.@Nullable Target other) {
      next = other;
    }

    @Override
    public void giveInterrupt() {
      try {
        node.host.interrupt(about.thread());
      } catch (Throwable e) {
        // From the closing of a channel; the next one comes with the next sweep.
      } finally {
        asked.set(false);
      }
    }
  }

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
    if (thread == node.reserve.thread) {
      // Its runner has just taken its thread back.
      return;
    }
    threads.put(
        thread,
        new Entry(
            new QuarantinedThread(
                cell.pid, cell.label(), thread, stuckIn, node.host.nanoTime(), List.of(stack)),
            node));
    if (thread.isAlive()) {
      node.startSweep();
    } else {
      threads.remove(thread);
    }
  }

  /// A thread has come back after all.
  void remove(Thread thread) {
    Entry entry = threads.remove(thread);
    if (entry != null) {
      cameBack(entry);
    }
  }

  private static void cameBack(Entry entry) {
    Node node = entry.node;
    node.reporter.cameBack(entry.about, node.host.nanoTime() - entry.about.sinceNanos());
  }

  /// Lists the threads that still run.
  List<QuarantinedThread> list() {
    return threads.values().stream()
        .map(entry -> entry.about)
        .filter(about -> about.thread().isAlive())
        .toList();
  }

  /// Has those interrupted that are still there, and forgets the others.
  ///
  /// @return whether any is
  boolean sweep() {
    for (Entry entry : threads.values()) {
      Thread thread = entry.about.thread();
      if (!thread.isAlive()) {
        if (threads.remove(thread, entry)) {
          cameBack(entry);
        }
      } else if (mayInterrupt(entry)) {
        interrupt(entry);
      }
    }
    return !threads.isEmpty();
  }

  private static void interrupt(Entry entry) {
    Interrupter interrupter = entry.node.interrupter;
    if (entry.asked.compareAndSet(false, true)) {
      boolean pushed = false;
      try {
        interrupter.push(entry);
        pushed = true;
      } finally {
        if (!pushed) {
          entry.asked.set(false);
        }
      }
      interrupter.wake();
    }
  }

  private static boolean mayInterrupt(Entry entry) {
    Cell cell = entry.about.pid().cell;
    return cell == null || cell.options.interruptPolicy() == InterruptPolicy.ALLOWED;
  }
}
