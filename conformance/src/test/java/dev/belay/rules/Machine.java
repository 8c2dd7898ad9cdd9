package dev.belay.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.otp.Call;
import dev.belay.otp.EventKind;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.otp.Sys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// A state machine that does what it is told, and keeps what has happened to it. Its states are
/// texts.
final class Machine extends StateMachine<String, Machine.Event> {
  /// What it can be told.
  sealed interface Event {
    String name();
  }

  /// Says what is next.
  interface Deed {
    Step<String, Event> on(Machine machine) throws Exception;
  }

  record Do(String name, Deed deed) implements Event {}

  record Ask(String name, Question question) implements Event, Call<Event, Object> {}

  /// Says what is next, and may answer.
  interface Question {
    Step<String, Event> on(Machine machine, Ask call) throws Exception;
  }

  interface Entering {
    Step<String, Event> on(Machine machine, String old, String state) throws Exception;
  }

  /// State and event of everything that was handled, in order: `state: event`, and `old > state`
  /// for each that was entered.
  final List<String> handled = Collections.synchronizedList(new ArrayList<>());

  /// How the events came.
  final List<EventKind> kinds = Collections.synchronizedList(new ArrayList<>());

  Deed first = machine -> machine.to("first");
  Entering entering = (machine, old, state) -> machine.stay();

  static Machine with(Deed first) {
    Machine machine = new Machine();
    machine.first = first;
    return machine;
  }

  static Do event(String name, Deed deed) {
    return new Do(name, deed);
  }

  /// An event after which it stays.
  static Do event(String name) {
    return new Do(name, Machine::stay);
  }

  static Ask ask(String name, Question question) {
    return new Ask(name, question);
  }

  static ServerRef<Event> start() {
    return Server.start(Machine::new);
  }

  /// Does something to it, which is no event.
  static void tell(ServerRef<Event> machine, Consumer<Machine> what) {
    Sys.change(machine, Machine.class, what);
  }

  /// Has it get events one right after the other.
  static void together(ServerRef<Event> machine, Event... events) {
    Sys.suspend(machine);
    for (Event event : events) {
      machine.cast(event);
    }
    Sys.resume(machine);
  }

  /// Returns what was handled since the beginning, without that.
  static List<String> since(ServerRef<Event> machine) {
    List<String> all = handled(machine);
    assertThat(all.removeFirst()).isEqualTo("first > first");
    return all;
  }

  /// Waits until it has handled the message that the test sent to it behind the rest.
  static List<String> sinceWithMessage(ServerRef<Event> machine, String last) {
    Await.until(() -> handledNow(machine).contains(last));
    return since(machine);
  }

  /// Returns what was handled, without sending it an event.
  static List<String> handledNow(ServerRef<Event> machine) {
    return Sys.inspect(machine, Machine.class, m -> List.copyOf(m.handled));
  }

  /// Waits until it has handled all that came before, and returns what that was.
  static List<String> handled(ServerRef<Event> machine) {
    List<String> handled = new ArrayList<>();
    machine.call(
        new Ask(
            "look",
            (m, call) -> {
              handled.addAll(m.handled);
              handled.removeLast();
              return m.stay().reply(call, "seen");
            }));
    return handled;
  }

  @Override
  protected Step<String, Event> begin() throws Exception {
    return first.on(this);
  }

  @Override
  protected Step<String, Event> handle(String state, Event event) throws Exception {
    handled.add(state + ": " + event.name());
    kinds.add(eventKind());
    return switch (event) {
      case Do(String name, Deed deed) -> deed.on(this);
      case Ask ask -> ask.question().on(this, ask);
    };
  }

  @Override
  protected Step<String, Event> enter(String old, String state) throws Exception {
    handled.add(old + " > " + state);
    return entering.on(this, old, state);
  }

  @Override
  protected Step<String, Event> handleInfo(String state, Object message) {
    handled.add(state + ": info " + message);
    kinds.add(eventKind());
    return stay();
  }

  Step<String, Event> stay() {
    return keep();
  }

  Step<String, Event> to(String state) {
    return next(state);
  }

  Step<String, Event> again() {
    return repeat();
  }

  Step<String, Event> over(dev.belay.ExitReason reason) {
    return end(reason);
  }

  From<Object> take(Ask call) {
    return from(call);
  }

  void answer(Ask call, Object value) {
    reply(call, value);
  }

  void goOn() {
    continueWith("something");
  }

  void waitFor(Duration time) {
    timeoutAfter(time);
  }

  String where() {
    return state();
  }

  /// Longer than a test takes.
  static Duration never() {
    return Duration.ofHours(1);
  }
}
