package dev.belay;

import java.util.Objects;

/// What a timer started by [Belay#startTimer] delivers: Erlang's `{timeout, Ref, Message}` (TM1).
///
/// @param timer the timer that fired
/// @param message what it was given to say
public record Timeout(TimerRef timer, Object message) implements SystemMessage {
  /// Makes the message.
  ///
  /// @param timer the timer that fired
  /// @param message what it was given to say
  public Timeout {
    Objects.requireNonNull(timer, "timer");
    Objects.requireNonNull(message, "message");
  }
}
