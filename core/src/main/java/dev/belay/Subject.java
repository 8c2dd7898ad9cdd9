package dev.belay;

/// What a monitor watches: a process by its [Pid], or whoever held a [Name] when the monitor was
/// set.
public sealed interface Subject permits Pid, Name {}
