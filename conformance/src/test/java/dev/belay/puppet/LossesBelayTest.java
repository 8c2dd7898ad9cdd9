package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;

/// Three nodes of Belay's.
class LossesBelayTest extends Losses {
  LossesBelayTest() {
    super(Kind.BELAY, Kind.BELAY, Kind.BELAY);
  }
}
