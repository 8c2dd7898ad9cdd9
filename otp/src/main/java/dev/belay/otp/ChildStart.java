package dev.belay.otp;

/// Starts a child of a supervisor, in the supervisor's process (SV2).
///
/// It has to link the child with the supervisor: by [Server#startLink], [Supervisor#startLink] or
/// `spawnLink`. The supervisor hears nobody meanwhile, so it should not take long.
@FunctionalInterface
public interface ChildStart {
  /// Starts the child.
  ///
  /// @return the child, or [Child#ignored()]
  /// @throws Exception anything: the child is not started
  Child start() throws Exception;
}
