package dev.belay.puppet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Everything that a puppet can be told to do, and how it fails: what a program on a real Erlang
/// node sees of it is what it sees of the same puppet on Erlang.
@Tag("erlang")
@Timeout(600)
class PuppetScenariosTest {
  static List<Played> scenarios() throws IOException, InterruptedException {
    return Played.all(Files.createTempDirectory("belay-puppet"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void itIsAsOnErlang(Played played) {
    assertThat(played.erlang()).as("on Erlang").doesNotStartWith("{failed");
    assertThat(played.belay()).as("on Belay").isEqualTo(played.erlang());
  }
}
