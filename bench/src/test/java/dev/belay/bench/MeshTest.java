package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a full mesh takes is counted, and computed beyond.
class MeshTest {
  /// The ticks that are counted are those of the formula, of both ends of each connection.
  @Test
  void aMeshIsMadeAndCounted() throws Exception {
    Duration time = Duration.ofSeconds(2);
    Meshed meshed = MeshWork.measure(4, new MeshWork.Times(time, time, Duration.ZERO));
    assertThat(meshed.nodes()).isEqualTo(4);
    assertThat(meshed.tickSeconds()).isEqualTo(2);
    assertThat(meshed.joinMillis()).isPositive();
    assertThat(meshed.bytesAnEnd()).isBetween(1_000.0, 1e7);
    // The heap of a node alone is told only after a rest.
    assertThat(meshed.bytesANode()).isLessThan(1e7);
    // Where it listens, both ends of its line to EPMD, and its end of each connection.
    assertThat(meshed.filesANode()).isBetween(4.0, 12.0);
    assertThat(Meshed.ticks(4, 2)).isEqualTo(6);
    // Fewer if the machine is busy.
    assertThat(meshed.ticksANode()).isBetween(1.0, 7.0);
    assertThat(meshed.processorMicros()).isPositive();
  }

  @Test
  void theFormulas() {
    Meshed meshed = new Meshed(50, 12, 30, 1_000, 200, 52, 16, 5);
    assertThat(Meshed.connections(50)).isEqualTo(1_225);
    assertThat(Meshed.connections(1_000)).isEqualTo(499_500);
    assertThat(meshed.bytes(101)).isEqualTo(21_000);
    assertThat(Meshed.ticks(61, 60)).isEqualTo(4, offset(1e-9));
  }

  @Test
  void whatIsPrintedIsRead() {
    Meshed meshed = new Meshed(50, 12, 30.5, 1_000, -200.25, 52, 16.125, 5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    meshed.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Map<String, String> said = new LinkedHashMap<>();
    bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", 2))
        .forEach(words -> said.put(words[0], words[1]));
    assertThat(Meshed.read(50, said)).isEqualTo(meshed);
    said.remove("joinMillis");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Meshed.read(50, said))
        .withMessageContaining("joinMillis");
  }
}
