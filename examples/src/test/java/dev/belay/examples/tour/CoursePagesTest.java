package dev.belay.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the pages of the course show as output is what the chapters print. A comment `output`
/// stands before such a block. The pages of the chapters with two nodes are checked where those are
/// played, by [NodesTourTest] and [RealErlangTest].
class CoursePagesTest {
  private static final String MARKER = "<!-- output -->";
  private static final int MILLION = 8;

  /// In the chapters of two nodes the pids are given by programs that start processes of their own.
  private static final int TWO_NODES = 13;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theOutputOnThePageIsThatOfTheChapter(int number) throws Exception {
    StringWriter page = new StringWriter();
    Narrator tell = new Narrator(new PrintWriter(page), false, () -> {});
    if (number == MILLION) {
      Tour.play(number, new Million(20_000), tell);
    } else {
      Tour.play(number, tell);
    }
    assertIsOnPage(number, page.toString().lines().toList());
  }

  /// What the page of a chapter shows as output is among these lines.
  static void assertIsOnPage(int number, List<String> told) throws IOException {
    List<String> printed = told.stream().map(CoursePagesTest::plain).toList();
    List<List<String>> blocks = blocks(number);
    assertThat(blocks).isNotEmpty();
    for (List<String> block : blocks) {
      if (number == MILLION) {
        assertThat(withoutNumbers(printed)).containsSubsequence(withoutNumbers(block));
      } else if (number >= TWO_NODES) {
        assertThat(withoutPids(printed)).containsSubsequence(withoutPids(block));
      } else {
        assertThat(printed).containsSubsequence(block);
      }
    }
  }

  private static List<String> withoutPids(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll("<0\\.\\d+\\.\\d+>", "<#>")).toList();
  }

  /// What is measured differs from run to run.
  private static List<String> withoutNumbers(List<String> lines) {
    return lines.stream().map(line -> line.replaceAll("\\d[\\d,.]*", "#")).toList();
  }

  /// A line without times and with single spaces.
  private static String plain(String line) {
    return line.replaceAll("[+-]\\d+(\\.\\d+)? ms", "").replaceAll(" +", " ").strip();
  }

  private static List<List<String>> blocks(int number) throws IOException {
    List<List<String>> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page(number));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals(MARKER)) {
        List<String> block = new ArrayList<>();
        for (i += 2; !lines.get(i).equals("```"); i++) {
          block.add(plain(lines.get(i)));
        }
        assertThat(block).isNotEmpty();
        blocks.add(block);
      }
    }
    return blocks;
  }

  private static Path page(int number) throws IOException {
    try (Stream<Path> pages = Files.list(root().resolve("docs/course"))) {
      return pages
          .filter(file -> file.getFileName().toString().startsWith(String.format("%02d-", number)))
          .findFirst()
          .orElseThrow();
    }
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
