package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;

/// It happens to a node of Belay's, and two of Erlang's hear of it.
@Tag("erlang")
class LossesBelayErlangTest extends Losses {
  LossesBelayErlangTest() {
    super(Kind.BELAY, Kind.ERLANG, Kind.ERLANG);
  }
}
