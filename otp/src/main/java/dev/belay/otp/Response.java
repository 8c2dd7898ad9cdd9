package dev.belay.otp;

import dev.belay.ExitReason;
import org.jspecify.annotations.Nullable;

/// What came of a [Request] (GR2).
///
/// @param <R> the type of the reply
public sealed interface Response<R extends @Nullable Object> {
  /// The server replied.
  ///
  /// @param value the reply
  /// @param <R> its type
  record Reply<R extends @Nullable Object>(R value) implements Response<R> {}

  /// There will be no reply.
  ///
  /// @param reason why, as in a [dev.belay.Down]: what the server ended with, `noproc`, or
  ///   `noconnection`
  /// @param server the server
  /// @param <R> the type that a reply would have had
  record Failure<R extends @Nullable Object>(ExitReason reason, ServerRef<?> server)
      implements Response<R> {}
}
