package dev.belay;

import java.util.Objects;

/// An exit signal as a message, for a process that traps exits: Erlang's `{'EXIT', Pid, Reason}`.
///
/// One that came along a link and one that was sent look the same (T9).
///
/// @param pid the process that ended, or that sent the signal
/// @param reason the reason, unchanged
/// @param trail how the reason came here; empty when no death caused it
public record Exit(Pid pid, ExitReason reason, Trail trail) implements SystemMessage {
  /// Makes the message.
  ///
  /// @param pid the process that ended, or that sent the signal
  /// @param reason the reason, unchanged
  /// @param trail how the reason came here
  public Exit {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(trail, "trail");
  }
}
