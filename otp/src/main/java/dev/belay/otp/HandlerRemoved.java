package dev.belay.otp;

import dev.belay.Pid;

/// Message to the process that has added a handler by [EventsRef#addSupervised]: the handler was
/// removed, for another reason than the end of that process (GE2). Erlang's `gen_event_EXIT`.
///
/// @param events the process of the events
/// @param id the handler
/// @param why why
public record HandlerRemoved(Pid events, String id, Removal why) {}
