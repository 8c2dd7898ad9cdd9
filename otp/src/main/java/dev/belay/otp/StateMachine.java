package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.ExitReason;
import dev.belay.Sendable;
import dev.belay.TimerRef;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A server whose answer to a message depends on the state that it is in: Erlang's `gen_statem`.
///
/// The states are values, best the records of a sealed interface; what all states share is in the
/// fields of the class. Each event is handled by [#handle], which says what is next: a [Step].
///
/// ```java
/// final class Door extends StateMachine<Door.State, Door.Event> {
///   sealed interface State {}
///   record Locked(int tries) implements State {}
///   record Open() implements State {}
///
///   sealed interface Event {}
///   record Code(int digits) implements Event, Call<Event, Boolean> {}
///   record Close() implements Event {}
///
///   @Override
///   protected Step<State, Event> begin() {
///     return next(new Locked(0));
///   }
///
///   @Override
///   protected Step<State, Event> handle(State state, Event event) {
///     return switch (state) {
///       case Locked(int tries) ->
///           switch (event) {
///             case Code code when code.digits() == 4711 ->
///                 next(new Open())
///                     .reply(code, true)
///                     .stateTimeout(Duration.ofSeconds(10), new Close());
///             case Code code -> next(new Locked(tries + 1)).reply(code, false);
///             case Close close -> keep();
///           };
///       case Open() ->
///           switch (event) {
///             case Code code -> keep().reply(code, true);
///             case Close close -> next(new Locked(0));
///           };
///     };
///   }
/// }
///
/// ServerRef<Door.Event> door = Server.start(Door::new);
/// ```
///
/// It is started, called, stopped and looked at as a [Server], and ends as one. The state changes
/// if the next one is not equal to it (ST3). The order of all that follows an event: the replies
/// are sent; the new state is entered ([#enter]); a postponed event goes to the others; on a change
/// of state all that were postponed are put in front, the oldest first, and before them what was
/// inserted; the timeouts are started; and the next event is taken (ST5), from the mailbox only if
/// none waits (ST9).
///
/// | timeout | is cancelled by itself |
/// | --- | --- |
/// | [Step#stateTimeout] | when the state changes |
/// | [Step#timeout(Duration, Object)] | when any event comes |
/// | [Step#timeout(Object, Duration, Object)], with a name | never |
///
/// There is no timeout unless a step starts it.
///
/// **Its end** is that of a [Server], with the same reasons: by [#end], by what [#handle] throws,
/// by an exit signal. Calls that are postponed then fail with the reason (ST22).
///
/// **When not to use it.** If all messages are handled in the same way in all states, a [Server] is
/// simpler.
///
/// @param <S> the states
/// @param <E> the events: its protocol
public abstract class StateMachine<S, E> extends Server<E> {
  /*
   * All is the process's own. `queue` has what comes before the mailbox; it is empty whenever a message is taken. A timer sends
   * Expired with the number of its start, so that one that was cancelled when it had fired already is told from a new one (ST16).
   */
  private static final String BEGUN = "begun";

  private record Event(EventKind kind, Object content, @Nullable From<?> from) {}

  /// To itself, so that nobody shares the name.
  private record Expired(@Sendable Object name, long number) implements Inner {}

  private static final class Running<E> {
    final long number;
    final TimerRef timer;
    E event;

    Running(long number, TimerRef timer, E event) {
      this.number = number;
      this.timer = timer;
      this.event = event;
    }
  }

  private @Nullable S state;
  private @Nullable Event current;
  private final Deque<Event> queue = new ArrayDeque<>(4);
  private final List<Event> postponed = new ArrayList<>(0);
  private final Map<Object, Running<E>> timeouts = new HashMap<>(4);

  /// Timeouts with no time, in the order in which they were set: they come when nothing is queued.
  private final Map<Object, E> due = new LinkedHashMap<>(4);

  private long starts;

  /// Makes the machine; in its own process.
  ///
  /// The class of its protocol is the type argument that the subclass gives for the events. A
  /// subclass that is generic itself may not have one; then there is [#StateMachine(Class)].
  protected StateMachine() {}

  /// Makes the machine, and says what its protocol is, if that cannot be seen from its class.
  ///
  /// @param protocol the class of the events
  protected StateMachine(Class<E> protocol) {
    super(protocol);
  }

