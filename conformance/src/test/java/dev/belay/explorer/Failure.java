package dev.belay.explorer;

import org.jspecify.annotations.Nullable;

/// What was wrong in an execution.
///
/// @param what in words
/// @param cause what was thrown, if anything was
record Failure(String what, @Nullable Throwable cause) {}
