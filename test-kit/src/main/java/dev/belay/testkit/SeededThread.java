package dev.belay.testkit;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One thread of a [SeededRun]. At most one of them runs at any time: the one that has the turn.
final class SeededThread {
  /// What it waits for.
  enum Need {
    /// Nothing but the turn.
    TURN,
    /// To be unparked or interrupted, or its deadline.
    PARK,
    /// That another thread does something.
    OTHERS,
    /// The end of another thread, or its deadline.
    END
  }

  final SeededRun run;
  final int id;
  final String name;

  /// Whether it gets the turn only when no other thread can run: it writes reports and traces.
  final boolean background;

  /// Whether it looks now and then, with long waits, whether an error has kept somebody from waking
  /// it: time does not pass for the sake of that.
  final boolean patient;

  private @Nullable Thread thread;

  // Of the thread that has the turn.
  Need need = Need.TURN;
  boolean started;
  boolean permit;
  long deadline = SeededRun.NEVER;
  boolean inPatience;
  long relaxedAt;
  long rank;
  @Nullable SeededThread other;

  volatile boolean ended;
  volatile boolean interrupted;

  /// Whether it has noticed that it has the turn.
  volatile boolean awake;

  SeededThread(SeededRun run, int id, String name, boolean background, boolean patient) {
    this.run = run;
    this.id = id;
    this.name = name;
    this.background = background;
    this.patient = patient;
  }

  void thread(Thread its) {
    thread = its;
  }

  Thread thread() {
    Thread its = thread;
    if (its == null) {
      throw new IllegalStateException(name + " has no thread yet");
    }
    return its;
  }

  /// Waits for the turn, or for the end of all turns; on the thread itself. An interrupt meanwhile
  /// is there again when it goes on.
  void await() {
    boolean interrupt = false;
    while (run.running != this && !run.released) {
      LockSupport.park(run);
      if (Thread.interrupted()) {
        interrupt = true;
        interrupted = true;
      }
    }
    awake = true;
    if (interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  boolean canRun(long now, long steps) {
    SeededThread awaited = other;
    return switch (need) {
      case TURN -> true;
      case PARK -> permit || interrupted || deadline <= now;
      case OTHERS -> steps - relaxedAt > SeededRun.RELAX_STEPS;
      case END -> awaited == null || awaited.ended || deadline <= now;
    };
  }

  /// It goes on with what it was about to do.
  void proceed() {
    if (need == Need.PARK) {
      permit = false;
    }
    need = Need.TURN;
    deadline = SeededRun.NEVER;
    inPatience = false;
    other = null;
  }

  @Override
  public String toString() {
    return name;
  }
}
