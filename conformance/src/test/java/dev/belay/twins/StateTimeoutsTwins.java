package dev.belay.twins;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.twins.Machine.ask;
import static dev.belay.twins.Machine.event;
import static dev.belay.twins.Machine.start;
import static dev.belay.twins.Machine.together;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;

import dev.belay.Pid;
import dev.belay.otp.ServerRef;
import dev.belay.otp.Step;
import dev.belay.twins.Machine.Do;
import dev.belay.twins.Machine.Event;
import java.time.Duration;
import java.util.function.UnaryOperator;

/// The timeouts of state machines. Times that shall be over soon are some milliseconds. Twins of
/// `twin_state_timeouts.erl`.
final class StateTimeoutsTwins {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = ofMillis(2);
  private static final Duration LATEST = ofMillis(60);
  private static final Duration NEVER = ofHours(1);

  private static Do to(String state, UnaryOperator<Step<String, Event>> actions) {
    return event("to", m -> actions.apply(m.to(state)));
  }

  private static Do to(String state) {
    return to(state, step -> step);
  }

  private static Do keep(UnaryOperator<Step<String, Event>> actions) {
    return event("keep", m -> actions.apply(m.stay()));
  }

  /// The event of a timeout, made by main: tells it.
  private static Do over(String name) {
    Pid main = self();
    return event(
        name,
        m -> {
          send(main, name);
          return m.stay();
        });
  }

  /// Whether a timeout came in a time in which it should have, if it were to.
  private static Object came(String name) {
    return receive(m -> m.equals(name) ? m : null, ofMillis(10)).orElse("nothing");
  }

  @Twin("ST10")
  void eventTimeout(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do timeout = over("timeout");
    m.cast(keep(step -> step.timeout(SOON, timeout)));
    t.say(await("timeout"));
    m.cast(to("b", step -> step.timeout(SOON, timeout)));
    t.say(await("timeout"));
  }

  @Twin("ST10")
  void anyEventEndsTheEventTimeout(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do timeout = over("timeout");
    m.cast(keep(step -> step.timeout(SOON, timeout).insert(event("i"))));
    t.say(came("timeout"));
    m.cast(to("b", step -> step.timeout(SOON, timeout).insert(event("i"))));
    t.say(came("timeout"));
    m.cast(keep(step -> step.timeout(SOON, timeout).timeout("name", NOW, event("other"))));
    t.say(came("timeout"));
    m.cast(keep(step -> step.postpone()));
    m.cast(to("c", step -> step.timeout(SOON, timeout)));
    t.say(came("timeout"));
    m.call(ask("last"));
  }

  @Twin({"ST10", "ST13"})
  void eventTimeoutOfZero(Trace t) {
    ServerRef<Event> m = start(t, "a");
    together(m, keep(step -> step.timeout(NOW, event("timeout"))), event("message"));
    together(
        m, keep(step -> step.timeout(NOW, event("timeout")).insert(event("i"))), event("message"));
    m.call(ask("last"));
  }

  @Twin("ST11")
  void stateTimeout(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do timeout = over("timeout");
    together(m, keep(step -> step.stateTimeout(SOON, timeout).insert(event("i"))), event("other"));
    t.say(await("timeout"));
  }

  @Twin("ST11")
  void stateTimeoutEndsWithTheState(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do timeout = over("timeout");
    Do leave = event("leave", n -> n.to("b"));
    m.cast(keep(step -> step.stateTimeout(SOON, timeout).insert(leave)));
    t.say(came("timeout"));
    m.cast(to("a"));
    t.say(came("timeout"));
    m.call(ask("last"));
  }

  @Twin({"ST3", "ST11"})
  void stateTimeoutForTheNewState(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do old = over("old");
    Do young = over("new");
    Do same = over("same");
    m.cast(keep(step -> step.stateTimeout(NEVER, old)));
    m.cast(to("b", step -> step.stateTimeout(SOON, young)));
    t.say(await("new"));
    m.cast(to("b", step -> step.stateTimeout(SOON, same)));
    t.say(await("same"));
  }

  @Twin({"ST11", "ST16"})
  void stateTimeoutSetAgain(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do first = over("first");
    Do second = over("second");
    Do third = over("third");
    m.cast(keep(step -> step.stateTimeout(NEVER, first)));
    m.cast(keep(step -> step.stateTimeout(SOON, second)));
    t.say(await("second"));
    Do again = event("again", n -> n.stay().stateTimeout(NEVER, event("fourth")));
    m.cast(keep(step -> step.stateTimeout(SOON, third).insert(again)));
    t.say(came("third"));
    m.call(ask("last"));
  }

  @Twin({"ST11", "ST12", "ST20"})
  void keepingAndRepeatingLeaveTimeouts(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do state = over("state");
    Do name = over("name");
    together(
        m,
        keep(step -> step.stateTimeout(SOON, state).timeout("name", LATEST, name)),
        event("repeat", Machine::again),
        to("a"));
    t.say(await("state"), await("name"));
  }

