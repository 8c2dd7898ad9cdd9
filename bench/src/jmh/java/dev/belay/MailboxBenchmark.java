package dev.belay;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// Messages into an inbox and out of it, without any process that would have to be woken.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class MailboxBenchmark {
  private static final int BURST = 100;

  /// A mailbox of one thread.
  @State(Scope.Thread)
  public static class Own {
    private final Mailbox mailbox = new Mailbox();

    /// For JMH.
    public Own() {}
  }

  /// A mailbox that several threads push into and one takes from.
  @State(Scope.Group)
  public static class Shared {
    private Mailbox mailbox = new Mailbox();

    /// For JMH.
    public Shared() {}

    /// What senders were ahead with would else be carried over.
    @Setup(Level.Iteration)
    public void empty() {
      mailbox = new Mailbox();
    }
  }

  /// For JMH.
  public MailboxBenchmark() {}

  /// One message in and out.
  @Benchmark
  @Threads(1)
  public void pushAndTake(Own own, Blackhole hole) {
    own.mailbox.push(new Message(own));
    receiveAll(own.mailbox, hole);
  }

  /// A burst in, and out one by one; the figure is for one message.
  @Benchmark
  @Threads(1)
  @OperationsPerInvocation(BURST)
  public void pushAndTakeBurst(Own own, Blackhole hole) {
    for (int i = 0; i < BURST; i++) {
      own.mailbox.push(new Message(own));
    }
    receiveAll(own.mailbox, hole);
  }

  /// One of those who push into a shared mailbox.
  @Benchmark
  @Group("shared")
  @GroupThreads(1)
  public boolean sharedPush(Shared shared) {
    return shared.mailbox.push(new Message(shared));
  }

  /// The one who takes from it.
  @Benchmark
  @Group("shared")
  @GroupThreads(1)
  public void sharedTake(Shared shared, Blackhole hole) {
    receiveAll(shared.mailbox, hole);
  }

  private static void receiveAll(Mailbox mailbox, Blackhole hole) {
    mailbox.take();
    for (Message first = mailbox.first(); first != null; first = mailbox.first()) {
      mailbox.remove(first);
      hole.consume(first.open());
    }
  }
}