  // what the user writes

  /// Begins: says what is the first state, with actions if need be.
  ///
  /// @return [#next] with the first state
  /// @throws Exception anything: the machine is not started, and its starter is told
  protected abstract Step<S, E> begin() throws Exception;

  /// Handles an event: a message of the protocol, what was inserted, or a timeout. [#eventKind]
  /// says which. A [Call] that has come as a message is answered, by the step or by that of
  /// entering the next state, or postponed, or its [From] is taken to answer it later; otherwise
  /// nobody could answer it any more, and the machine ends with an exception that says so.
  ///
  /// @param state the state
  /// @param event the event
  /// @return what is next
  /// @throws Exception anything: the machine ends with it
  protected abstract Step<S, E> handle(S state, E event) throws Exception;

  /// Enters a state: called when it has changed, at the beginning, and after [#repeat] (ST18). What
  /// is returned may have actions, but not change the state, postpone or insert (ST19).
  ///
  /// @param old the state before, also when this is called again because it returned [#repeat]; at
  ///   the beginning, the first one
  /// @param state the state
  /// @return [#keep], [#repeat] or [#end], with actions
  /// @throws Exception anything: the machine ends with it
  protected Step<S, E> enter(S old, S state) throws Exception {
    return keep();
  }

  /// Handles a message that is not of the protocol. Without this such messages are logged, and
  /// dropped.
  ///
  /// @param state the state
  /// @param message the message
  /// @return what is next
  /// @throws Exception anything: the machine ends with it
  protected Step<S, E> handleInfo(S state, Object message) throws Exception {
    super.handleInfo(message);
    return keep();
  }

  /// Describes the state for people, as [Server#describeState]; by default, the `toString` of the
  /// state that it is in.
  @Override
  protected String describeState() {
    return String.valueOf(state);
  }

  // what the user calls

  /// Stays in this state, which is not entered again.
  ///
  /// @return a step
  protected final Step<S, E> keep() {
    return new Step<>(Step.Kind.KEEP, null, null);
  }

  /// Goes to a state; to this one if it is equal.
  ///
  /// @param state the state
  /// @return a step
  protected final Step<S, E> next(S state) {
    return new Step<>(Step.Kind.NEXT, Objects.requireNonNull(state, "state"), null);
  }

  /// Stays in this state, and enters it again (ST20).
  ///
  /// @return a step
  protected final Step<S, E> repeat() {
    return new Step<>(Step.Kind.REPEAT, null, null);
  }

  /// Ends the machine: replies of the step are sent, [#cleanUp] is called, and the process ends
  /// (ST21). Calls that wait or were postponed are told the reason (ST22).
  ///
  /// @param reason why
  /// @return a step
  protected final Step<S, E> end(ExitReason reason) {
    return new Step<>(Step.Kind.END, null, Objects.requireNonNull(reason, "reason"));
  }

  /// Returns how the event came that is being handled.
  ///
  /// @return the kind
  /// @throws IllegalStateException if none is being handled
  protected final EventKind eventKind() {
    Event event = current;
    if (event == null) {
      throw new IllegalStateException("no event is being handled");
    }
    return event.kind;
  }

  /// Returns the state.
  ///
  /// @return the state
  protected final S state() {
    return Objects.requireNonNull(state, "the machine has not begun");
  }

  // the engine

  /// Begins; what a machine does first it says in [#begin].
  @Override
  protected final void init() throws Exception {
    Step<S, E> first = checked(begin(), "begin");
    if (first.kind == Step.Kind.END) {
      stop(Objects.requireNonNull(first.reason));
      return;
    }
    if (first.state == null) {
      throw new IllegalStateException(
          "begin() of " + getClass().getName() + " has to return next(…) with the first state");
    }
    state = first.state;
    first.sendReplies(null, null);
    follow(first, state, true, null);
    if (!isStopping() && !(queue.isEmpty() && due.isEmpty())) {
      // What was inserted comes when the starter goes on.
      continueWith(BEGUN);
    }
  }

  /// Handles what was inserted in the beginning. A machine goes on with an event, by [Step#insert],
  /// and not by [#continueWith].
  @Override
  protected final void handleContinue(Object what) throws Exception {
    if (what != BEGUN) {
      throw new IllegalStateException(
          "continueWith("
              + Text.of(what)
              + "): a state machine goes on with an event; use insert(event) of its step");
    }
    work();
  }

