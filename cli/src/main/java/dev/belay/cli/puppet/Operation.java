package dev.belay.cli.puppet;

import java.util.List;

/// One of the things that a puppet can be told to do.
@FunctionalInterface
interface Operation {
  /// Does it, in the puppet's process.
  ///
  /// @param arguments what comes after its name, as many as it was entered with
  /// @return its value, a term
  /// @throws Raised if it fails as it would in Erlang
  Object perform(List<Object> arguments);
}
