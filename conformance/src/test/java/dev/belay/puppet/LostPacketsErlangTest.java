package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node of Belay's and one of Erlang's that lose a tenth of what they send, or are slow, and a
/// third one.
@Tag("erlang")
@Tag("full")
@Tag("namespaces")
@Timeout(300)
class LostPacketsErlangTest extends Partitions {
  LostPacketsErlangTest() {
    super(60, Kind.BELAY, Kind.ERLANG, Kind.BELAY);
  }

  @Test
  void someLostPacketsAreNoLoss() throws Exception {
    somePacketsAreLost();
  }

  @Test
  void slownessIsNoLoss() throws Exception {
    packetsAreSlow();
  }
}