  @Twin("ST12")
  void namedTimeouts(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do x = over("x");
    Do y = over("y");
    Do z = over("z");
    together(
        m,
        keep(step ->
            step.timeout("x", LATEST, x).timeout(tuple("y", 1), SOON, y).timeout("z", NEVER, z)),
        to("b"),
        event("other"));
    t.say(await("y"), await("x"));
  }

  @Twin({"ST12", "ST16"})
  void namedTimeoutSetAgain(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do first = over("first");
    Do second = over("second");
    m.cast(keep(step -> step.timeout("x", NEVER, first)));
    m.cast(to("b", step -> step.timeout("x", SOON, second)));
    t.say(await("second"));
  }

  @Twin({"ST11", "ST14", "ST16"})
  void cancelledTimeouts(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do state = over("state");
    Do x = over("x");
    Do y = over("y");
    Do again = over("again");
    Do cancel =
        event(
            "cancel",
            n ->
                n.stay()
                    .cancelStateTimeout()
                    .cancelTimeout("x")
                    .cancelTimeout("y")
                    .cancelTimeout("z"));
    m.cast(
        keep(step ->
            step.stateTimeout(SOON, state)
                .timeout("x", SOON, x)
                .timeout("y", SOON, y)
                .insert(cancel)));
    t.say(came("any"));
    m.cast(keep(step -> step.timeout("x", SOON, again)));
    t.say(await("again"), drain());
  }

  @Twin("ST14")
  void eventOfATimeoutIsChanged(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do state = over("state");
    Do x = over("x");
    Do change = event("change", n -> n.stay().updateStateTimeout(state).updateTimeout("x", x));
    m.cast(
        keep(step ->
            step.stateTimeout(SOON, event("old"))
                .timeout("x", LATEST, event("old"))
                .insert(change)));
    t.say(await("state"), await("x"));
  }

  @Twin("ST14")
  void changeOfWhatDoesNotRun(Trace t) {
    ServerRef<Event> m = start(t, "a");
    together(
        m,
        keep(step -> step.updateStateTimeout(event("state")).updateTimeout("x", event("x"))),
        event("message"));
    m.call(ask("last"));
  }

  @Twin("ST13")
  void timeoutsOfZeroKeepTheirOrder(Trace t) {
    ServerRef<Event> m = start(t, "a");
    together(
        m,
        keep(step ->
            step.timeout("x", NOW, event("x"))
                .stateTimeout(NOW, event("state"))
                .timeout("y", NOW, event("y"))
                .insert(event("i"))),
        event("message"));
    m.call(ask("last"));
  }

  @Twin("ST4")
  void lastOfOneKindCounts(Trace t) {
    ServerRef<Event> m = start(t, "a");
    m.cast(
        keep(step ->
            step.stateTimeout(NOW, event("first"))
                .timeout("x", NEVER, event("x1"))
                .stateTimeout(NOW, event("second"))
                .timeout("x", NOW, event("x2"))
                .timeout("y", NOW, event("y"))
                .cancelTimeout("y")));
    m.call(ask("last"));
  }

  @Twin({"ST11", "ST12"})
  void timeoutsFromTheBeginning(Trace t) {
    Do state = over("state");
    Do name = over("name");
    start(t, m -> m.to("a").stateTimeout(SOON, state).timeout("x", LATEST, name));
    t.say(await("state"), await("name"));
  }

  @Twin({"ST10", "ST11", "ST18"})
  void timeoutsFromEntering(Trace t) {
    Do timeout = over("event");
    Do state = over("state");
    ServerRef<Event> m =
        start(
            t,
            n -> {
              n.entering =
                  (self, old, now) ->
                      switch (now) {
                        case "b" -> self.stay().stateTimeout(SOON, state);
                        case "c" -> self.stay().timeout(SOON, timeout);
                        default -> self.stay();
                      };
              return n.to("a");
            });
    m.cast(to("b"));
    t.say(await("state"));
    m.cast(to("c"));
    t.say(await("event"));
  }

  /// Sets a timeout, waits in the next event until it is over, and then does this.
  private static void tooLate(ServerRef<Event> m, UnaryOperator<Step<String, Event>> actions) {
    Do x = over("x");
    Do late =
        event(
            "late",
            n -> {
              untilQueued(1);
              return actions.apply(n.stay());
            });
    m.cast(keep(step -> step.timeout("x", ofMillis(1), x).insert(late)));
  }

  @Twin("ST16")
  void cancelledTooLate(Trace t) {
    ServerRef<Event> m = start(t, "a");
    tooLate(m, step -> step.cancelTimeout("x"));
    t.say(came("x"), m.call(ask("last")));
  }

  @Twin("ST16")
  void setAgainTooLate(Trace t) {
    ServerRef<Event> m = start(t, "a");
    Do again = over("again");
    tooLate(m, step -> step.timeout("x", SOON, again));
    t.say(await("again"), came("x"));
  }
}
