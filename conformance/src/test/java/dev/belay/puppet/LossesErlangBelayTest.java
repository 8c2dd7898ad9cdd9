package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;

/// It happens to a node of Erlang's, and two of Belay's hear of it.
@Tag("erlang")
class LossesErlangBelayTest extends Losses {
  LossesErlangBelayTest() {
    super(Kind.ERLANG, Kind.BELAY, Kind.BELAY);
  }
}
