package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;

/// A node of Belay's speaks, one of Erlang's is spoken to; a third one of Belay's is between them.
@Tag("erlang")
class SignalsBelayErlangTest extends Signals {
  SignalsBelayErlangTest() {
    super(Kind.BELAY, Kind.BELAY, Kind.ERLANG);
  }
}
