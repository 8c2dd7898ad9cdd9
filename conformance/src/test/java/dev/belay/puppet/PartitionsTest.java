package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three nodes of Belay's, each in a network namespace of its own: partitions of the network, and
/// losses one way.
@Tag("full")
@Tag("namespaces")
@Timeout(300)
class PartitionsTest extends Partitions {
  PartitionsTest() {
    super(4, Kind.BELAY, Kind.BELAY, Kind.BELAY);
  }

  @Test
  void aPartitionIsHeardOnBothSides() throws Exception {
    partition();
  }

  /// Either the one who has connected is not heard, or the other one.
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0"})
  void aLossOneWayIsHeardOnBothSides(int from, int to) throws Exception {
    oneWay(from, to);
  }
}
