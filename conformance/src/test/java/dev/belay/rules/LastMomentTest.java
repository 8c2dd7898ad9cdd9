package dev.belay.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.internal.host.Host;
import dev.belay.internal.host.Hosts;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Nodes;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls that are answered when their time is over, and the caller is about to say so.
@BothStyles
@BelayTest
class LastMomentTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

  /// The clock as the caller of the test sees it, while it calls.
  private final AtomicReference<@Nullable Clock> clock = new AtomicReference<>();

  enum Answer {
    REPLY,
    END
  }

  /// A clock for a thread that waits in a receive: an hour has passed at each of its looks, and at
  /// one of them the answer comes. What it knows of its mailbox is of before then.
  private static final class Clock {
    private final Node node;
    private final Thread thread = Thread.currentThread();
    private int looksLeft;
    private long passed;
    private boolean answering;

    /// Lets the server answer.
    final CountDownLatch goOn = new CountDownLatch(1);

    /// Who is answered.
    final AtomicReference<@Nullable Pid> caller = new AtomicReference<>();

    Clock(Node node, int looks) {
      this.node = node;
      this.looksLeft = looks;
    }

    long at(long now) {
      if (Thread.currentThread() != thread || answering || !isReceiving()) {
        return now;
      }
      if (--looksLeft == 0) {
        answering = true;
        goOn.countDown();
        Await.until(() -> {
          Pid pid = caller.get();
          return pid != null && node.info(pid).orElseThrow().messageQueueLength() > 0;
        });
        answering = false;
      }
      passed += HOUR_NANOS;
      return now + passed;
    }

    private static boolean isReceiving() {
      return StackWalker.getInstance()
          .walk(frames ->
              frames.map(StackFrame::getClassName).anyMatch("dev.belay.Receiving"::equals));
    }

    boolean hasAnswered() {
      return looksLeft <= 0;
    }
  }

  /// The JDK, but for the clock.
  private Host host() {
    return (Host)
        Proxy.newProxyInstance(
            Host.class.getClassLoader(),
            new Class<?>[] {Host.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(Host.jdk(), arguments);
                Clock now = clock.get();
                return now != null && method.getName().equals("nanoTime")
                    ? (Object) now.at((long) result)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  /// Calls a server that answers at a certain look of the caller at the clock, or too late if there
  /// is no such look.
  ///
  /// @return whether there was
  private boolean call(Node node, Answer how, int look) {
    ServerRef<Clerk.Order> clerk = Server.start(node, StartOptions.DEFAULT, Clerk::new);
    Clock mine = new Clock(node, look);
    clock.set(mine);
    Object result;
    try {
      result =
          clerk.call(
              Clerk.ask((c, call) -> {
                From<Object> from = c.take(call);
                mine.caller.set(from.caller());
                mine.goOn.await();
                if (how == Answer.REPLY) {
                  from.reply("just");
                } else {
                  c.end(ExitReason.SHUTDOWN);
                }
              }),
              MINUTE);
    } catch (CallException e) {
      result = e.reason();
    } finally {
      clock.set(null);
    }
    Object answer = how == Answer.REPLY ? "just" : ExitReason.SHUTDOWN;
    assertThat(result)
        .as("answered at look %s", look)
        .isEqualTo(mine.hasAnswered() ? answer : ExitReason.term(CallReason.TIMEOUT));
    mine.goOn.countDown();
    if (how == Answer.REPLY) {
      clerk.stop();
    }
    Await.until(() -> clerk.pid().flatMap(node::info).isEmpty());
    return mine.hasAnswered();
  }

  private void callAtEachLook(Node node, Answer how, Runnable afterwards) {
    int look = 1;
    while (call(node, how, look)) {
      afterwards.run();
      look++;
    }
    afterwards.run();
    assertThat(look).as("looks at the clock").isGreaterThan(2);
  }

  @Rule(value = "GS12", otp = "gen_server:call")
  @ParameterizedTest
  @EnumSource
  void anAnswerThatHasComeIsGivenHoweverLateItIs(Answer how, Nodes nodes) {
    Node node = Hosts.callWith(host(), () -> nodes.start());
    node.run(() ->
        callAtEachLook(
            node,
            how,
            () -> {
              assertThat(Belay.receive(Duration.ZERO)).isEmpty();
              assertThat(Belay.info(Belay.self()).orElseThrow().monitors()).isEmpty();
            }));
    // A plain thread calls, too.
    callAtEachLook(node, how, () -> {});
  }
}
