package dev.belay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/// Messages on their way from any thread into a mailbox.
public final class InboxStress {
  private InboxStress() {}

  /// What the owner has, oldest first.
  private static String kept(Mailbox mailbox) {
    StringBuilder text = new StringBuilder();
    for (Message message = mailbox.first(); message != null; message = message.next) {
      text.append(message.open());
    }
    return text.toString();
  }

  /// Two senders, two messages each: none is lost, and each sender's are in order.
  @JCStressTest
  @Outcome(
      id = {"ab12", "12ab"},
      expect = ACCEPTABLE,
      desc = "one after the other")
  @Outcome(
      id = {"a1b2", "a12b", "1ab2", "1a2b"},
      expect = ACCEPTABLE,
      desc = "mixed")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or out of order")
  @State
  public static class TwoSenders {
    private final Mailbox mailbox = new Mailbox();

    /// One sender.
    @Actor
    public void letters() {
      mailbox.push(new Message("a"));
      mailbox.push(new Message("b"));
    }

    /// The other.
    @Actor
    public void digits() {
      mailbox.push(new Message("1"));
      mailbox.push(new Message("2"));
    }

    /// The owner, afterwards.
    @Arbiter
    public void owner(L_Result result) {
      mailbox.take();
      result.r1 = kept(mailbox) + (mailbox.length() == 4 ? "" : "?");
    }
  }

  /// The owner takes while somebody sends.
  @JCStressTest
  @Outcome(
      id = {", ab", "a, ab", "ab, ab"},
      expect = ACCEPTABLE,
      desc = "all, in order")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or out of order")
  @State
  public static class SendAndTake {
    private final Mailbox mailbox = new Mailbox();

    /// A sender.
    @Actor
    public void sender() {
      mailbox.push(new Message("a"));
      mailbox.push(new Message("b"));
    }

    /// The owner.
    @Actor
    public void owner(LL_Result result) {
      mailbox.take();
      result.r1 = kept(mailbox);
    }

    /// The owner, afterwards.
    @Arbiter
    public void rest(LL_Result result) {
      mailbox.take();
      result.r2 = kept(mailbox);
    }
  }

  /// What a sender wrote into plain fields before it sent, the receiver sees.
  @JCStressTest
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "42", expect = ACCEPTABLE, desc = "there, and whole")
  @Outcome(expect = FORBIDDEN, desc = "seen before it was written")
  @State
  public static class Publication {
    private final Mailbox mailbox = new Mailbox();

    private static final class Parcel {
      int content;
    }

    /// A sender.
    @Actor
    public void sender() {
      Parcel parcel = new Parcel();
      parcel.content = 42;
      mailbox.push(new Message(parcel));
    }

    /// The owner.
    @Actor
    public void owner(I_Result result) {
      mailbox.take();
      Message first = mailbox.first();
      result.r1 = first == null ? -1 : first.open() instanceof Parcel parcel ? parcel.content : -2;
    }
  }

  /// Somebody sends while the dismantler closes the mailbox.
  @JCStressTest
  @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "closed and empty")
  @Outcome(expect = FORBIDDEN, desc = "a message in a closed mailbox, or it is open again")
  @State
  public static class SendAndClose {
    private final Mailbox mailbox = new Mailbox();

    /// A sender.
    @Actor
    public void sender() {
      mailbox.push(new Message("a"));
    }

    /// The dismantler.
    @Actor
    public void dismantler() {
      mailbox.close();
    }

    /// Afterwards.
    @Arbiter
    public void outcome(ZZI_Result result) {
      result.r1 = mailbox.isClosed();
      result.r2 = mailbox.take();
      result.r3 = mailbox.length();
    }
  }

  /// Somebody looks at the length while the owner moves one message, sends itself another and moves
  /// that (I8).
  @JCStressTest
  @Outcome(
      id = {"1, 1", "1, 2", "2, 2"},
      expect = ACCEPTABLE,
      desc = "as it was at some time")
  @Outcome(expect = FORBIDDEN, desc = "a length that it never had, or backwards")
  @State
  public static class LengthWhileTaking {
    private final Mailbox mailbox = new Mailbox();

    /// A mailbox with one message in its inbox.
    public LengthWhileTaking() {
      mailbox.push(new Message("a"));
    }

    /// The owner.
    @Actor
    public void owner() {
      mailbox.take();
      mailbox.push(new Message("b"));
      mailbox.take();
    }

    /// Anybody.
    @Actor
    public void onlooker(II_Result result) {
      result.r1 = mailbox.length();
      result.r2 = mailbox.length();
    }
  }

  /// Somebody looks at the length while the owner receives one of two messages.
  @JCStressTest
  @Outcome(
      id = {"2, 2", "2, 1", "1, 1"},
      expect = ACCEPTABLE,
      desc = "as it was at some time")
  @Outcome(expect = FORBIDDEN, desc = "a length that it never had, or backwards")
  @State
  public static class LengthWhileReceiving {
    private final Mailbox mailbox = new Mailbox();

    /// A mailbox with two messages in its inbox.
    public LengthWhileReceiving() {
      mailbox.push(new Message("a"));
      mailbox.push(new Message("b"));
    }

    /// The owner.
    @Actor
    public void owner() {
      mailbox.take();
      Message first = mailbox.first();
      if (first != null) {
        mailbox.remove(first);
      }
    }

    /// Anybody.
    @Actor
    public void onlooker(II_Result result) {
      result.r1 = mailbox.length();
      result.r2 = mailbox.length();
    }
  }
}
