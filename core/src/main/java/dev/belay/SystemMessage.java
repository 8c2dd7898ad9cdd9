package dev.belay;

/// A message that the runtime itself puts into a mailbox; made for pattern-matching `switch`.
///
/// They are ordinary members of the mailbox, without precedence (RV8).
public sealed interface SystemMessage permits Exit, Down, NodeUp, NodeDown, Timeout {}
