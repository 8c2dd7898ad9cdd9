package dev.belay.rules;

import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.trapExits;
import static dev.belay.Belay.whereis;
import static dev.belay.rules.Machine.ask;
import static dev.belay.rules.Machine.event;
import static dev.belay.rules.Machine.handled;
import static dev.belay.rules.Machine.since;
import static dev.belay.rules.Machine.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import dev.belay.otp.ServerEvent;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartException;
import dev.belay.otp.StartOptions;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.otp.Sys;
import dev.belay.testkit.BelayTest;
import dev.belay.testkit.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// State machines: section ST.
@BothStyles
@BelayTest
class StateMachineRulesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(5);

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

  @Rule("ST24")
  @Test
  void aCallHasToGetAnAnswer(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      assertThatThrownBy(() -> machine.callForever(ask("forgotten", (m, call) -> m.stay())))
          .isInstanceOf(CallException.class)
          .cause()
          .hasMessageContaining("returned without an answer");
    });
  }

  /// Also when it is given while the next state is entered.
  @Rule({"ST4", "ST19"})
  @Test
  void aReplyOfEnteringCounts(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      AtomicReference<Machine.Ask> asked = new AtomicReference<>();
      Machine.Question question =
          (m, call) -> {
            asked.set(call);
            return m.to(call.name());
          };
      Machine.tell(
          machine,
          m ->
              m.entering =
                  (n, old, state) -> {
                    if (state.equals("by method")) {
                      n.answer(asked.get(), "one");
                      return n.stay();
                    }
                    return n.stay().reply(asked.get(), "two");
                  });
      assertThat(machine.call(ask("by method", question))).isEqualTo("one");
      assertThat(machine.call(ask("by step", question))).isEqualTo("two");
      machine.stop();
    });
  }

  @Rule({"ST4", "ST21"})
  @Test
  void oneReplyIsSentOnce(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      Sys.trace(machine, self());
      machine.call(
          ask(
              "postponed",
              (m, call) -> {
                if (m.where().equals("second")) {
                  return m.stay();
                }
                m.answer(call, "reply");
                return m.stay().postpone();
              }));
      machine.cast(event("change", m -> m.to("second")));
      machine.call(
          ask(
              "last",
              (m, call) -> {
                m.answer(call, "reply");
                return m.over(ExitReason.SHUTDOWN);
              }));
      List<ServerEvent.Kind> kinds = new ArrayList<>();
      while (!kinds.contains(ServerEvent.Kind.END)) {
        kinds.add(receive(ServerEvent.class, Await.LONG).orElseThrow().kind());
      }
      Await.until(() -> machine.pid().filter(Belay::isAlive).isEmpty());
      receive(ServerEvent.class, NOW).map(ServerEvent::kind).ifPresent(kinds::add);
      assertThat(kinds)
          .containsExactly(
              ServerEvent.Kind.CALL,
              ServerEvent.Kind.REPLY,
              ServerEvent.Kind.CAST,
              ServerEvent.Kind.STATE,
              ServerEvent.Kind.CALL,
              ServerEvent.Kind.REPLY,
              ServerEvent.Kind.END);
    });
  }

  /// What servers have instead of events.
  @Rule("ST1")
  @Test
  void itGoesOnWithEventsOnly(Node node, Expected expected) {
    expected.crash(IllegalStateException.class);
    node.run(() -> {
      Machine.Deed goesOn =
          m -> {
            m.goOn();
            return m.to("first");
          };
      Machine.Deed waits =
          m -> {
            m.waitFor(NOW);
            return m.to("first");
          };
      for (Machine.Deed wrong : List.of(goesOn, waits)) {
        ServerRef<Machine.Event> machine = start();
        Ref ref = monitor(machine.pid().orElseThrow());
        machine.cast(event("wrong", wrong));
        assertThat(Await.down(ref).reason().toString()).contains("of its step");
        ServerRef<Machine.Event> other = Server.start(() -> Machine.with(wrong));
        Ref end = monitor(other.pid().orElseThrow());
        assertThat(Await.down(end).reason()).isNotEqualTo(ExitReason.NORMAL);
      }
    });
  }

  /// One whose class does not say what its events are.
  private static final class Generic<E> extends StateMachine<String, E> {
    Generic(Class<E> protocol) {
      super(protocol);
    }

    @Override
    protected Step<String, E> begin() {
      return next("none");
    }

    @Override
    protected Step<String, E> handle(String state, E event) {
      return next(String.valueOf(event));
    }

    @Override
    protected Step<String, E> handleInfo(String state, Object message) {
      return next("info " + message);
    }
  }

  @Rule("ST1")
  @Test
  void aGenericOneIsToldWhatItsEventsAre(Node node) {
    node.run(() -> {
      ServerRef<Integer> machine = Server.start(() -> new Generic<>(Integer.class));
      machine.cast(1);
      assertThat(Sys.status(machine).state()).isEqualTo("1");
      send(machine.pid().orElseThrow(), "word");
      assertThat(Sys.status(machine).state()).isEqualTo("info word");
      machine.stop();
    });
  }

  @Rule(value = "ST29", otp = "gen_statem:replace_state")
  @Test
  void itsStateCanBeReplaced(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(event("p", m -> m.where().equals("first") ? m.stay().postpone() : m.stay()));
      Sys.replaceState(machine, String.class, state -> state + " and last");
      assertThat(Sys.status(machine).state()).isEqualTo("first and last");
      assertThatThrownBy(() ->
              Sys.replaceState(
                  machine,
                  String.class,
                  state -> {
                    throw new ArithmeticException("no");
                  }))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("ArithmeticException");
      assertThatThrownBy(() -> Sys.replaceState(machine, Integer.class, state -> state + 1))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("ClassCastException");
      // It has not changed by itself: nothing was entered, and what was postponed waits.
      machine.cast(event("change", m -> m.to("other")));
      assertThat(since(machine))
          .containsExactly(
              "first: p", "first and last: change", "first and last > other", "other: p");
      machine.stop();
    });
  }
}
