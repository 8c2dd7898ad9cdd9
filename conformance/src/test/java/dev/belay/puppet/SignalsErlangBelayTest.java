package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;

/// A node of Erlang's speaks, one of Belay's is spoken to; a third one of Erlang's is between them.
@Tag("erlang")
class SignalsErlangBelayTest extends Signals {
  SignalsErlangBelayTest() {
    super(Kind.ERLANG, Kind.ERLANG, Kind.BELAY);
  }
}
