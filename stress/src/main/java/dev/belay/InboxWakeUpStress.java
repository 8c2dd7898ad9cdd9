package dev.belay;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/// An owner that goes to sleep while somebody sends: it stays awake, or the sender wakes it.
@JCStressTest
@Outcome(id = "false, false, 1", expect = Expect.ACCEPTABLE, desc = "the message came first")
@Outcome(id = "true, true, 1", expect = Expect.ACCEPTABLE, desc = "asleep first, and woken")
@Outcome(id = "false, true, 1", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
@Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
@State
public class InboxWakeUpStress {
  private final Mailbox mailbox = new Mailbox();

  /// A sender.
  @Actor
  public void sender(ZZI_Result result) {
    result.r1 = mailbox.push(new Message("hello"));
  }

  /// The owner, who found nothing and goes to sleep.
  @Actor
  public void owner(ZZI_Result result) {
    result.r2 = mailbox.park();
  }

  /// The length, when both are done.
  @Arbiter
  public void length(ZZI_Result result) {
    result.r3 = mailbox.length();
  }
}
