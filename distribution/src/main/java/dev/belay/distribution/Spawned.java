package dev.belay.distribution;

import dev.belay.Pid;
import dev.belay.Ref;
import java.util.Objects;
import java.util.Optional;

/// A process that was spawned on another node, and its monitor if one was asked for.
///
/// @param pid the new process
/// @param ref the monitor, as it will stand in the [dev.belay.Down] message
public record Spawned(Pid pid, Optional<Ref> ref) {
  /// Keeps both.
  ///
  /// @param pid the new process
  /// @param ref the monitor
  public Spawned {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(ref, "ref");
  }
}
