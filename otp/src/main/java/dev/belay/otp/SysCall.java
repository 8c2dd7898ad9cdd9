package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Sendable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What every process of this module answers, whatever its protocol: Erlang's system messages
/// (GE3).
///
/// @param <R> the type of the reply
sealed interface SysCall<R> extends Call<Object, R> {
  /// Leave all other messages where they are.
  record Suspend() implements SysCall<Boolean> {}

  /// Go on.
  record Resume() implements SysCall<Boolean> {}

  /// Show the state, or change it.
  @Sendable
  record Inspect(Function<Object, @Nullable Object> look) implements SysCall<Object> {}

  /// End; a message, and no call: who asks for it waits for the end.
  record Terminate(ExitReason reason) {}
}