  /// Not for machines: they have the timeouts of [Step], and [#timeoutAfter] is an error.
  @Override
  protected final void handleTimeout() {
    throw new IllegalStateException(
        "timeoutAfter(…): a state machine has timeouts that are events; use timeout(time, event) of"
            + " its step");
  }

  /// Handles a message of the protocol; a machine's own handler is [#handle(Object, Object)].
  @Override
  protected final void handleMessage(E message) throws Exception {
    From<?> from = takeServing();
    queue.add(new Event(from == null ? EventKind.CAST : EventKind.CALL, message, from));
    work();
  }

  /// Handles any other message; a machine's own handler is [#handleInfo(Object, Object)].
  @Override
  protected final void handleInfo(Object message) throws Exception {
    if (message instanceof Expired(Object name, long number)) {
      Running<E> running = timeouts.get(name);
      if (running == null || running.number != number) {
        return;
      }
      timeouts.remove(name);
      queue.add(new Event(kindOf(name), Objects.requireNonNull(running.event), null));
    } else {
      queue.add(new Event(EventKind.INFO, message, null));
    }
    work();
  }

  private static EventKind kindOf(Object name) {
    return name == Step.Unnamed.EVENT
        ? EventKind.TIMEOUT
        : name == Step.Unnamed.STATE ? EventKind.STATE_TIMEOUT : EventKind.NAMED_TIMEOUT;
  }

  /// Handles all events that wait.
  private void work() throws Exception {
    while (!isStopping()) {
      Event event = next();
      if (event == null) {
        return;
      }
      current = event;
      serving(event.from);
      noteTaken(event);
      // Whatever comes, it was not nothing (ST10).
      cancel(Step.Unnamed.EVENT);
      S old = state();
      Step<S, E> step;
      if (event.kind == EventKind.INFO) {
        step = checked(handleInfo(old, event.content), "handleInfo");
      } else {
        @SuppressWarnings("unchecked") // only what was looked at or is of this type is put there
        E content = (E) event.content;
        step = checked(handle(old, content), "handle");
      }
      sendKept(event.from);
      step.sendReplies(event.from, tracing());
      if (step.kind == Step.Kind.END) {
        stop(Objects.requireNonNull(step.reason));
        leave(event.from);
        return;
      }
      boolean changed = step.state != null && !step.state.equals(old);
      if (step.state != null) {
        state = step.state;
      }
      Tracing tracing = tracing();
      if (tracing != null && changed) {
        tracing.note(ServerEvent.Kind.STATE, null, state);
      }
      follow(step, old, changed, event);
      if (isStopping()) {
        leave(event.from);
        return;
      }
      mustHaveAnswer(old, step, event);
      serving(null);
      current = null;
    }
  }

  /// The machine ends. The last event is what a report tells of, with who still waits for it.
  private void leave(@Nullable From<?> from) {
    if (from != null && from.stage == From.ANSWERED) {
      serving(null);
    }
  }

  /// Sends the reply that was given by [#reply], if that was not done yet.
  private void sendKept(@Nullable From<?> from) {
    if (from != null && from.hasReply() && from.stage != From.ANSWERED) {
      replyKept(from);
    }
  }

  /// Nobody else has the right to answer a call, so that its caller would wait in vain.
  private void mustHaveAnswer(S old, Step<S, E> step, Event event) {
    From<?> from = event.from;
    if (from != null && from.stage == From.OPEN && !step.postponed) {
      throw new IllegalStateException(
          "handle("
              + Text.of(old)
              + ", "
              + Text.of(event.content)
              + ") has returned without an answer to this call: give the step reply(request, …) or"
              + " postpone(), or take from(request) to answer later");
    }
  }

  /// Tells who looks on of an event that did not come as a message.
  private void noteTaken(Event event) {
    Tracing tracing = tracing();
    if (tracing != null) {
      switch (event.kind) {
        case TIMEOUT, STATE_TIMEOUT, NAMED_TIMEOUT ->
            tracing.note(ServerEvent.Kind.TIMEOUT, null, event.content);
        case INSERTED -> tracing.note(ServerEvent.Kind.INSERTED, null, event.content);
        case CALL, CAST, INFO -> {
          // They were told when they came.
        }
      }
    }
  }

