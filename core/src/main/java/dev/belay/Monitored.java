package dev.belay;

import java.util.Objects;

/// A process that was spawned together with a monitor of it.
///
/// @param pid the new process
/// @param ref the monitor, as it will stand in the [Down] message
public record Monitored(Pid pid, Ref ref) {
  /// Keeps both.
  ///
  /// @param pid the new process
  /// @param ref the monitor
  public Monitored {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(ref, "ref");
  }
}
