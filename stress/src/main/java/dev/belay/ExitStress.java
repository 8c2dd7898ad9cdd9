package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LIZ_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// The states of a process from its first exit signal to its end, and the word of its interrupt.
public final class ExitStress {
  static final Cause ONE = cause("one");

  private ExitStress() {}

  private static Cause cause(String why) {
    return new Cause(ExitReason.term(why), Trail.How.EXIT_SIGNAL, Stage.NODE.system, Trail.EMPTY);
  }

  /// What whoever looks at a cell without its lock takes for its reason.
  private static String reason(Cell cell) {
    if (cell.state == Cell.ALIVE) {
      return "alive";
    }
    Cause cause = cell.cause;
    return cause == null
        ? "none"
        : cause.reason() instanceof ExitReason.Term term ? String.valueOf(term.value()) : "other";
  }

  /// Two exit signals: the first reason stays, for both, and there is one interrupt (X5).
  @JCStressTest
  @Outcome(
      id = {"one, one, 1", "two, two, 1"},
      expect = ACCEPTABLE,
      desc = "the first counts")
  @Outcome(expect = FORBIDDEN, desc = "two reasons, no reason, or not one interrupt")
  @State
  public static class TwoExits {
    private final Cell cell = Stage.cell();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// One sender.
    @Actor
    public void one(LLI_Result result) {
      Exits.exit(Stage.NODE.system, cell, ExitReason.term("one"));
      result.r1 = reason(cell);
    }

