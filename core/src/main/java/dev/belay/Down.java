package dev.belay;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one message of a monitor: Erlang's `{'DOWN', Ref, process, Object, Reason}` (M2).
///
/// @param ref the monitor that fired; it is used up
/// @param subject what was monitored: a pid, or a name if it was monitored by name
/// @param process the process itself, or null if the name belonged to nobody
/// @param reason why it ended, or `noproc`, or `noconnection`
/// @param trail how the reason came here; empty when no death caused it
/// @param userTag the tag that the monitor was given (M18), or null
public record Down(
    Ref ref,
    Subject subject,
    @Nullable Pid process,
    ExitReason reason,
    Trail trail,
    @Nullable Object userTag)
    implements SystemMessage {
  /// Makes the message.
  ///
  /// @param ref the monitor that fired
  /// @param subject what was monitored
  /// @param process the process itself, or null
  /// @param reason why it ended
  /// @param trail how the reason came here
  /// @param userTag the monitor's tag, or null
  public Down {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(trail, "trail");
  }

  /// Returns the pid of the process that ended.
  ///
  /// @return the pid
  /// @throws NoSuchElementException if a name was monitored that belonged to nobody
  public Pid pid() {
    if (process == null) {
      throw new NoSuchElementException(
          "nobody was registered as " + subject + " when it was monitored");
    }
    return process;
  }

  /// Returns the tag that the monitor was given (M18).
  ///
  /// @return the tag, if there was one
  public Optional<Object> tag() {
    return Optional.ofNullable(userTag);
  }
}
