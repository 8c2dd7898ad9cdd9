package dev.belay.rules;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.info;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInterruptedException;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Calls: GS9 to GS18.
@BothStyles
@BelayTest
class ServerCallRulesTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private static ExitReason failure(ServerRef<Clerk.Order> clerk, Clerk.Question question) {
    return failure(clerk, question, Await.LONG);
  }

  private static ExitReason failure(
      ServerRef<Clerk.Order> clerk, Clerk.Question question, Duration timeout) {
    return catchThrowableOfType(CallException.class, () -> clerk.call(Clerk.ask(question), timeout))
        .reason();
  }

  private static void assertNothingLeft() {
    assertThat(receive(Duration.ZERO)).isEmpty();
    assertThat(info(self()).orElseThrow().monitors()).isEmpty();
  }

  @Rule(value = "GS9", otp = "gen_server:call")
  @Test
  void aCallWaitsForItsReply(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid me = self();
      send(me, "in the way");
      Object reply =
          clerk.call(
              Clerk.ask((c, call) -> {
                assertThat(info(self()).orElseThrow().monitoredBy()).contains(me);
                c.answer(call, "the reply");
              }));
      assertThat(reply).isEqualTo("the reply");
      assertThat(receive()).isEqualTo("in the way");
      clerk.stop();
      assertNothingLeft();
    });
  }

  @Rule(value = "GS10", otp = "gen_server:call")
  @Test
  void aCallFailsWithWhyThereIsNoReply(Node node, Expected expected) {
    expected.maybeReport("crashed");
    node.run(() -> {
      for (ExitReason reason :
          List.of(
              ExitReason.NORMAL,
              ExitReason.SHUTDOWN,
              ExitReason.term("why"),
              ExitReason.crash(new IllegalStateException("on purpose")))) {
        ServerRef<Clerk.Order> clerk = Clerk.start();
        assertThat(failure(clerk, (c, call) -> c.end(reason))).isEqualTo(reason);
        assertThat(failure(clerk, (c, call) -> {})).isEqualTo(ExitReason.NO_PROC);
      }
      ServerRef<Clerk.Order> killed = Clerk.start();
      assertThat(failure(killed, (c, call) -> exit(self(), ExitReason.KILL)))
          .isEqualTo(ExitReason.KILLED);
      ServerRef<Clerk.Order> nobody = ServerRef.named(node, "nobody", Clerk.Order.class);
      assertThat(failure(nobody, (c, call) -> {})).isEqualTo(ExitReason.NO_PROC);
      assertNothingLeft();
    });
  }

  @Rule("GS10")
  @Test
  void aCallWaitsFiveSecondsIfNothingElseIsSaid() {
    assertThat(ServerRef.DEFAULT_TIMEOUT).isEqualTo(Duration.ofSeconds(5));
  }

  /// An exception that nobody catches keeps the server's own, with its stack.
  @Rule("GS10")
  @Test
  void aCallThatFailsIsACrashOfTheCaller(Node node, Expected expected) {
    expected.crash(CallException.class);
    expected.crash(ArithmeticException.class);
    node.run(() -> {
      ArithmeticException thrown = new ArithmeticException("on purpose");
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Monitored caller =
          spawnMonitor(() ->
              clerk.call(
                  Clerk.ask((c, call) -> {
                    throw thrown;
                  })));
      assertThat(Await.down(caller).reason())
          .isInstanceOfSatisfying(
              ExitReason.Crash.class,
              crash ->
                  assertThat(crash.throwable())
                      .isInstanceOf(CallException.class)
                      .hasCause(thrown)
                      .hasMessageContaining(
                          "its process crashed with " + ArithmeticException.class.getName()));
    });
  }

  /// The reply is sent when the caller has given up, and when it is just about to.
  @Rule(
      value = {"GS12", "GS13"},
      otp = {"gen_statem:abnormal1", "gen_server:call"})
  @Test
  void noLateReplyComes(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      AtomicBoolean handled = new AtomicBoolean();
      AtomicBoolean goOn = new AtomicBoolean();
      ExitReason reason =
          failure(
              clerk,
              (c, call) -> {
                Await.until(goOn::get);
                c.answer(call, "late");
                handled.set(true);
              },
              SHORT);
      assertThat(reason).isEqualTo(ExitReason.term(CallReason.TIMEOUT));
      goOn.set(true);
      Clerk.tell(clerk, c -> {});
      assertThat(handled).isTrue();
      assertNothingLeft();
      int replies = 0;
      int timeouts = 0;
      long deadline = System.nanoTime() + Await.LONG.toNanos();
      for (int round = 0; round < 400 || replies == 0 || timeouts == 0; round++) {
        assertThat(System.nanoTime() - deadline).as("%s, %s", replies, timeouts).isNegative();
        long due = System.nanoTime() + 200_000 + round % 200 * 1_000L;
        try {
          clerk.call(
              Clerk.ask((c, call) -> {
                while (System.nanoTime() - due < 0) {
                  Thread.onSpinWait();
                }
                c.answer(call, "just");
              }),
              Duration.ofNanos(300_000));
          replies++;
        } catch (CallException e) {
          assertThat(e.isTimeout()).isTrue();
          timeouts++;
        }
        assertNothingLeft();
      }
      clerk.stop();
      assertNothingLeft();
    });
  }

  @Rule(value = "GS15", otp = "gen_server:call")
  @Test
  void aReplyMayComeFromAnywhereLaterAndOnce(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Pid notary =
          spawn(() -> {
            From<?> from = receive(From.class);
            assertThat(from.caller()).isNotEqualTo(self());
            replyTo(from, "by another");
            replyTo(from, "again");
            Await.message("end");
          });
      Object reply =
          clerk.call(
              Clerk.ask((c, call) -> {
                send(notary, c.take(call));
              }));
      assertThat(reply).isEqualTo("by another");
      AtomicReference<From<Object>> kept = new AtomicReference<>();
      Thread other =
          Thread.ofPlatform()
              .start(() -> {
                Await.until(() -> kept.get() != null);
                kept.get().reply("by a plain thread");
              });
      assertThat(clerk.call(Clerk.ask((c, call) -> kept.set(c.take(call)))))
          .isEqualTo("by a plain thread");
      other.join();
      assertThat(clerk.call(Clerk.ask((c, call) -> c.take(call).reply("at once"))))
          .isEqualTo("at once");
      send(notary, "end");
      clerk.stop();
      assertNothingLeft();
    });
  }

  @SuppressWarnings("unchecked") // the clerk's replies may be anything
  private static void replyTo(From<?> from, Object value) {
    ((From<Object>) from).reply(value);
  }

  @Rule(value = "GS16", otp = "gen_server:crash")
  @Test
  void whoStopsCleansUpBeforeItReplies(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      AtomicBoolean cleaned = new AtomicBoolean();
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Object reply =
          clerk.call(
              Clerk.ask((c, call) -> {
                c.onCleanUp = reason -> cleaned.set(true);
                c.answer(call, "the last");
                c.end(ExitReason.NORMAL);
              }));
      assertThat(reply).isEqualTo("the last");
      assertThat(cleaned).isTrue();
      ServerRef<Clerk.Order> clumsy = Clerk.start();
      reply =
          clumsy.call(
              Clerk.ask((c, call) -> {
                c.onCleanUp =
                    reason -> {
                      throw new IllegalStateException("on purpose");
                    };
                c.answer(call, "all the same");
                c.end(ExitReason.NORMAL);
              }));
      assertThat(reply).isEqualTo("all the same");
      Await.until(() -> clumsy.pid().flatMap(Belay::info).isEmpty());
      assertNothingLeft();
    });
  }

  @Rule(value = "GS17", otp = "gen_server:calling_self")
  @Test
  void whoCallsItselfFailsAtOnce(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Object reply =
          clerk.call(Clerk.ask((c, call) -> c.answer(call, failure(clerk, (d, other) -> {}))));
      assertThat(reply).isEqualTo(ExitReason.term(CallReason.CALLING_SELF));
      clerk.stop();
    });
  }

  @Rule(value = "GS18", otp = "gen_server:call_with_huge_message_queue")
  @Test
  void aFullMailboxOfTheCallerCostsNothing(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      long before = timeOfCalls(clerk);
      for (int i = 0; i < 200_000; i++) {
        send(self(), i);
      }
      assertThat(timeOfCalls(clerk)).isLessThan(10 * before);
      clerk.stop();
    });
  }

  /// The best of some.
  private static long timeOfCalls(ServerRef<Clerk.Order> clerk) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long begin = System.nanoTime();
      for (int call = 0; call < 100; call++) {
        clerk.call(Clerk.ask((c, asked) -> c.answer(asked, "reply")));
      }
      best = Math.min(best, System.nanoTime() - begin);
    }
    return best;
  }

  /// Nothing was sent.
  @Rule("GS8")
  @Test
  void aTimeoutThatMakesNoSenseHarmsNobody(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Duration wrong = Duration.ofMillis(-1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clerk.call(Clerk.ask((c, call) -> c.handled.add("asked")), wrong));
      assertThatIllegalArgumentException().isThrownBy(() -> clerk.stop(ExitReason.NORMAL, wrong));
      assertThat(Clerk.handledBy(clerk)).isEmpty();
      clerk.stop();
      assertNothingLeft();
    });
  }

  /// Somebody interrupts the caller, again and again, while replies come.
  @Rule("GS12")
  @Test
  void anInterruptLeavesNothing(Node node) throws Exception {
    AtomicReference<Thread> caller = new AtomicReference<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                Thread thread = caller.get();
                if (thread != null) {
                  thread.interrupt();
                }
                java.util.concurrent.locks.LockSupport.parkNanos(50_000);
              }
            });
    try {
      node.run(() -> {
        ServerRef<Clerk.Order> clerk = Clerk.start();
        int interrupted = 0;
        int replies = 0;
        caller.set(Thread.currentThread());
        for (int round = 0; round < 2_000; round++) {
          try {
            clerk.call(Clerk.ask((c, call) -> c.answer(call, "reply")));
            replies++;
          } catch (ProcessInterruptedException e) {
            interrupted++;
          }
        }
        over.set(true);
        Await.until(() -> !other.isAlive());
        Thread.interrupted();
        assertThat(interrupted).isPositive();
        assertThat(replies).isPositive();
        clerk.stop();
        assertNothingLeft();
      });
    } finally {
      over.set(true);
      other.join();
    }
  }

  // what Belay adds

  @Rule("GS9")
  @Test
  void aPlainThreadCallsAsAProcessDoes(Node node) {
    ServerRef<Clerk.Order> clerk =
        Server.start(node, StartOptions.DEFAULT.name("clerk"), Clerk::new);
    ServerRef<Clerk.Order> byName = ServerRef.named(node, "clerk", Clerk.Order.class);
    assertThat(byName.call(Clerk.ask((c, call) -> c.answer(call, "to a thread"))))
        .isEqualTo("to a thread");
    assertThat(failure(clerk, (c, call) -> c.take(call), SHORT))
        .isEqualTo(ExitReason.term(CallReason.TIMEOUT));
    byName.stop();
    assertThat(failure(byName, (c, call) -> {})).isEqualTo(ExitReason.NO_PROC);
  }

  /// A reference by name is for whoever has the name now; a call does not go over to the next one.
  @Rule("GS10")
  @Test
  void aNameSurvivesARestartAndACallDoesNot(Node node) {
    node.run(() -> {
      StartOptions named = StartOptions.DEFAULT.name("clerk");
      ServerRef<Clerk.Order> first = Server.start(named, Clerk::new);
      ServerRef<Clerk.Order> byName = ServerRef.named(node, "clerk", Clerk.Order.class);
      assertThat(failure(byName, (c, call) -> c.end(ExitReason.SHUTDOWN)))
          .isEqualTo(ExitReason.SHUTDOWN);
      ServerRef<Clerk.Order> second = Server.start(named, Clerk::new);
      assertThat(Clerk.tell(byName, c -> {})).isEqualTo("done");
      assertThat(failure(first, (c, call) -> {})).isEqualTo(ExitReason.NO_PROC);
      assertThat(byName.pid()).isEqualTo(second.pid());
      byName.stop();
    });
  }

  /// The caller hears of the mistake, and not only after its timeout.
  @Rule("GS10")
  @Test
  void aHandlerThatForgetsToAnswerIsAnError(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      ExitReason reason = failure(clerk, (c, call) -> {});
      assertThat(reason.toString()).contains("has returned without an answer");
    });
  }

  /// The right server's reply, and only once.
  @Rule("GS15")
  @Test
  void aReplyBelongsToTheCallThatIsHandled(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      Clerk.Ask old = Clerk.ask((c, call) -> c.take(call).reply("old"));
      clerk.call(old);
      Object said =
          clerk.call(
              Clerk.ask((c, call) -> {
                String otherCall = thrownBy(() -> c.answer(old, "wrong"));
                c.answer(call, otherCall + "\n" + "");
                String twice = thrownBy(() -> c.answer(call, "twice"));
                String taken = thrownBy(() -> c.take(call));
                assertThat(twice).contains("it has its reply already");
                assertThat(taken).contains("it has its reply already");
              }));
      assertThat(said.toString()).contains("this is not the call that is being handled");
      clerk.stop();
    });
  }

  private static String thrownBy(Runnable action) {
    return String.valueOf(
        catchThrowableOfType(IllegalStateException.class, action::run).getMessage());
  }

  /// The message of a client that is mistaken does not hurt the server.
  @Rule("GS21")
  @Test
  void aRequestThatIsNotOfTheProtocolIsRefused(Node node) {
    node.run(() -> {
      record Stranger() implements dev.belay.otp.Call<Object, String> {}
      ServerRef<Clerk.Order> clerk = Clerk.start();
      ServerRef<Object> mistaken = ServerRef.of(node, clerk.pid().orElseThrow(), Object.class);
      assertThat(
              catchThrowableOfType(CallException.class, () -> mistaken.call(new Stranger()))
                  .reason())
          .isEqualTo(ExitReason.term(CallReason.BAD_REQUEST));
      assertThat(Clerk.tell(clerk, c -> {})).isEqualTo("done");
      clerk.stop();
    });
  }

  @Rule("GS19")
  @Test
  void aCallIsNoCast(Node node) {
    node.run(() -> {
      ServerRef<Clerk.Order> clerk = Clerk.start();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clerk.cast(Clerk.ask((c, call) -> {})))
          .withMessageContaining("use call or request");
      clerk.stop();
    });
  }
}
