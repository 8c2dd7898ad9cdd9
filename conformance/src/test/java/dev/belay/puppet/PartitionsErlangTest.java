package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A node of Belay's, one of Erlang's, and another one of Belay's, each in a network namespace of
/// its own: partitions of the network, and losses one way.
@Tag("erlang")
@Tag("full")
@Tag("namespaces")
@Timeout(300)
class PartitionsErlangTest extends Partitions {
  PartitionsErlangTest() {
    super(4, Kind.BELAY, Kind.ERLANG, Kind.BELAY);
  }

  @Test
  void aPartitionIsHeardOnBothSides() throws Exception {
    partition();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0"})
  void aLossOneWayIsHeardOnBothSides(int from, int to) throws Exception {
    oneWay(from, to);
  }
}
