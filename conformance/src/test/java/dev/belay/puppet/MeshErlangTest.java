package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.puppet.Peer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A disconnection among three visible nodes, some of which are Erlang's: what each is told, and
/// with whom it is connected then, is the same as among three of Erlang's.
@Tag("erlang")
@Timeout(180)
class MeshErlangTest {
  static List<List<Kind>> kinds() {
    Kind e = Kind.ERLANG;
    Kind b = Kind.BELAY;
    return List.of(
        // By whom, from whom, and who looks on.
        List.of(e, e, b), List.of(e, b, e), List.of(b, e, e), List.of(e, b, b), List.of(b, e, b));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itIsAsAmongNodesOfErlang(List<Kind> kinds, @TempDir Path folder) throws Exception {
    Mesh.Seen expected;
    Path first = Files.createDirectory(folder.resolve("erlang"));
    try (Mesh mesh = Mesh.start(first, List.of(Kind.ERLANG, Kind.ERLANG, Kind.ERLANG))) {
      expected = mesh.disconnect();
      mesh.reconnect();
    }
    Path second = Files.createDirectory(folder.resolve("mixed"));
    try (Mesh mesh = Mesh.start(second, kinds)) {
      assertThat(mesh.disconnect()).isEqualTo(expected);
      mesh.reconnect();
    }
  }
}
