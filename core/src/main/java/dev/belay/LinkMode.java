package dev.belay;

/// What one end of a link does when the process at the other end ends.
///
/// The mode belongs to one end; the two ends of a link may disagree. It is known to the node of
/// that end alone, and works there whatever node the other end is on.
public enum LinkMode {
  /// As in Erlang: this end goes down with the other unless the reason is normal or this end traps
  /// exits.
  NORMAL,

  /// This end goes down with the other whatever the reason, [ExitReason#NORMAL] included, unless it
  /// traps exits. This is how links behave in Riot.
  ANY_EXIT
}
