package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static dev.belay.rules.Machine.event;
import static dev.belay.rules.Machine.handled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.Belay;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Monitored;
import dev.belay.Node;
import dev.belay.Ref;
import dev.belay.otp.CallException;
import dev.belay.otp.EventKind;
import dev.belay.otp.From;
import dev.belay.otp.Request;
import dev.belay.otp.Response;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// State machines: section ST.
@BothStyles
@BelayTest
class StateMachineRulesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(5);

  private static ServerRef<Machine.Event> start() {
    return Server.start(Machine::new);
  }

  /// What was handled since the beginning, without that.
  private static List<String> since(ServerRef<Machine.Event> machine) {
    List<String> all = handled(machine);
    assertThat(all.removeFirst()).isEqualTo("first > first");
    return all;
  }

  private static Machine.Ask ask(String name, Machine.Question question) {
    return new Machine.Ask(name, question);
  }

  @Rule(
      value = {"ST1", "ST2"},
      otp = "gen_statem:event_types")
  @Test
  void eventsOfAllKinds(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(
          event("cast", m -> m.stay().insert(event("inserted")).timeout(NOW, event("never"))));
      machine.call(
          ask("call", (m, call) -> m.stay().reply(call, 1).timeout(NOW, event("timeout"))));
      send(machine.pid().orElseThrow(), "word");
      machine.cast(event("set", m -> m.stay().stateTimeout(NOW, event("state timeout"))));
      machine.cast(event("set", m -> m.stay().timeout("name", NOW, event("named timeout"))));
      assertThat(since(machine))
          .containsExactly(
              "first: cast",
              "first: inserted",
              "first: call",
              "first: timeout",
              "first: info word",
              "first: set",
              "first: state timeout",
              "first: set",
              "first: named timeout");
      assertThat(
              Sys.<Machine, List<EventKind>>inspect(
                  machine, Machine.class, m -> List.copyOf(m.kinds)))
          .startsWith(
              EventKind.CAST,
              EventKind.INSERTED,
              EventKind.CALL,
              EventKind.TIMEOUT,
              EventKind.INFO,
              EventKind.CAST,
              EventKind.STATE_TIMEOUT,
              EventKind.CAST,
              EventKind.NAMED_TIMEOUT);
      machine.stop();
    });
  }

  @Rule({"ST3", "ST18"})
  @Test
  void anEqualStateIsNoChange(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(event("a", m -> m.to(new String("first"))));
      machine.cast(event("b", m -> m.to("second")));
      assertThat(since(machine)).containsExactly("first: a", "first: b", "first > second");
      machine.stop();
    });
  }

  @Rule(
      value = {"ST4", "ST5"},
      otp = "gen_statem:state_enter")
  @Test
  void repliesComeInOrderBeforeTheStateIsEntered(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      AtomicReference<From<Object>> kept = new AtomicReference<>();
      Request<Object> first =
          machine.request(
              ask(
                  "first",
                  (m, call) -> {
                    kept.set(m.take(call));
                    return m.stay();
                  }));
      AtomicBoolean entered = new AtomicBoolean();
      AtomicBoolean go = new AtomicBoolean();
      Request<Object> second =
          machine.request(
              ask(
                  "second",
                  (m, call) -> {
                    m.entering =
                        (n, old, state) -> {
                          entered.set(true);
                          Await.until(go::get);
                          return n.stay();
                        };
                    return m.to("other").reply(kept.get(), "one").reply(call, "two");
                  }));
      Await.until(entered::get);
      List<Object> replies = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Object message = receive();
        first.check(message).or(() -> second.check(message)).ifPresent(replies::add);
      }
      go.set(true);
      assertThat(replies).containsExactly(new Response.Reply<>("one"), new Response.Reply<>("two"));
      machine.stop();
    });
  }

  @Rule(
      value = {"ST5", "ST6", "ST7"},
      otp = {"gen_statem:event_order", "gen_statem:next_events"})
  @Test
  void insertedEventsComeBeforePostponedOnesAndThoseBeforeMessages(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Machine.Deed notInFirst = m -> m.where().equals("first") ? m.stay().postpone() : m.stay();
      machine.cast(event("p1", notInFirst));
      machine.cast(event("p2", notInFirst));
      machine.cast(
          event(
              "change",
              m -> {
                send(self(), "message");
                return m.to("second").insert(event("i1")).insert(event("i2"));
              }));
      assertThat(sinceWithMessage(machine, "second: info message"))
          .containsExactly(
              "first: p1",
              "first: p2",
              "first: change",
              "first > second",
              "second: i1",
              "second: i2",
              "second: p1",
              "second: p2",
              "second: info message");
      machine.stop();
    });
  }

  @Rule(value = "ST7", otp = "gen_statem:event_order")
  @Test
  void aPostponedEventComesAgainAfterEachChangeOnly(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Request<Object> postponed =
          machine.request(
              ask(
                  "p",
                  (m, call) ->
                      m.where().equals("third")
                          ? m.stay().reply(call, "at last")
                          : m.stay().postpone()));
      machine.cast(event("same", m -> m.to("first")));
      machine.cast(event("repeat", Machine::again));
      machine.cast(event("second", m -> m.to("second")));
      machine.cast(event("third", m -> m.to("third")));
      assertThat(postponed.await(Await.LONG)).isEqualTo("at last");
      assertThat(since(machine))
          .containsExactly(
              "first: p",
              "first: same",
              "first: repeat",
              "first > first",
              "first: second",
              "first > second",
              "second: p",
              "second: third",
              "second > third",
              "third: p");
      machine.stop();
    });
  }

  @Rule({"ST8", "ST9"})
  @Test
  void noMessageIsTakenWhileEventsWait(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      AtomicInteger left = new AtomicInteger(100);
      Machine.Do[] next = new Machine.Do[1];
      next[0] =
          event("again", m -> left.decrementAndGet() > 0 ? m.stay().insert(next[0]) : m.stay());
      machine.cast(
          event(
              "begin",
              m -> {
                send(self(), "message");
                return m.stay().insert(next[0]);
              }));
      List<String> all = sinceWithMessage(machine, "first: info message");
      assertThat(all.subList(1, 101)).containsOnly("first: again");
      assertThat(all.getLast()).isEqualTo("first: info message");
      machine.stop();
    });
  }

  @Rule(value = "ST10", otp = "gen_statem:event_order")
  @Test
  void anyEventEndsTheEventTimeout(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      together(machine, event("a", m -> m.stay().timeout(SHORT, event("never"))), event("b"));
      // With no time, it comes only if nothing waits.
      machine.cast(event("c", m -> m.stay().insert(event("d")).timeout(NOW, event("never"))));
      Belay.sleep(SHORT.multipliedBy(4));
      machine.cast(event("e", m -> m.stay().timeout(SHORT, event("nothing came"))));
      Await.until(() -> handledNow(machine).contains("first: nothing came"));
      assertThat(since(machine))
          .containsExactly(
              "first: a", "first: b", "first: c", "first: d", "first: e", "first: nothing came");
      machine.stop();
    });
  }

  /// Waits until it has handled the message that the test sent to it behind the rest.
  private static List<String> sinceWithMessage(ServerRef<Machine.Event> machine, String last) {
    Await.until(() -> handledNow(machine).contains(last));
    return since(machine);
  }

  /// Has it get events one right after the other.
  private static void together(ServerRef<Machine.Event> machine, Machine.Event... events) {
    Sys.suspend(machine);
    for (Machine.Event event : events) {
      machine.cast(event);
    }
    Sys.resume(machine);
  }

  /// Without sending it an event of its own.
  private static List<String> handledNow(ServerRef<Machine.Event> machine) {
    return Sys.inspect(machine, Machine.class, m -> List.copyOf(m.handled));
  }

  @Rule(value = "ST11", otp = "gen_statem:state_timeout")
  @Test
  void aChangeOfStateEndsTheStateTimeout(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      together(
          machine,
          event("a", m -> m.stay().stateTimeout(SHORT, event("never"))),
          event("b", m -> m.to("second").stateTimeout(SHORT, event("in second"))),
          event("c", m -> m.to("second")));
      Await.until(() -> handledNow(machine).contains("second: in second"));
      machine.cast(
          event(
              "d",
              m ->
                  m.stay().stateTimeout(SHORT, event("never")).stateTimeout(SHORT, event("anew"))));
      Await.until(() -> handledNow(machine).contains("second: anew"));
      assertThat(since(machine))
          .containsExactly(
              "first: a",
              "first: b",
              "first > second",
              "second: c",
              "second: in second",
              "second: d",
              "second: anew");
      machine.stop();
    });
  }

  @Rule(
      value = {"ST12", "ST16"},
      otp = "gen_statem:generic_timers")
  @Test
  void timeoutsWithNamesGoOn(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      together(
          machine,
          event(
              "set",
              m ->
                  m.stay()
                      .timeout("one", SHORT, event("old"))
                      .timeout("two", SHORT.multipliedBy(2), event("two"))
                      .timeout("three", SHORT, event("never"))),
          event(
              "change",
              m ->
                  m.to("second")
                      .timeout("one", SHORT.multipliedBy(4), event("one"))
                      .cancelTimeout("three")));
      Await.until(() -> handledNow(machine).contains("second: one"));
      assertThat(since(machine))
          .containsExactly(
              "first: set", "first: change", "first > second", "second: two", "second: one");
      assertThat(info(machine.pid().orElseThrow()).orElseThrow().messageQueueLength()).isZero();
      machine.stop();
    });
  }

  @Rule(value = "ST13", otp = "gen_statem:state_timeout")
  @Test
  void noTimeIsBehindWhatWaitsAndBeforeWhatComes(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(
          event(
              "a",
              m -> {
                send(self(), "message");
                return m.stay()
                    .insert(event("waits"))
                    .stateTimeout(NOW, event("one"))
                    .timeout("name", NOW, event("two"));
              }));
      assertThat(sinceWithMessage(machine, "first: info message"))
          .containsExactly(
              "first: a", "first: waits", "first: one", "first: two", "first: info message");
      machine.stop();
    });
  }

  @Rule({"ST11", "ST14", "ST16"})
  @Test
  void oneWithNoTimeCanBeCancelledToo(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      // Ended by a change of state that comes before it.
      machine.cast(
          event(
              "a",
              m ->
                  m.stay()
                      .stateTimeout(NOW, event("never"))
                      .insert(event("b", n -> n.to("second")))));
      machine.cast(
          event(
              "c",
              m ->
                  m.stay()
                      .timeout("name", NOW, event("never"))
                      .timeout("other", NOW, event("old"))
                      .insert(
                          event(
                              "d",
                              n ->
                                  n.stay()
                                      .cancelTimeout("name")
                                      .updateTimeout("other", event("new"))))));
      machine.cast(
          event("e", m -> m.stay().timeout(NOW, event("one")).stateTimeout(NOW, event("two"))));
      assertThat(since(machine))
          .containsExactly(
              "first: a",
              "first: b",
              "first > second",
              "second: c",
              "second: d",
              "second: new",
              "second: e",
              "second: one",
              "second: two");
      machine.stop();
    });
  }

  @Rule({"ST4", "ST21"})
  @Test
  void aReplyByTheMethodOfServersCounts(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Object reply =
          machine.call(
              ask(
                  "call",
                  (m, call) -> {
                    m.answer(call, "reply");
                    return m.stay();
                  }));
      assertThat(reply).isEqualTo("reply");
      machine.stop();
    });
  }

  @Rule(
      value = {"ST14", "ST16"},
      otp = "gen_statem:timeout_cancel_and_update")
  @Test
  void aTimeoutCanBeCancelledAndChanged(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      together(
          machine,
          event(
              "set",
              m ->
                  m.stay()
                      .stateTimeout(SHORT, event("never"))
                      .timeout("name", SHORT, event("old"))),
          event("change", m -> m.stay().cancelStateTimeout().updateTimeout("name", event("new"))));
      Await.until(() -> handledNow(machine).contains("first: new"));
      machine.cast(event("late", m -> m.stay().updateStateTimeout(event("at once"))));
      assertThat(since(machine))
          .containsExactly(
              "first: set", "first: change", "first: new", "first: late", "first: at once");
      machine.stop();
    });
  }

  @Rule(
      value = {"ST18", "ST20"},
      otp = "gen_statem:state_enter")
  @Test
  void aStateMayBeEnteredAgain(Node node) {
    node.run(() -> {
      AtomicInteger times = new AtomicInteger();
      ServerRef<Machine.Event> machine =
          Server.start(() ->
              Machine.with(m -> {
                m.entering = (n, old, state) -> times.incrementAndGet() < 3 ? n.again() : n.stay();
                return m.to("first");
              }));
      machine.cast(event("a", Machine::again));
      assertThat(handled(machine))
          .containsExactly(
              "first > first", "first > first", "first > first", "first: a", "first > first");
      machine.stop();
    });
  }

  @Rule(value = "ST20", otp = "gen_statem:state_enter")
  @Test
  void enteringAgainLeavesTheStateTimeoutAlone(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Duration time = SHORT.multipliedBy(4);
      AtomicReference<Long> set = new AtomicReference<>(0L);
      together(
          machine,
          event(
              "a",
              m -> {
                set.set(System.nanoTime());
                return m.stay().stateTimeout(time, event("comes"));
              }),
          event(
              "b",
              m -> {
                // Of the time most is over; begun anew it would last as long again.
                while (System.nanoTime() - set.get() < time.toNanos() * 3 / 4) {
                  Thread.onSpinWait();
                }
                return m.again();
              }));
      Await.until(() -> handledNow(machine).contains("first: comes"));
      machine.stop();
    });
  }

  @Rule("ST19")
  @Test
  void enteringHasItsLimits(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      List<Machine.Entering> wrong =
          List.of(
              (m, old, state) -> m.to("other"),
              (m, old, state) -> m.stay().postpone(),
              (m, old, state) -> m.stay().insert(event("inserted")));
      for (Machine.Entering entering : wrong) {
        StartException failed =
            catchThrowableOfType(
                StartException.class,
                () ->
                    Server.start(() ->
                        Machine.with(m -> {
                          m.entering = entering;
                          return m.to("first");
                        })));
        assertThat(failed)
            .hasMessageContaining("did not start")
            .cause()
            .hasMessageContaining("ST19");
      }
    });
  }

  @Rule(
      value = {"ST21", "ST22"},
      otp = {"gen_statem:stop_and_reply", "gen_statem:shutdown"})
  @Test
  void whoEndsRepliesAndTellsTheOthersWhy(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Request<Object> postponed =
          machine.request(ask("postponed", (m, call) -> m.stay().postpone()));
      Request<Object> last =
          machine.request(
              ask("last", (m, call) -> m.over(ExitReason.SHUTDOWN).reply(call, "the last")));
      assertThat(last.await(Await.LONG)).isEqualTo("the last");
      assertThat(postponed.poll(Await.LONG))
          .contains(new Response.Failure<>(ExitReason.SHUTDOWN, machine));
    });
  }

  @Rule(value = "ST23", otp = "gen_statem:abnormal1")
  @Test
  void noLateReplyComes(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      AtomicReference<From<Object>> kept = new AtomicReference<>();
      CallException late =
          catchThrowableOfType(
              CallException.class,
              () ->
                  machine.call(
                      ask(
                          "call",
                          (m, call) -> {
                            kept.set(m.take(call));
                            return m.stay();
                          }),
                      SHORT));
      assertThat(late.isTimeout()).isTrue();
      machine.cast(event("reply", m -> m.stay().reply(kept.get(), "late")));
      handled(machine);
      assertThat(receive(NOW)).isEmpty();
      machine.stop();
    });
  }

  @Rule(value = "ST24", otp = "gen_statem:abnormal2")
  @Test
  @SuppressWarnings("NullAway") // the mistake that is looked for
  void aHandlerHasToSaySomething(Node node, Expected expected) {
    expected.crash(NullPointerException.class);
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Ref ref = monitor(machine.pid().orElseThrow());
      machine.cast(event("nothing", m -> null));
      assertThat(Await.down(ref).reason().toString()).contains("return keep() to stay");
    });
  }

  @Rule({"ST26", "ST1"})
  @Test
  void theParentEndsItAndOthersAreMessages(Node node) {
    node.run(() -> {
      AtomicReference<ServerRef<Machine.Event>> machine = new AtomicReference<>();
      Monitored parent =
          spawnMonitor(() -> {
            machine.set(
                Server.startLink(() ->
                    Machine.with(m -> {
                      trapExits(true);
                      return m.to("first");
                    })));
            Await.message("end");
          });
      Await.until(() -> machine.get() != null);
      Belay.exit(machine.get().pid().orElseThrow(), ExitReason.term("other"));
      assertThat(since(machine.get()))
          .singleElement()
          .asString()
          .startsWith("first: info " + Exit.class.getSimpleName());
      Ref ref = monitor(machine.get().pid().orElseThrow());
      send(parent.pid(), "end");
      assertThat(Await.down(ref).reason()).isEqualTo(ExitReason.NORMAL);
    });
  }

  @Rule(
      value = "ST29",
      otp = {"gen_statem:sys1", "gen_statem:get_state"})
  @Test
  void aMachineCanBeSuspended(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Sys.suspend(machine);
      machine.cast(event("waits", m -> m.to("second")));
      assertThat(Sys.<Machine, String>inspect(machine, Machine.class, Machine::where))
          .isEqualTo("first");
      Sys.resume(machine);
      assertThat(since(machine)).containsExactly("first: waits", "first > second");
      machine.stop();
    });
  }

  @Rule(
      value = "ST30",
      otp = {"gen_statem:start1", "gen_statem:stop1"})
  @Test
  void itStartsAndStopsAsServersDo(Node node) {
    node.run(() -> {
      StartOptions named = StartOptions.DEFAULT.name("machine");
      ServerRef<Machine.Event> machine = Server.start(named, Machine::new);
      assertThat(
              catchThrowableOfType(StartException.class, () -> Server.start(named, Machine::new))
                  .alreadyStarted())
          .isEqualTo(machine.pid());
      machine.stop();
      assertThat(whereis("machine")).isEmpty();
      assertThat(
              catchThrowableOfType(
                      StartException.class,
                      () ->
                          Server.start(named, () -> Machine.with(m -> m.over(ExitReason.SHUTDOWN))))
                  .reason())
          .isEqualTo(ExitReason.SHUTDOWN);
    });
  }
}
