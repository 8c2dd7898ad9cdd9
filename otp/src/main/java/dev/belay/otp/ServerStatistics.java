package dev.belay.otp;

import java.time.Duration;

/// What a server has counted since its statistics were switched on: what [Sys#statistics] returns.
///
/// As in Erlang, what goes out is an approximation: replies that are sent when a handler has
/// returned count; what is answered through a [From], and messages that a handler sends by itself,
/// do not.
///
/// @param startNanos when it began to count, on its node's clock: [dev.belay.Node#nanoTime()]
/// @param nowNanos when this was said, on the same clock
/// @param messagesIn how many messages it has got: calls, casts and others, its timeouts and those
///   who look on not counted
/// @param messagesOut how many replies it has sent
public record ServerStatistics(long startNanos, long nowNanos, long messagesIn, long messagesOut) {
  /// Returns for how long it has counted.
  ///
  /// @return the time
  public Duration duration() {
    return Duration.ofNanos(nowNanos - startNanos);
  }
}
