package dev.belay.otp;

import dev.belay.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a [StateMachine] does after an event: which state is next, and actions.
///
/// ```java
/// case Locked() when event instanceof Code code ->
///     next(new Open())
///         .reply(code, true)
///         .stateTimeout(Duration.ofSeconds(10), new Close());
/// ```
///
/// It is made anew for each event, by [StateMachine#keep], [StateMachine#next],
/// [StateMachine#repeat] and [StateMachine#end], and changed by the methods here, which return it.
/// Actions are done in the order in which they are given; of several timeouts of one kind the last
/// one counts (ST4). Replies are sent before the state is entered, all else is done after that
/// (ST5).
///
/// @param <S> the states
/// @param <E> the events
public final class Step<S, E> {
  /// The names of the two timeouts that have none.
  enum Unnamed {
    /// The event timeout.
    EVENT,
    /// The state timeout.
    STATE
  }

  enum Kind {
    KEEP,
    NEXT,
    REPEAT,
    END
  }

  /// Something to do about a timeout.
  ///
  /// @param name which
  /// @param time after what time, or null to cancel it, or to leave the time as it is
  /// @param event the event then, or null to cancel it
  record Timing<E>(Object name, @Nullable Duration time, @Nullable E event) {}

  private record Reply<R extends @Nullable Object>(
      @Nullable Call<?, R> request, @Nullable From<R> from, R value) {}

  final Kind kind;
  final @Nullable S state;
  final @Nullable ExitReason reason;
  boolean postponed;
  final List<E> inserted = new ArrayList<>(0);
  final List<Timing<E>> timings = new ArrayList<>(0);
  private final List<Reply<?>> replies = new ArrayList<>(0);

  Step(Kind kind, @Nullable S state, @Nullable ExitReason reason) {
    this.kind = kind;
    this.state = state;
    this.reason = reason;
  }

  /// Answers the call that is being handled.
  ///
  /// @param request the call
  /// @param value the reply
  /// @param <R> its type
  /// @return this step
  public <R extends @Nullable Object> Step<S, E> reply(Call<? super E, R> request, R value) {
    replies.add(new Reply<>(Objects.requireNonNull(request, "request"), null, value));
    return this;
  }

  /// Answers a call that was handled before, whose [From] was taken.
  ///
  /// @param from who waits
  /// @param value the reply
  /// @param <R> its type
  /// @return this step
  public <R extends @Nullable Object> Step<S, E> reply(From<R> from, R value) {
    replies.add(new Reply<>(null, Objects.requireNonNull(from, "from"), value));
    return this;
  }

  /// Handles the event again after the next change of state (ST7).
  ///
  /// @return this step
  public Step<S, E> postpone() {
    postponed = true;
    return this;
  }

  /// Inserts an event, to be handled before all that waits; of several the first one first (ST6).
  ///
  /// @param event the event
  /// @return this step
  public Step<S, E> insert(E event) {
    inserted.add(Objects.requireNonNull(event, "event"));
    return this;
  }

  /// Starts the event timeout: an event that comes if no other one has come before the time is over
  /// (ST10).
  ///
  /// @param time not negative; with [Duration#ZERO] it comes behind the events that wait (ST13)
  /// @param event the event
  /// @return this step
  public Step<S, E> timeout(Duration time, E event) {
    return timing(Unnamed.EVENT, time, event);
  }

  /// Starts the state timeout: an event that comes if the state has not changed before the time is
  /// over (ST11).
  ///
  /// @param time not negative; with [Duration#ZERO] it comes behind the events that wait (ST13)
  /// @param event the event
  /// @return this step
  public Step<S, E> stateTimeout(Duration time, E event) {
    return timing(Unnamed.STATE, time, event);
  }

  /// Starts a timeout with a name, which goes on whatever comes; or starts it anew (ST12).
  ///
  /// @param name any value
  /// @param time not negative; with [Duration#ZERO] it comes behind the events that wait (ST13)
  /// @param event the event
  /// @return this step
  public Step<S, E> timeout(Object name, Duration time, E event) {
    return timing(Objects.requireNonNull(name, "name"), time, event);
  }

  /// Cancels the event timeout, the state timeout or one with a name: nothing of it comes any more
  /// (ST14, ST16).
  ///
  /// @param name the name; to cancel one without, [#cancelTimeout()] and [#cancelStateTimeout()]
  /// @return this step
  public Step<S, E> cancelTimeout(Object name) {
    timings.add(new Timing<>(Objects.requireNonNull(name, "name"), null, null));
    return this;
  }

  /// Cancels the event timeout.
  ///
  /// @return this step
  public Step<S, E> cancelTimeout() {
    return cancelTimeout(Unnamed.EVENT);
  }

  /// Cancels the state timeout.
  ///
  /// @return this step
  public Step<S, E> cancelStateTimeout() {
    return cancelTimeout(Unnamed.STATE);
  }

  /// Changes the event of a timeout with a name, not its time; if it is not running, the event
  /// comes as with no time (ST14).
  ///
  /// @param name the name
  /// @param event the event
  /// @return this step
  public Step<S, E> updateTimeout(Object name, E event) {
    timings.add(
        new Timing<>(
            Objects.requireNonNull(name, "name"), null, Objects.requireNonNull(event, "event")));
    return this;
  }

  /// Changes the event of the state timeout, not its time; if it is not running, the event comes as
  /// with no time.
  ///
  /// @param event the event
  /// @return this step
  public Step<S, E> updateStateTimeout(E event) {
    return updateTimeout(Unnamed.STATE, event);
  }

  private Step<S, E> timing(Object name, Duration time, E event) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a timeout of " + time + ": it cannot be negative");
    }
    timings.add(new Timing<>(name, time, Objects.requireNonNull(event, "event")));
    return this;
  }

  /// Sends the replies.
  ///
  /// @param current the call that is being handled, or null
  /// @param tracing who looks on, or null
  void sendReplies(@Nullable From<?> current, @Nullable Tracing tracing) {
    for (Reply<?> reply : replies) {
      send(reply, current, tracing);
    }
  }

  private static <R extends @Nullable Object> void send(
      Reply<R> reply, @Nullable From<?> current, @Nullable Tracing tracing) {
    From<R> from = reply.from;
    if (from == null) {
      if (current == null || current.request != reply.request) {
        throw new IllegalStateException(
            "reply("
                + reply.request
                + ", …): this is not the call that is being handled; to answer one later, take its"
                + " From");
      }
      @SuppressWarnings("unchecked") // the From was made for this very request
      From<R> own = (From<R>) current;
      from = own;
    }
    if (tracing != null) {
      tracing.replies(from, reply.value);
    }
    from.reply(reply.value);
  }

  /// Tells what an enter call must not say (ST19), or null.
  @Nullable String wrongForEntering() {
    if (kind == Kind.NEXT) {
      return "change the state";
    }
    return postponed ? "postpone" : inserted.isEmpty() ? null : "insert events";
  }
}
