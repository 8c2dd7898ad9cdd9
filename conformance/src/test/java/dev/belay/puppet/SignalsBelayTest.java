package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;

/// Three nodes of Belay's.
class SignalsBelayTest extends Signals {
  SignalsBelayTest() {
    super(Kind.BELAY, Kind.BELAY, Kind.BELAY);
  }
}
