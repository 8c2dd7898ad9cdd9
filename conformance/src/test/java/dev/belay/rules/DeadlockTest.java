package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.Pid;
import dev.belay.ProcessStatus;
import dev.belay.otp.CallException;
import dev.belay.otp.CallReason;
import dev.belay.otp.Deadlock;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import dev.belay.testkit.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that wait for each other in calls.
@BelayTest
class DeadlockTest {
  private static final NodeOptions FAILING =
      NodeOptions.DEFAULT.set(Deadlock.POLICY, Deadlock.Policy.FAIL);

  /// Has each server call the next one while it handles the call of the one before, and the last
  /// one the first.
  ///
  /// @return why the last call failed
  private static ExitReason around(List<ServerRef<Clerk.Order>> clerks, Duration last) {
    AtomicReference<ExitReason> closing = new AtomicReference<>();
    Clerk.Question question =
        (c, call) -> {
          try {
            c.answer(
                call, clerks.getFirst().call(Clerk.ask((d, back) -> d.answer(back, "?")), last));
          } catch (CallException e) {
            closing.set(e.reason());
            c.answer(call, "broken");
          }
        };
    for (ServerRef<Clerk.Order> next : clerks.subList(1, clerks.size()).reversed()) {
      Clerk.Question inner = question;
      question = (c, call) -> c.answer(call, next.call(Clerk.ask(inner), Await.LONG));
    }
    assertThat(clerks.getFirst().call(Clerk.ask(question), Await.LONG)).isEqualTo("broken");
    return closing.get();
  }

