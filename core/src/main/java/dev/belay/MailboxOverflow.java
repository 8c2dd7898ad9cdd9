package dev.belay;

/// What a process exits with, as [ExitReason#term], whose mailbox got more messages than it may
/// hold; see [MailboxPolicy#EXIT].
///
/// @param bound how many it may hold
public record MailboxOverflow(int bound) {}
