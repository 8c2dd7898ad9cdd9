package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;

/// Three nodes of Erlang's: what the others are measured by.
@Tag("erlang")
class SignalsErlangTest extends Signals {
  SignalsErlangTest() {
    super(Kind.ERLANG, Kind.ERLANG, Kind.ERLANG);
  }
}
