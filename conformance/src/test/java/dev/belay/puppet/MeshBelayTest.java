package dev.belay.puppet;

import static dev.belay.puppet.Driver.t;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.puppet.Peer.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disconnection among three visible nodes of Belay's. That it is the same among nodes of
/// Erlang's shows [MeshErlangTest].
@Timeout(120)
class MeshBelayTest {
  @Test
  void whoLosesOneIsLeftByAll(@TempDir Path folder) throws Exception {
    try (Mesh mesh = Mesh.start(folder, List.of(Kind.BELAY, Kind.BELAY, Kind.BELAY))) {
      Mesh.Seen seen = mesh.disconnect();
      assertThat(seen.nodes()).isEqualTo(List.of(Set.of(), Set.of(), Set.of()));
      assertThat(seen.told()).containsExactly(downs("b", "c"), downs("a", "c"), downs("a", "b"));
      mesh.reconnect();
    }
  }

  private static List<String> downs(String... names) {
    return Stream.of(names).map(name -> t("nodedown", name + "@127.0.0.1").toString()).toList();
  }
}
