package dev.belay.rules;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.rules.Machine.ask;
import static dev.belay.rules.Machine.event;
import static dev.belay.rules.Machine.since;
import static dev.belay.rules.Machine.sinceWithMessage;
import static dev.belay.rules.Machine.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Node;
import dev.belay.otp.From;
import dev.belay.otp.Request;
import dev.belay.otp.Response;
import dev.belay.otp.ServerRef;
import dev.belay.testkit.BelayTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// In what order state machines handle events: ST4 to ST9.
@BothStyles
@BelayTest
class StateMachineQueueRulesTest {

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

  /// Each once, in its place, whatever becomes of the state while they are handled again.
  @Rule({"ST5", "ST7"})
  @Test
  void postponedEventsAreNeitherLostNorDoubled(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(event("a", m -> m.where().equals("third") ? m.stay() : m.stay().postpone()));
      machine.cast(event("b", m -> m.where().equals("first") ? m.stay().postpone() : m.stay()));
      // Handled again it changes the state, while the next one still waits to be handled again.
      machine.cast(
          event("c", m -> m.where().equals("first") ? m.stay().postpone() : m.to("third")));
      machine.cast(event("d", m -> m.where().equals("first") ? m.stay().postpone() : m.stay()));
      machine.cast(event("go", m -> m.to("second")));
      machine.cast(event("end", m -> m.to("fourth")));
      assertThat(since(machine))
          .containsExactly(
              "first: a",
              "first: b",
              "first: c",
              "first: d",
              "first: go",
              "first > second",
              "second: a",
              "second: b",
              "second: c",
              "second > third",
              "third: a",
              "third: d",
              "third: end",
              "third > fourth");
      machine.stop();
    });
  }

  /// Postponed by the step that changes the state, an event is the last of those that come again.
  @Rule({"ST5", "ST7"})
  @Test
  void anEventMayBePostponedWithTheChange(Node node) {
    node.run(() -> {
      ServerRef<Machine.Event> machine = start();
      machine.cast(event("a", m -> m.where().equals("first") ? m.stay().postpone() : m.stay()));
      Request<Object> asked =
          machine.request(
              ask(
                  "b",
                  (m, call) ->
                      m.where().equals("first")
                          ? m.to("second").postpone().insert(event("i"))
                          : m.stay().reply(call, "answer")));
      assertThat(asked.await(Await.LONG)).isEqualTo("answer");
      assertThat(since(machine))
          .containsExactly(
              "first: a", "first: b", "first > second", "second: i", "second: a", "second: b");
      machine.stop();
    });
  }
}
