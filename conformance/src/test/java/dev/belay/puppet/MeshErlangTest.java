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
  private static final Kind E = Kind.ERLANG;
  private static final Kind B = Kind.BELAY;

  /// By whom, from whom, and who looks on.
  static List<List<Kind>> someKinds() {
    return List.of(List.of(E, B, E), List.of(B, E, B));
  }

  static List<List<Kind>> otherKinds() {
    return List.of(List.of(E, E, E), List.of(E, E, B), List.of(B, E, E), List.of(E, B, B));
  }

  @ParameterizedTest
  @MethodSource("someKinds")
  void noPartitionsOverlap(List<Kind> kinds, @TempDir Path folder) throws Exception {
    disconnect(kinds, folder);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("otherKinds")
  void noPartitionsOverlapInOtherPlaces(List<Kind> kinds, @TempDir Path folder) throws Exception {
    disconnect(kinds, folder);
  }

  private static void disconnect(List<Kind> kinds, Path folder) throws Exception {
    try (Mesh mesh = Mesh.start(folder, kinds)) {
      mesh.disconnect();
      mesh.reconnect();
    }
  }
}
