package dev.belay;

/// How many messages of a node nobody received, since it was started; by [DroppedMessage.Why].
///
/// @param noReceiver sent to the dead, to free names, to ended aliases and to other nodes
/// @param newest dropped by [MailboxPolicy#DROP_NEWEST]
/// @param oldest dropped by [MailboxPolicy#DROP_OLDEST]
/// @param overflows dropped by [MailboxPolicy#EXIT]
/// @param interrupted given up by senders that waited and were interrupted
/// @param untold of all these, how many [NodeOptions#onDropped] was not told of, because it was too
///   slow; 0 if there is none
public record DropCounters(
    long noReceiver, long newest, long oldest, long overflows, long interrupted, long untold) {}
