package dev.belay.distribution.internal.connection;

import dev.belay.distribution.Atom;
import dev.belay.distribution.internal.wire.Payload;
import java.util.Set;

/// A message to a process that speaks a protocol of Erlang's own: it stays the term that it is,
/// whatever types the program has registered.
///
/// @param payload the message
record Unconverted(Payload payload) {
  /// Their names, which no program gives to processes of its own.
  private static final Set<String> SERVICES =
      Set.of("net_kernel", "rex", "global_name_server", "global_group", "pg", "erpc");

  /// Returns what is handed to a receiver that was named.
  static Object to(Atom name, Payload payload) {
    return SERVICES.contains(name.name()) ? new Unconverted(payload) : payload;
  }
}
