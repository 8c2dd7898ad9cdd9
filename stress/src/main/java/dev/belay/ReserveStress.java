package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/// What is owed from any thread, and the reserve that settles it.
public final class ReserveStress {
  private ReserveStress() {}

  private static Reserve reserve() {
    return new Reserve(Stage.NODE.host, "stress", true);
  }

  /// Something owed that counts how often it was settled.
  private static final class Debt implements Owed {
    final AtomicInteger settled = new AtomicInteger();
    private @Nullable Owed next;

    /// How often it fails first.
    private int failures;

    Debt(int failures) {
      this.failures = failures;
    }

    @Override
    public @Nullable Owed nextOwed() {
      return next;
    }

    @Override
    public void nextOwed(@Nullable Owed other) {
      next = other;
    }

    @Override
    public void settleOwed() {
      if (failures-- > 0) {
        throw new IllegalStateException("not yet");
      }
      settled.incrementAndGet();
    }
  }

  /// Two threads owe something each: both debts are settled, once.
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both settled")
  @Outcome(expect = FORBIDDEN, desc = "a debt lost or settled twice")
  @State
  public static class TwoDebts {
    private final Reserve reserve = reserve();
    private final Debt one = new Debt(0);
    private final Debt other = new Debt(0);

    /// One.
    @Actor
    public void one() {
      reserve.owe(one);
    }

    /// The other.
    @Actor
    public void other() {
      reserve.owe(other);
    }

    /// The reserve.
    @Arbiter
    public void outcome(II_Result result) {
      reserve.settleAll();
      result.r1 = one.settled.get();
      result.r2 = other.settled.get();
    }
  }

  /// Something is owed while the reserve settles, and keeps what fails.
  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both settled")
  @Outcome(expect = FORBIDDEN, desc = "a debt lost or settled twice")
  @State
  public static class OweAndSettle {
    private final Reserve reserve = reserve();
    private final Debt failing = new Debt(1);
    private final Debt fresh = new Debt(0);

    /// A reserve with a debt that fails once.
    public OweAndSettle() {
      reserve.owe(failing);
    }

    /// Who owes.
    @Actor
    public void debtor() {
      reserve.owe(fresh);
    }

    /// The reserve.
    @Actor
    public void settler() {
      reserve.settleAll();
    }

    /// The reserve, afterwards.
    @Arbiter
    public void outcome(II_Result result) {
      reserve.settleAll();
      reserve.settleAll();
      result.r1 = failing.settled.get();
      result.r2 = fresh.settled.get();
    }
  }

  /// A debt that fails is owed again meanwhile: it is on the list once, and takes no other off it.
  @JCStressTest
  @Outcome(
      id = {"1, 1", "2, 1"},
      expect = ACCEPTABLE,
      desc = "both settled, one perhaps again")
  @Outcome(expect = FORBIDDEN, desc = "a debt lost, or the list in disorder")
  @State
  public static class OweAgainWhatFails {
    private final Reserve reserve = reserve();
    private final Debt failing = new Debt(1);
    private final Debt fresh = new Debt(0);

    /// A reserve with a debt that fails once.
    public OweAgainWhatFails() {
      reserve.owe(failing);
    }

    /// Who owes.
    @Actor
    public void debtor() {
      reserve.owe(fresh);
      reserve.owe(failing);
    }

    /// The reserve.
    @Actor
    public void settler() {
      reserve.settleAll();
    }

    /// The reserve, afterwards.
    @Arbiter
    public void outcome(II_Result result) {
      reserve.settleAll();
      reserve.settleAll();
      result.r1 = failing.settled.get();
      result.r2 = fresh.settled.get();
    }
  }

  /// A cell owes a second thing while the reserve takes the first: the cell is on the list once,
  /// and both are done.
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "alerted and dismantled")
  @Outcome(expect = FORBIDDEN, desc = "one of them is lost")
  @State
  public static class OneCellTwoDebts {
    private final Node node = Stage.node();
    private final Cell cell = Stage.cell(node);
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// A process whose body has left, which nobody knows, and which has to be alerted.
    public OneCellTwoDebts() {
      cell.left = true;
      cell.owe(Cell.OWES_ALERT);
    }

    /// Who owes.
    @Actor
    public void debtor() {
      cell.owe(Cell.OWES_DISMANTLING);
    }

    /// The reserve.
    @Actor
    public void settler() {
      node.reserve.settleAll();
    }

    /// The reserve, afterwards.
    @Arbiter
    public void outcome(ZI_Result result) {
      node.reserve.settleAll();
      result.r1 = cell.state == Cell.GONE;
      result.r2 = thread.unparks.get();
    }
  }
}
