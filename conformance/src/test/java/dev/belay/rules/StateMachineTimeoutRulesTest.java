package dev.belay.rules;

import static dev.belay.Belay.info;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.rules.Machine.event;
import static dev.belay.rules.Machine.handledNow;
import static dev.belay.rules.Machine.since;
import static dev.belay.rules.Machine.sinceWithMessage;
import static dev.belay.rules.Machine.start;
import static dev.belay.rules.Machine.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Belay;
import dev.belay.Node;
import dev.belay.NodeOptions;
import dev.belay.otp.ServerRef;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The timeouts of state machines: ST10 to ST16.
@BothStyles
@BelayTest
class StateMachineTimeoutRulesTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SHORT = Duration.ofMillis(5);

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

  /// Its message waits already when the timeout is cancelled, set anew, or over with its state.
  @Rule(
      value = {"ST10", "ST11", "ST16"},
      otp = "gen_statem:timeout_cancel_and_update")
  @Test
  void whatHasArrivedOfAnOldTimeoutDoesNotCome(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      AtomicBoolean arrived = new AtomicBoolean();
      together(
          machine,
          event(
              "set",
              m ->
                  m.stay()
                      .timeout(SHORT, event("never"))
                      .stateTimeout(SHORT, event("never"))
                      .timeout("cancelled", SHORT, event("never"))
                      .timeout("anew", SHORT, event("never"))
                      .timeout("at once", SHORT, event("never"))
                      .timeout("changed", SHORT, event("old"))),
          event(
              "change",
              m -> {
                // Nobody else sends it anything meanwhile; the event timeout is over by now.
                Await.until(() -> info(self()).orElseThrow().messageQueueLength() >= 5);
                arrived.set(true);
                return m.to("second")
                    .cancelTimeout("cancelled")
                    .timeout("anew", SHORT, event("anew"))
                    .timeout("at once", NOW, event("at once"))
                    .updateTimeout("changed", event("changed"));
              }));
      Await.until(arrived::get);
      Await.until(() -> handledNow(machine).contains("second: anew"));
      assertThat(since(machine))
          .containsExactly(
              "first: set",
              "first: change",
              "first > second",
              "second: at once",
              "second: changed",
              "second: anew");
      assertThat(info(machine.pid().orElseThrow()).orElseThrow().messageQueueLength()).isZero();
      machine.stop();
    });
  }

  /// The name goes to nobody, and may be what no message may be.
  @Rule("ST12")
  @Test
  void aNameMayBeAnyObjectInDevelopmentMode() {
    NodeOptions strict = NodeOptions.DEFAULT.name("strict").daemon(true).developmentMode(true);
    try (Node other = Node.start(strict)) {
      other.run(() -> {
        ServerRef<Machine.Event> machine = start();
        Machine.Do named = event("named");
        Machine.tell(machine, m -> m.first = n -> n.stay().timeout(new int[1], SHORT, named));
        machine.cast(event("set", m -> m.first.on(m)));
        Await.until(() -> handledNow(machine).contains("first: named"));
        machine.stop();
      });
    }
  }
}
