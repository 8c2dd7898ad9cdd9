package dev.belay.explorer;

/// What the instrumented code calls. Outside of an execution all of it does nothing.
///
/// Public only because the instrumented classes come from another loader.
public final class Hook {
  private Hook() {}

  // shared memory: a choice point each

  /// Before a read that other threads' writes may precede or follow.
  public static void read(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.READ, target, site);
    }
  }

  /// Before a write.
  public static void write(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.WRITE, target, site);
    }
  }

  /// Before an atomic read and write.
  public static void update(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.UPDATE, target, site);
    }
  }

  /// Before a counter goes up or down; such steps commute.
  public static void count(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.COUNT, target, site);
    }
  }

  // locks

  /// Before an attempt to take a spin lock, which then succeeds: the thread gets no turn until the
  /// lock is free.
  public static void lock(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.LOCK, target, site);
    }
  }

  /// Before a spin lock is released.
  public static void unlock(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.UNLOCK, target, site);
    }
  }

  /// In place of the entry of a monitor.
  public static void enter(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.ENTER, target, site);
    }
  }

  /// In place of the exit of a monitor.
  public static void leave(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.access(Kind.LEAVE, target, site);
    }
  }

  // plain fields: no choice points, but checked

  /// Before a plain read.
  public static void readPlain(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.plain(target, site, false);
    }
  }

  /// Before a plain write.
  public static void writePlain(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.plain(target, site, true);
    }
  }

  /// Before a read of a field that a cell's lock guards.
  public static void readGuarded(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.guarded(target, site, false);
    }
  }

  /// Before a write of a field that a cell's lock guards.
  public static void writeGuarded(Object target, int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.guarded(target, site, true);
    }
  }

  // threads

  /// Before a call of the host: says where it comes from.
  public static void at(int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.at(site);
    }
  }

  /// In place of `Thread.onSpinWait`.
  public static void onSpinWait(int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.at(site);
      execution.relax();
    }
  }

  /// In place of `Thread.isAlive`.
  public static boolean isAlive(Thread thread, int site) {
    Execution execution = Execution.current();
    return execution == null ? thread.isAlive() : execution.isAlive(thread, site);
  }

  /// In place of `Thread.getState`.
  public static Thread.State getState(Thread thread, int site) {
    return isAlive(thread, site) ? Thread.State.RUNNABLE : Thread.State.TERMINATED;
  }

  /// In place of `Thread.isInterrupted`.
  public static boolean isInterrupted(Thread thread, int site) {
    Execution execution = Execution.current();
    return execution == null ? thread.isInterrupted() : execution.isInterrupted(thread, site);
  }

  /// In place of `Thread.interrupt`.
  public static void interrupt(Thread thread, int site) {
    Execution execution = Execution.current();
    if (execution == null) {
      thread.interrupt();
    } else {
      execution.at(site);
      execution.interrupt(thread);
    }
  }

  // mutants

  /// A line of the code is run.
  public static void line(int number) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.lines.set(number);
    }
  }

  /// Before a jump backwards.
  public static void turn() {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.turn();
    }
  }

  // faults

  /// At an allocation, or a call of what is not the runtime's own: may throw.
  public static void fault(int site) {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.faults.at(execution, site);
    }
  }

  /// At one of the few calls that a verb relies on after its first step: may throw, unless the verb
  /// has made sure of the stack before.
  public static void overflow(int site) {
    Execution execution = Execution.current();
    if (execution != null && !execution.running().probed) {
      execution.faults.at(execution, site);
    }
  }

  /// A verb has made sure that there is stack enough for all of it. Other threads than those of
  /// processes, and the main one, must survive everything.
  public static void probed() {
    Execution execution = Execution.current();
    if (execution != null && execution.running().callsVerbs) {
      execution.running().probed = true;
    }
  }

  /// Another verb begins.
  public static void unprobed() {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.running().probed = false;
    }
  }

  /// A process has left its body: from here on its thread is one of the runtime's.
  public static void dismantles() {
    Execution execution = Execution.current();
    if (execution != null) {
      execution.running().callsVerbs = false;
      execution.running().probed = false;
    }
  }
}
