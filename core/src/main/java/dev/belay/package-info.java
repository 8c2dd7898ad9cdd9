/// Processes that share nothing and die alone or together, with links, monitors and exit signals.
///
/// Begin with [dev.belay.Belay], the verbs of a process; [dev.belay.Node] has the same operations
/// for plain threads. What all of it promises stands in `docs/semantics.md`, how it is done in
/// `docs/under-the-hood.md`, and who may touch which field under which lock in
/// `docs/internals/synchronization.md`.
///
/// **Memory consistency.** Actions before a `send` happen-before the `receive` that returns the
/// message. What a process did before its end happens-before the delivery of the [dev.belay.Exit]
/// and [dev.belay.Down] messages about it, and before `isAlive` returns false.
///
/// The rooms that a signal passes, in this order and never backwards:
///
/// | room | classes |
/// | --- | --- |
/// | the verbs | `Belay`, `Inbox`, `Node`, `Owned` |
/// | signals, and what each does to its receiver | `Posting`, `Links`, `Watches`, `Exits`, `Names`, `UserTimer`, `Spawning` |
/// | the process | `Cell`, `Mailbox`, `Message`, `LinkTable`, `LinkEnd`, `Watch`, `Slot` |
/// | waiting | `Receiving`, `AliveWaiter` |
/// | death | `Dismantling`, `Closing`, `Grace`, `Interrupter`, `Quarantine`, `Reserve` |
/// | looking on | `Snapshots`, `Tracer`, `Reporter`, `Flight`, `Development` |
@NullMarked
package dev.belay;

import org.jspecify.annotations.NullMarked;