  @Override
  final Object handling(Object message) {
    Event event = current;
    return event == null ? message : event.content;
  }

  private @Nullable Event next() {
    Event queued = queue.poll();
    if (queued != null || due.isEmpty()) {
      return queued;
    }
    Map.Entry<Object, E> first = due.entrySet().iterator().next();
    due.remove(first.getKey());
    return new Event(kindOf(first.getKey()), Objects.requireNonNull(first.getValue()), null);
  }

  /// Does what follows when the state is known (ST5).
  private void follow(Step<S, E> step, S old, boolean changed, @Nullable Event event)
      throws Exception {
    List<Step.Timing<E>> timings = new ArrayList<>(step.timings);
    if (changed || step.kind == Step.Kind.REPEAT) {
      enterUntilItStays(changed ? old : state(), timings, event);
    }
    if (isStopping()) {
      return;
    }
    if (step.postponed && event != null) {
      postponed.add(event);
    }
    if (changed) {
      for (Event again : postponed.reversed()) {
        queue.addFirst(again);
      }
      postponed.clear();
      if (event != null) {
        cancel(Step.Unnamed.STATE);
      }
    }
    for (E inserted : step.inserted.reversed()) {
      queue.addFirst(new Event(EventKind.INSERTED, inserted, null));
    }
    for (Step.Timing<E> timing : lastOfEach(timings)) {
      apply(timing);
    }
  }

  private void enterUntilItStays(S from, List<Step.Timing<E>> timings, @Nullable Event event)
      throws Exception {
    boolean again = true;
    while (again) {
      Step<S, E> entered = checked(enter(from, state()), "enter");
      String wrong = entered.wrongForEntering();
      if (wrong != null) {
        throw new IllegalStateException(
            "enter() of " + getClass().getName() + " must not " + wrong + " (ST19)");
      }
      From<?> caller = event == null ? null : event.from;
      sendKept(caller);
      entered.sendReplies(caller, tracing());
      if (entered.kind == Step.Kind.END) {
        stop(Objects.requireNonNull(entered.reason));
        return;
      }
      timings.addAll(entered.timings);
      again = entered.kind == Step.Kind.REPEAT;
    }
  }

  private static <E> List<Step.Timing<E>> lastOfEach(List<Step.Timing<E>> timings) {
    if (timings.size() < 2) {
      return timings;
    }
    Map<Object, Step.Timing<E>> last = new LinkedHashMap<>();
    for (Step.Timing<E> timing : timings) {
      last.remove(timing.name());
      last.put(timing.name(), timing);
    }
    return List.copyOf(last.values());
  }

  private void apply(Step.Timing<E> timing) {
    Object name = timing.name();
    Duration time = timing.time();
    E event = timing.event();
    if (event == null) {
      cancel(name);
    } else if (time == null) {
      Running<E> running = timeouts.get(name);
      if (running == null) {
        due.put(name, event);
      } else {
        running.event = event;
      }
    } else {
      cancel(name);
      if (time.isZero()) {
        // No timer: behind what waits, before what was not received yet (ST13).
        due.put(name, event);
      } else {
        long number = ++starts;
        TimerRef timer = Belay.sendAfter(time, Belay.self(), new Expired(name, number));
        timeouts.put(name, new Running<>(number, timer, event));
      }
    }
  }

  /// Puts a state in place of the one that it is in, which is not entered and has nothing happen
  /// that was postponed: for those who look on (ST29).
  final <T> void replaceState(Class<T> type, UnaryOperator<T> change) {
    T replaced = Objects.requireNonNull(change.apply(type.cast(state())), "the state");
    @SuppressWarnings("unchecked") // whoever looks on knows the type of the states
    S next = (S) replaced;
    Tracing tracing = tracing();
    if (tracing != null && !next.equals(state)) {
      tracing.note(ServerEvent.Kind.STATE, null, next);
    }
    state = next;
  }

  private void cancel(Object name) {
    due.remove(name);
    Running<E> running = timeouts.remove(name);
    if (running != null) {
      Belay.cancelTimer(running.timer);
    }
  }

  private Step<S, E> checked(@Nullable Step<S, E> step, String method) {
    if (step == null) {
      throw new NullPointerException(
          method + "() of " + getClass().getName() + " returned null; return keep() to stay");
    }
    return step;
  }
}
