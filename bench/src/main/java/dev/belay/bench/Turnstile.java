package dev.belay.bench;

import dev.belay.otp.Call;
import dev.belay.otp.StateMachine;
import dev.belay.otp.Step;

/// A state machine that lets one pass for each coin.
final class Turnstile extends StateMachine<Turnstile.State, Turnstile.Event> {
  enum State {
    LOCKED,
    OPEN
  }

  sealed interface Event {}

  record Coin() implements Event {}

  record Push() implements Event {}

  /// The one of the two that changes the state, as a call.
  record Turn() implements Event, Call<Event, State> {}

  record Passed() implements Event, Call<Event, Integer> {}

  private int passed;

  @Override
  protected Step<State, Event> begin() {
    return next(State.LOCKED);
  }

  @Override
  protected Step<State, Event> handle(State state, Event event) {
    return switch (state) {
      case LOCKED ->
          switch (event) {
            case Coin _ -> next(State.OPEN);
            case Push _ -> keep();
            case Turn turn -> next(State.OPEN).reply(turn, State.OPEN);
            case Passed ask -> keep().reply(ask, passed);
          };
      case OPEN ->
          switch (event) {
            case Coin _ -> keep();
            case Push _ -> {
              passed++;
              yield next(State.LOCKED);
            }
            case Turn turn -> {
              passed++;
              yield next(State.LOCKED).reply(turn, State.LOCKED);
            }
            case Passed ask -> keep().reply(ask, passed);
          };
    };
  }
}
