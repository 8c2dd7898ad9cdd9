package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Sendable;
import org.jspecify.annotations.Nullable;

/// Why an [EventHandler] was removed (GE2).
public sealed interface Removal {
  /// Somebody has removed it: Erlang's `delete_handler`.
  ///
  /// @param argument what he gave for the handler to know, or null
  @Sendable
  record Asked(@Nullable Object argument) implements Removal {}

  /// Another one has taken its place: Erlang's `swap_handler`.
  ///
  /// @param by the id of that one
  record Swapped(String by) implements Removal {}

  /// It wanted to be removed: Erlang's `remove_handler`.
  record Finished() implements Removal {}

  /// It threw something.
  ///
  /// @param reason what: a [ExitReason.Crash], unless it was an exit with a reason
  record Failed(ExitReason reason) implements Removal {}

  /// The process that had added it by [EventsRef#addSupervised] has ended.
  ///
  /// @param reason how
  record OwnerEnded(ExitReason reason) implements Removal {}

  /// The process of the events ends.
  ///
  /// @param reason why
  record Stopped(ExitReason reason) implements Removal {}
}
