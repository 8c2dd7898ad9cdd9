package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three nodes of Belay's, two of which lose a tenth of what they send, or are slow.
@Tag("full")
@Tag("namespaces")
@Timeout(300)
class LostPacketsTest extends Partitions {
  LostPacketsTest() {
    super(60, Kind.BELAY, Kind.BELAY, Kind.BELAY);
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
