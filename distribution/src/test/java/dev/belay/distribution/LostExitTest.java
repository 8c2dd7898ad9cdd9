package dev.belay.distribution;

import static dev.belay.Belay.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Down;
import dev.belay.Exit;
import dev.belay.ExitReason;
import dev.belay.Name;
import dev.belay.Pid;
import dev.belay.SpawnOptions;
import dev.belay.distribution.testing.CuttingProxy.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The end of docs/under-the-hood.md: the bytes of links, monitors and exits, and what A hears if
/// those of the exit never come.
@Timeout(60)
class LostExitTest {
  private static final ExitReason TORN =
      ExitReason.term(Tuple.of(Atom.of("rope"), Atom.of("torn")));

  /// What A has heard, at most one of each.
  private record Heard(ExitReason exit, ExitReason down) {}

  private static void spawnB(TwoBelays nodes) {
    nodes.b.node.spawn(
        SpawnOptions.DEFAULT.name("b"),
        () -> {
          send(receive(Pid.class), self());
          receive(Atom.class);
          throw exit(TORN);
        });
  }

  private static Heard lifeOfA(TwoBelays nodes, Runnable beforeTheEnd) {
    List<Heard> heard = new ArrayList<>();
    nodes.a.node.run(() -> {
      trapExits(true);
      send(new Name("b", TwoBelays.B), self());
      Pid b = receive(Pid.class);
      link(b);
      monitor(b);
      beforeTheEnd.run();
      send(b, Atom.of("end"));
      Exit exit = receive(Exit.class);
      heard.add(new Heard(exit.reason(), receive(Down.class).reason()));
    });
    return heard.getFirst();
  }

  @Test
  void theBytesOnThePageAreThoseOfAConnection() throws IOException {
    try (TwoBelays nodes = new TwoBelays(UnaryOperator.identity())) {
      nodes.toB.record();
      spawnB(nodes);
      assertThat(lifeOfA(nodes, () -> {})).isEqualTo(new Heard(TORN, TORN));
      List<String> out = ExplainedBytes.of(nodes.toB.recorded(Way.OUT), 2);
      List<String> back = ExplainedBytes.of(nodes.toB.recorded(Way.BACK), 3);
      assertIsIn("captured a to b", out);
      assertIsIn("captured b to a", back);
    }
  }

  /// The exit has 180 bytes.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 179})
  void whoIsLinkedHearsAlsoIfTheExitIsLost(int bytes) throws IOException {
    assertThat(heardAfter(bytes))
        .isEqualTo(new Heard(ExitReason.NO_CONNECTION, ExitReason.NO_CONNECTION));
  }

  @Test
  void whatHasComeBeforeTheLossIsTrue() throws IOException {
    assertThat(heardAfter(190)).isEqualTo(new Heard(TORN, ExitReason.NO_CONNECTION));
  }

  /// What A hears if so many bytes of B's end come.
  private static Heard heardAfter(int bytes) throws IOException {
    try (TwoBelays nodes = new TwoBelays(UnaryOperator.identity())) {
      spawnB(nodes);
      return lifeOfA(nodes, () -> nodes.toB.cutIn(Way.BACK, bytes));
    }
  }

  private static void assertIsIn(String block, List<String> said) throws IOException {
    String lines = "\n" + String.join("\n", plain(said)) + "\n";
    for (List<String> part : parts(block)) {
      assertThat(lines).as(String.join("\n", said)).contains(String.join("\n", plain(part)));
    }
  }

  /// Lines with single spaces, and without the numbers of processes and references.
  private static List<String> plain(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceAll(" [0-9a-f]{8}\\b", " #").replaceAll(" +", " ").strip())
        .toList();
  }

  /// The parts of a block of the page, which empty lines separate.
  private static List<List<String>> parts(String block) throws IOException {
    List<String> page = Files.readAllLines(root().resolve("docs/under-the-hood.md"));
    int begin = page.indexOf("<!-- " + block + " -->");
    assertThat(begin).as(block).isNotNegative();
    List<List<String>> parts = new ArrayList<>();
    List<String> part = new ArrayList<>();
    for (String line : page.subList(begin + 2, page.size())) {
      if (line.equals("```") || line.isBlank()) {
        assertThat(part).isNotEmpty();
        parts.add(part);
        part = new ArrayList<>();
      } else {
        part.add(line);
      }
      if (line.equals("```")) {
        break;
      }
    }
    return parts;
  }

  private static Path root() {
    for (@Nullable Path folder = Path.of("").toAbsolutePath();
        folder != null;
        folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    throw new IllegalStateException("not in the repository");
  }
}
