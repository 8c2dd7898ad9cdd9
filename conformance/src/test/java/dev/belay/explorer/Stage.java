package dev.belay.explorer;

import dev.belay.internal.host.Host;

/// What a scenario can ask of the explorer.
public final class Stage {
  private final Execution execution;

  Stage(Execution execution) {
    this.execution = execution;
  }

  /// Returns the host, on which a node runs under the explorer's control.
  ///
  /// @return the host
  public Host host() {
    return ExplorerHost.INSTANCE;
  }

  /// Waits until no other thread can run, while time stands still; for the main thread.
  public void quiet() {
    execution.quiet();
  }

  /// Waits until nothing will happen any more, however long one waits; for the main thread.
  public void over() {
    execution.over();
  }

  /// Begins or ends a part in which no thread is preempted, and which is the same in every
  /// schedule.
  ///
  /// @param on whether it is such a part from now on
  public void calm(boolean on) {
    execution.calm(on);
  }

  /// Looks at everything without its lock, while nobody else does anything.
  ///
  /// @param part what looks
  public void look(Runnable part) {
    execution.look(true);
    try {
      spared(part);
    } finally {
      execution.look(false);
    }
  }

  /// Lets errors for want of stack strike again, although a verb of the calling thread, which is no
  /// process, has made sure of it; that verb is over.
  public void verbIsOver() {
    execution.running().probed = false;
  }

  /// Lets no error strike the calling thread: what it does belongs to the scenario.
  ///
  /// @param part what it does
  public void spared(Runnable part) {
    Strand me = execution.running();
    boolean before = me.spared;
    me.spared = true;
    try {
      part.run();
    } finally {
      me.spared = before;
    }
  }

  /// Lets time pass, as far as the others leave nothing to do; for the main thread.
  ///
  /// @param nanos how much
  public void pass(long nanos) {
    execution.park(execution.now + nanos);
  }

  /// Runs a part of the scenario during which no other thread runs unless this one has to wait.
  ///
  /// @param part what to run, on the main thread
  /// @throws Throwable what it throws
  public void together(Part part) throws Throwable {
    execution.alone(true);
    try {
      part.run();
    } finally {
      execution.alone(false);
    }
  }

  /// A part of a scenario.
  @FunctionalInterface
  public interface Part {
    /// Runs it.
    ///
    /// @throws Throwable what it throws
    void run() throws Throwable;
  }

  /// Has the calling thread stall from now on whenever it is preempted: for a second time passes
  /// all the same, and it goes on only when another one polls or waits for a lock.
  public void mayStall() {
    execution.running().mayStall = true;
  }

  /// Returns what throws errors, if this run has any.
  ///
  /// @return the faults
  public Faults faults() {
    return execution.faults;
  }

  /// Tells whether the calling thread's interrupt status is set, without clearing it.
  ///
  /// @return whether it is
  public boolean isInterrupted() {
    return execution.running().interrupted;
  }

  /// Says what every thread is about to do.
  ///
  /// @return one line a thread
  public String describe() {
    return execution.describe();
  }

  /// Counts the threads that have been started and have not ended, the caller's own included.
  ///
  /// @return the number
  public long running() {
    return execution.strands.stream().filter(s -> s.started && !s.ended).count();
  }
}