    /// The other.
    @Actor
    public void two(LLI_Result result) {
      Exits.exit(Stage.NODE.system, cell, ExitReason.term("two"));
      result.r2 = reason(cell);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(LLI_Result result) {
      result.r3 = thread.interrupts.get();
      Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// Whoever sees a process exiting sees why.
  @JCStressTest
  @Outcome(
      id = {"alive", "one"},
      expect = ACCEPTABLE,
      desc = "not yet, or with its reason")
  @Outcome(expect = FORBIDDEN, desc = "exiting without a reason")
  @State
  public static class CauseAfterState {
    private final Cell cell = Stage.cell();

    /// Whoever makes it exit.
    @Actor
    public void killer() {
      cell.lock();
      try {
        cell.beginExit(ONE, false);
      } finally {
        cell.lockWord = 0;
      }
    }

    /// Anybody.
    @Actor
    public void onlooker(L_Result result) {
      result.r1 = reason(cell);
    }
  }

  /// The same for a body that ends by itself.
  @JCStressTest
  @Outcome(
      id = {"alive", "one"},
      expect = ACCEPTABLE,
      desc = "not yet, or with its reason")
  @Outcome(expect = FORBIDDEN, desc = "exiting without a reason")
  @State
  public static class OwnCauseAfterState {
    private final ExitException leave = new ExitException(ExitReason.term("one"));
    private final Cell cell = Stage.lasting();

    /// The process.
    @Actor
    public void process() {
      Dismantling.unwound(cell, leave);
    }

    /// Anybody.
    @Actor
    public void onlooker(L_Result result) {
      result.r1 = reason(cell);
    }
  }

  /// An exit signal meets the process's own end: one reason, an interrupt only if it was the
  /// signal's, and nothing stays behind.
  @JCStressTest
  @Outcome(id = "OWN_END, 0, false", expect = ACCEPTABLE, desc = "it ended first")
  @Outcome(id = "TERMINATE, 1, false", expect = ACCEPTABLE, desc = "the signal came first")
  @Outcome(
      id = "TERMINATE, 0, false",
      expect = ACCEPTABLE,
      desc = "the signal came first, and its interrupt was taken back")
  @Outcome(expect = FORBIDDEN, desc = "not dead, a wrong interrupt, or a timer left")
  @State
  public static class ExitAndOwnEnd {
    private final Cell cell = Stage.lasting();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// The sender.
    @Actor
    public void sender() {
      Exits.terminate(Stage.NODE.system, cell, ExitReason.SHUTDOWN);
    }

    /// The process.
    @Actor
    public void process() {
      Dismantling.unwound(cell, null);
    }

    /// Afterwards.
    @Arbiter
    public void outcome(LIZ_Result result) {
      Cause cause = cell.cause;
      result.r1 = cell.state == Cell.GONE && cause != null ? cause.how() : "not dead";
      result.r2 = thread.interrupts.get();
      result.r3 = Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// Once a process has noticed that it is exiting, no interrupt comes any more.
  @JCStressTest
  @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "not noticed")
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "noticed, and the interrupt was taken back")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "noticed, and the interrupt was before")
  @Outcome(expect = FORBIDDEN, desc = "an interrupt after it was settled")
  @State
  public static class ExitAndNotice {
    private final Cell cell = Stage.cell();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// The sender.
    @Actor
    public void sender() {
      Exits.terminate(Stage.NODE.system, cell, ExitReason.SHUTDOWN);
    }

    /// The process, in a verb.
    @Actor
    public void process(II_Result result) {
      int seen = -1;
      if (cell.state != Cell.ALIVE && cell.unwinding() != null) {
        seen = thread.interrupts.get();
      }
      result.r1 = seen;
    }

    /// Afterwards.
    @Arbiter
    public void outcome(II_Result result) {
      result.r2 = thread.interrupts.get();
      Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// Two alert a process that is exiting: the one who told it, and one who pushed a message. One
  /// interrupts, the other unparks.
  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "one interrupt, and none is owed")
  @Outcome(expect = FORBIDDEN, desc = "no interrupt, two, or one still owed")
  @State
  public static class TwoAlerts {
    private final Cell cell = Stage.cell();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// A process that has been told to exit and not been alerted.
    public TwoAlerts() {
      cell.lock();
      cell.beginExit(ONE, false);
      cell.lockWord = 0;
    }

    /// One.
    @Actor
    public void one() {
      cell.alert();
    }

    /// The other.
    @Actor
    public void other() {
      cell.alert();
    }

    /// Afterwards.
    @Arbiter
    public void outcome(III_Result result) {
      result.r1 = thread.interrupts.get();
      result.r2 = thread.unparks.get();
      result.r3 = cell.interrupt;
      Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// The grace timer interrupts once more, unless the process has noticed; not after that.
  @JCStressTest
  @Outcome(
      id = {"1, 1", "2, 2"},
      expect = ACCEPTABLE,
      desc = "before it was settled, or never")
  @Outcome(expect = FORBIDDEN, desc = "an interrupt after it was settled")
  @State
  public static class GraceAndNotice {
    private final Cell cell = Stage.cell();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// A process that was interrupted once and has not noticed.
    public GraceAndNotice() {
      Exits.terminate(Stage.NODE.system, cell, ExitReason.SHUTDOWN);
    }

    /// The timer.
    @Actor
    public void timer() {
      cell.onDeadline(Cell.GRACE);
    }

    /// The process, in a verb.
    @Actor
    public void process(II_Result result) {
      result.r1 = cell.unwinding() == null ? -1 : thread.interrupts.get();
    }

    /// Afterwards.
    @Arbiter
    public void outcome(II_Result result) {
      result.r2 = thread.interrupts.get();
      Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// Whoever hears that a process is not alive finds it dead (X10).
  @JCStressTest
  @Outcome(
      id = {"true, false", "true, true"},
      expect = ACCEPTABLE,
      desc = "it was alive")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "dead")
  @Outcome(expect = FORBIDDEN, desc = "neither alive nor dead")
  @State
  public static class ExitAndIsAlive {
    private final Cell cell = Stage.cell();

    /// The process, which is told to exit and does.
    @Actor
    public void process() {
      Exits.terminate(Stage.NODE.system, cell, ExitReason.SHUTDOWN);
      Dismantling.unwound(cell, null);
    }

    /// Who asks.
    @Actor
    public void asker(ZZ_Result result) {
      result.r1 = Snapshots.isAlive(Stage.NODE, null, cell.pid);
      result.r2 = cell.state >= Cell.DEAD;
    }
  }
}
