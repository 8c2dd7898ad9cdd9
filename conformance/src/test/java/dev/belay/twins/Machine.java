package dev.belay.twins;

import static dev.belay.Belay.self;

import dev.belay.ExitReason;
import dev.belay.otp.Call;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;
import dev.belay.otp.Sys;
import java.util.List;
import java.util.Locale;

/// A state machine that does what it is told, and says what comes; the twin of `machine.erl`. Its
/// states are texts.
final class Machine extends StateMachine<String, Machine.Event> {
  /// What it can be told.
  sealed interface Event {
    String name();
  }

  record Do(String name, Deed deed) implements Event {}

  record Ask(String name, Question question) implements Event, Call<Event, Object> {}

  @FunctionalInterface
  interface Deed {
    Step<String, Event> on(Machine machine) throws Exception;
  }

  @FunctionalInterface
  interface Question {
    Step<String, Event> on(Machine machine, Ask call) throws Exception;
  }

  @FunctionalInterface
  interface Entering {
    Step<String, Event> on(Machine machine, String old, String state) throws Exception;
  }

  @FunctionalInterface
  interface Will {
    void on(ExitReason reason, String state) throws Exception;
  }

  private final Trace trace;
  private final Deed first;
  Entering entering = (machine, old, state) -> machine.stay();
  Will will = (reason, state) -> {};

  /// Whatever it is told to keep.
  Object kept = "nothing";

  Machine(Trace trace, Deed first) {
    this.trace = trace;
    this.first = first;
  }

  static ServerRef<Event> start(Trace trace, Deed first) {
    return Server.start(() -> new Machine(trace, first));
  }

  /// Starts one with this state.
  static ServerRef<Event> start(Trace trace, String state) {
    return start(trace, machine -> machine.to(state));
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

  /// A question that is answered at once.
  static Ask ask(String name) {
    return new Ask(name, (machine, call) -> machine.stay().reply(call, name));
  }

  /// Has it get events one right after the other.
  static void together(ServerRef<Event> machine, Event... events) {
    Sys.suspend(machine);
    List.of(events).forEach(machine::cast);
    Sys.resume(machine);
  }

  @Override
  protected Step<String, Event> begin() throws Exception {
    trace.as("machine", self());
    return first.on(this);
  }

  @Override
  protected Step<String, Event> handle(String state, Event event) throws Exception {
    trace.say(state, eventKind().name().toLowerCase(Locale.ROOT), event.name());
    return switch (event) {
      case Do(String name, Deed deed) -> deed.on(this);
      case Ask ask -> ask.question().on(this, ask);
    };
  }

  @Override
  protected Step<String, Event> enter(String old, String state) throws Exception {
    trace.say(old, "enters", state);
    return entering.on(this, old, state);
  }

  @Override
  protected Step<String, Event> handleInfo(String state, Object message) {
    trace.say(state, "info", message);
    return stay();
  }

  @Override
  protected void cleanUp(ExitReason reason) throws Exception {
    will.on(reason, state());
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

  Step<String, Event> over(ExitReason reason) {
    return end(reason);
  }

  From<Object> take(Ask call) {
    return from(call);
  }

  String where() {
    return state();
  }

  static RuntimeException unneeded() {
    return ignore();
  }
}
