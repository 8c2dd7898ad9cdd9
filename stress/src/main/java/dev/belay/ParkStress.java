package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// An owner that goes to sleep, sleeps or gets up, and those who wake it; see also
/// [InboxWakeUpStress].
public final class ParkStress {
  private ParkStress() {}

  /// Two send to an owner that sleeps: exactly one has to unpark it.
  @JCStressTest
  @Outcome(
      id = {"true, false, 2", "false, true, 2"},
      expect = ACCEPTABLE,
      desc = "one wakes it")
  @Outcome(expect = FORBIDDEN, desc = "nobody or both wake it, or a message is lost")
  @State
  public static class TwoSenders {
    private final Mailbox mailbox = new Mailbox();

    /// An owner asleep.
    public TwoSenders() {
      mailbox.park();
    }

    /// One sender.
    @Actor
    public void one(ZZI_Result result) {
      result.r1 = mailbox.push(new Message("a"));
    }

    /// The other.
    @Actor
    public void other(ZZI_Result result) {
      result.r2 = mailbox.push(new Message("b"));
    }

    /// Afterwards.
    @Arbiter
    public void length(ZZI_Result result) {
      result.r3 = mailbox.length();
    }
  }

  /// A sender and somebody with no message, such as a timer, wake an owner that sleeps.
  @JCStressTest
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one wakes it")
  @Outcome(expect = FORBIDDEN, desc = "nobody or both wake it, or the message is lost")
  @State
  public static class SendAndWake {
    private final Mailbox mailbox = new Mailbox();

    /// An owner asleep.
    public SendAndWake() {
      mailbox.park();
    }

    /// A sender.
    @Actor
    public void sender(ZZI_Result result) {
      result.r1 = mailbox.push(new Message("a"));
    }

    /// A timer.
    @Actor
    public void waker(ZZI_Result result) {
      result.r2 = mailbox.wake();
    }

    /// Afterwards.
    @Arbiter
    public void length(ZZI_Result result) {
      result.r3 = mailbox.length();
    }
  }

  /// A sender meets an owner that gets up by itself, because its time is over: if the sender
  /// believes it asleep, the owner finds the message.
  @JCStressTest
  @Outcome(id = "true, true, 1", expect = ACCEPTABLE, desc = "sent before it got up")
  @Outcome(
      id = {"false, true, 1", "false, false, 1"},
      expect = ACCEPTABLE,
      desc = "sent after")
  @Outcome(expect = FORBIDDEN, desc = "the message is lost or not seen")
  @State
  public static class SendAndGetUp {
    private final Mailbox mailbox = new Mailbox();

    /// An owner asleep.
    public SendAndGetUp() {
      mailbox.park();
    }

    /// A sender.
    @Actor
    public void sender(ZZI_Result result) {
      result.r1 = mailbox.push(new Message("a"));
    }

    /// The owner.
    @Actor
    public void owner(ZZI_Result result) {
      mailbox.unpark();
      result.r2 = mailbox.take();
    }

    /// Afterwards.
    @Arbiter
    public void length(ZZI_Result result) {
      result.r3 = mailbox.length();
    }
  }

  /// The bare protocol of an exit and an owner that goes to sleep: the one writes the state and
  /// looks for a sleeper, the other says that it sleeps and looks at the state.
  @JCStressTest
  @Outcome(id = "false, true, false", expect = FORBIDDEN, desc = "asleep, and nobody wakes it")
  @Outcome(
      id = {"true, true, false", "true, true, true"},
      expect = ACCEPTABLE,
      desc = "woken")
  @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "it saw that it is exiting")
  @Outcome(expect = FORBIDDEN, desc = "anything else")
  @State
  public static class ExitAndPark {
    private final Cell cell = Stage.cell();

    /// Whoever makes it exit.
    @Actor
    public void killer(ZZZ_Result result) {
      cell.lock();
      try {
        cell.beginExit(ExitStress.ONE, false);
      } finally {
        cell.lockWord = 0;
      }
      result.r1 = cell.mailbox.wake();
    }

    /// The owner.
    @Actor
    public void owner(ZZZ_Result result) {
      result.r2 = cell.mailbox.park();
      result.r3 = cell.state != Cell.ALIVE;
    }
  }

  /// The same with all that an exit does: whoever sleeps is unparked, whoever does not is
  /// interrupted, and nobody both.
  @JCStressTest
  @Outcome(id = "true, 1, 0", expect = ACCEPTABLE, desc = "asleep and unparked")
  @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "it saw that it is exiting; unparked")
  @Outcome(id = "false, 0, 1", expect = ACCEPTABLE, desc = "it saw that; interrupted")
  @Outcome(expect = FORBIDDEN, desc = "asleep for ever, or interrupted in its sleep")
  @State
  public static class ExitAndSleep {
    private final Cell cell = Stage.cell();
    private final Stage.Dummy thread = (Stage.Dummy) cell.thread;

    /// Whoever makes it exit.
    @Actor
    public void killer() {
      Exits.terminate(Stage.NODE.system, cell, ExitReason.SHUTDOWN);
    }

    /// The owner.
    @Actor
    public void owner(ZII_Result result) {
      result.r1 = cell.state == Cell.ALIVE && cell.mailbox.park() && cell.state == Cell.ALIVE;
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZII_Result result) {
      result.r2 = thread.unparks.get();
      result.r3 = thread.interrupts.get();
      Stage.NODE.timers.disarm(cell, Cell.GRACE);
    }
  }

  /// Two wake an owner that sleeps, without a message: exactly one has to unpark it.
  @JCStressTest
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one wakes it")
  @Outcome(expect = FORBIDDEN, desc = "nobody or both wake it")
  @State
  public static class TwoWakers {
    private final Mailbox mailbox = new Mailbox();

    /// An owner asleep.
    public TwoWakers() {
      mailbox.park();
    }

    /// One.
    @Actor
    public void one(ZZ_Result result) {
      result.r1 = mailbox.wake();
    }

    /// The other.
    @Actor
    public void other(ZZ_Result result) {
      result.r2 = mailbox.wake();
    }
  }
}
