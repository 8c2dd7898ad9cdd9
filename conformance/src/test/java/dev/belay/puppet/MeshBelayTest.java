package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disconnection among three visible nodes of Belay's.
@Timeout(120)
class MeshBelayTest {
  @Test
  void noPartitionsOverlap(@TempDir Path folder) throws Exception {
    try (Mesh mesh = Mesh.start(folder, List.of(Kind.BELAY, Kind.BELAY, Kind.BELAY))) {
      mesh.disconnect();
      mesh.reconnect();
    }
  }
}
