package dev.belay;

import org.jspecify.annotations.Nullable;

/// Something that the runtime still has to do after an `Error` kept a thread from finishing it; a
/// member of the reserve's work list.
interface Owed {
  @Nullable Owed nextOwed();

  void nextOwed(@Nullable Owed next);

  /// Does what is owed, or what is left of it. Repeating it is harmless.
  void settleOwed();
}
