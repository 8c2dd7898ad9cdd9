package dev.belay.otp;

import dev.belay.Pid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What came of starting a child of a supervisor (SV2).
///
/// @param process its process, or null if it does not want to be started
/// @param information what its start has to say besides, or null
public record Child(@Nullable Pid process, @Nullable Object information) {
  /// A child that runs.
  ///
  /// @param pid its process, which is linked with the supervisor
  /// @return the child
  public static Child of(Pid pid) {
    return new Child(Objects.requireNonNull(pid, "pid"), null);
  }

  /// A child that runs, and something to say about it.
  ///
  /// @param pid its process, which is linked with the supervisor
  /// @param information what [SupervisorRef#startChild] should give besides
  /// @return the child
  public static Child of(Pid pid, Object information) {
    return new Child(
        Objects.requireNonNull(pid, "pid"), Objects.requireNonNull(information, "information"));
  }

  /// A child that does not want to be started: no failure (SV7).
  ///
  /// @return the child that is none
  public static Child ignored() {
    return new Child(null, null);
  }

  /// Returns its process.
  ///
  /// @return its pid, unless it does not want to be started
  public Optional<Pid> pid() {
    return Optional.ofNullable(process);
  }

  /// Returns what its start has said besides.
  ///
  /// @return the information, if there is any
  public Optional<Object> info() {
    return Optional.ofNullable(information);
  }
}
