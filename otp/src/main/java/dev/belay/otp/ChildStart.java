package dev.belay.otp;

/// Starts a child of a supervisor, in the supervisor's process (SV2).
///
/// It has to link the child with the supervisor: by [Server#startLink] or [Supervisor#startLink],
/// which see to it that the child goes down with the supervisor whatever the reason; with
/// `spawnLink`, it survives a supervisor that ends normally, which one does that is told to by
/// `terminate`. For plain processes there is [ChildSpec#process(String, dev.belay.Body)].
///
/// What is started by this module or [ChildSpec#process(String, dev.belay.Body)] belongs to the
/// supervisor from its first instant: if the supervisor is killed before the start has returned,
/// whoever is above ends that first. What the start spawns itself has only its link until then.
///
/// The supervisor hears nobody meanwhile, so it should not take long.
@FunctionalInterface
public interface ChildStart {
  /// Starts the child.
  ///
  /// @return the child, or [Child#ignored()]
  /// @throws Exception anything: the child is not started
  Child start() throws Exception;
}
