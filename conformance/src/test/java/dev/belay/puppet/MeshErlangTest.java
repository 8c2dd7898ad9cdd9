package dev.belay.puppet;

import dev.belay.puppet.Peer.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A disconnection among three visible nodes, some or all of which are Erlang's.
@Tag("erlang")
@Timeout(120)
class MeshErlangTest {
  static List<List<Kind>> kinds() {
    Kind e = Kind.ERLANG;
    Kind b = Kind.BELAY;
    return List.of(
        // By whom, from whom, and who looks on.
        List.of(e, e, e),
        List.of(e, e, b),
        List.of(e, b, e),
        List.of(b, e, e),
        List.of(e, b, b),
        List.of(b, e, b));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void noPartitionsOverlap(List<Kind> kinds, @TempDir Path folder) throws Exception {
    try (Mesh mesh = Mesh.start(folder, kinds)) {
      mesh.disconnect();
      mesh.reconnect();
    }
  }
}