  private static List<ServerRef<Clerk.Order>> clerks(int number) {
    List<ServerRef<Clerk.Order>> clerks = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      clerks.add(Clerk.start());
    }
    return clerks;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10})
  void theLastCallFailsWithTheCircle(int number, Nodes nodes, Expected expected) {
    expected.report("deadlock: ");
    nodes
        .start(FAILING)
        .run(() -> {
          List<ServerRef<Clerk.Order>> clerks = clerks(number);
          ExitReason reason = around(clerks, Await.LONG);
          assertThat(reason).isInstanceOf(ExitReason.Term.class);
          Deadlock deadlock = (Deadlock) ((ExitReason.Term) reason).value();
          List<Pid> circle = clerks.stream().map(clerk -> clerk.pid().orElseThrow()).toList();
          assertThat(deadlock.waits()).extracting(Deadlock.Wait::server).isEqualTo(circle);
          assertThat(deadlock.waits().getLast().callee()).isEqualTo(circle.getFirst());
          // All of them go on.
          clerks.forEach(clerk -> assertThat(Clerk.tell(clerk, c -> {})).isEqualTo("done"));
          clerks.forEach(ServerRef::stop);
        });
  }

  @Test
  void itIsOnlyReportedUnlessTheNodeSaysOtherwise(Node node, Expected expected) {
    expected.report("They go on when a call times out");
    node.run(() -> {
      List<ServerRef<Clerk.Order>> clerks = clerks(2);
      assertThat(around(clerks, Duration.ofMillis(20)))
          .isEqualTo(ExitReason.term(CallReason.TIMEOUT));
      clerks.forEach(ServerRef::stop);
    });
  }

  /// The one that is asked has handed the answer on, and somebody else gives it.
  @Test
  void anAnswerThatIsHandedOnIsNoDeadlock(Nodes nodes) {
    nodes
        .start(FAILING)
        .run(() -> {
          ServerRef<Clerk.Order> first = Clerk.start();
          ServerRef<Clerk.Order> second = Clerk.start();
          AtomicReference<From<Object>> from = new AtomicReference<>();
          AtomicReference<Object> asked = new AtomicReference<>();
          Pid firstPid = first.pid().orElseThrow();
          Belay.spawn(() -> {
            Await.until(() -> from.get() != null);
            // The second server waits for the first one, which waits for this answer.
            Await.until(() ->
                info(second.pid().orElseThrow()).orElseThrow().status() == ProcessStatus.WAITING);
            Await.until(() -> info(firstPid).orElseThrow().messageQueueLength() > 0);
            from.get().reply("by a third");
          });
          Object reply =
              first.call(
                  Clerk.ask((c, call) ->
                      c.answer(
                          call,
                          second.call(
                              Clerk.ask((d, inner) -> {
                                from.set(d.take(inner));
                                asked.set(
                                    first.call(Clerk.ask((e, back) -> e.answer(back, self()))));
                              })))));
          assertThat(reply).isEqualTo("by a third");
          Clerk.tell(second, c -> {});
          assertThat(asked).hasValue(firstPid);
          first.stop();
          second.stop();
        });
  }

  /// It does not wait any more, and can answer.
  @Test
  void whoHasGivenUpIsNoPartOfACircle(Nodes nodes) {
    nodes
        .start(FAILING)
        .run(() -> {
          ServerRef<Clerk.Order> first = Clerk.start();
          ServerRef<Clerk.Order> second = Clerk.start();
          AtomicBoolean gaveUp = new AtomicBoolean();
          AtomicReference<Object> answer = new AtomicReference<>();
          Clerk.tell(
              first,
              c -> {
                CallException timeout =
                    catchThrowableOfType(
                        CallException.class,
                        () ->
                            second.call(
                                Clerk.ask((d, call) -> {
                                  // Still within the call that was given up.
                                  Await.until(gaveUp::get);
                                  answer.set(call(first));
                                  d.answer(call, "too late");
                                }),
                                Duration.ofMillis(20)));
                assertThat(timeout.isTimeout()).isTrue();
                gaveUp.set(true);
              });
          Clerk.tell(second, c -> {});
          assertThat(answer).hasValue("reply");
          first.stop();
          second.stop();
        });
  }

  /// A server that begins calls one that calls it back.
  @Test
  void aServerThatBeginsCounts(Nodes nodes, Expected expected) {
    expected.report("deadlock: ");
    expected.maybeCrash(CallException.class);
    nodes
        .start(FAILING)
        .run(() -> {
          Node node = Belay.node();
          ServerRef<Clerk.Order> other = Clerk.start();
          ServerRef<Clerk.Order> early = ServerRef.named(node, "early", Clerk.Order.class);
          AtomicReference<Object> closing = new AtomicReference<>();
          ServerRef<Clerk.Order> started =
              Server.start(
                  StartOptions.DEFAULT.name("early"),
                  () ->
                      Clerk.with(c ->
                          other.call(
                              Clerk.ask((d, call) -> {
                                closing.set(call(early));
                                d.answer(call, "went on");
                              }),
                              Await.LONG)));
          assertThat(closing.get().toString()).startsWith("deadlock: ");
          started.stop();
          other.stop();
        });
  }

  /// Both begin with a message that nobody waits for.
  @Test
  void twoThatCallEachOtherAtTheSameTime(Nodes nodes, Expected expected) {
    expected.report("deadlock: ");
    nodes
        .start(FAILING)
        .run(() -> {
          for (int round = 0; round < 200; round++) {
            ServerRef<Clerk.Order> first = Clerk.start();
            ServerRef<Clerk.Order> second = Clerk.start();
            List<AtomicReference<Object>> ends =
                List.of(new AtomicReference<>(), new AtomicReference<>());
            first.cast(new Clerk.Do(c -> ends.get(0).set(call(second))));
            second.cast(new Clerk.Do(c -> ends.get(1).set(call(first))));
            Clerk.tell(first, c -> {});
            Clerk.tell(second, c -> {});
            // Not both of them fail.
            assertThat(ends).anySatisfy(end -> assertThat(end).hasValue("reply"));
            first.stop();
            second.stop();
          }
        });
  }

  private static Object call(ServerRef<Clerk.Order> clerk) {
    try {
      return clerk.call(Clerk.ask((c, call) -> c.answer(call, "reply")), Await.LONG);
    } catch (CallException e) {
      return e.reason();
    }
  }
}
