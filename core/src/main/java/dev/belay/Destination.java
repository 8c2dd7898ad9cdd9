package dev.belay;

/// Where a message can be sent: a [Pid], a [Name], or a [Ref] that is an alias.
public sealed interface Destination permits Pid, Name, Ref {}
