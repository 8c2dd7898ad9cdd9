package dev.belay.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// PIT's engine makes the mutants of the protocol classes, and the scenarios judge them.
///
/// Those that nobody notices are written to `target/mutants.txt`, with those that some scenario
/// notices; docs/internals/mutation.md explains them.
class MutantsTest {
  private static final Logger LOGGER = Logger.getLogger("dev.belay.explorer");

  /// How many percent of the mutants have to be noticed, a little below what is.
  private static final int THRESHOLD = 65;

  private static final Set<String> CLASSES =
      new TreeSet<>(
          List.of(
              System.getProperty(
                      "belay.mutants",
                      "AliveWaiter,Cell,Closing,Dismantling,Exits,Grace,Interrupter,LinkEnd,Links,"
                          + "Names,Owned,Posting,Quarantine,Receiving,Reserve,Slot,Spawning,Timers,"
                          + "UserTimer,Watch,Watches")
                  .split(",", -1)));

  private final Map<String, Count> counts = new TreeMap<>();
  private final List<String> lines = new ArrayList<>();

  private static final class Count {
    int mutants;
    int noticed;
    int missed;
    int uncovered;

    void add(Judge.Verdict verdict) {
      mutants++;
      if (verdict.by() != null) {
        noticed++;
      } else if (verdict.covered()) {
        missed++;
      } else {
        uncovered++;
      }
    }

    String row(String name) {
      return String.format(
          Locale.ROOT, "| `%s` | %d | %d | %d | %d |", name, mutants, noticed, missed, uncovered);
    }
  }

  @Tag("full")
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  @Test
  void scenariosNoticeMutants() throws IOException {
    Logger.getLogger("dev.belay").setLevel(Level.OFF);
    LOGGER.setLevel(Level.INFO);
    long began = System.nanoTime();
    List<Catalogue.Entry> all = Catalogue.all();
    List<Catalogue.Entry> plays = Stream.concat(all.stream(), Catalogue.calm().stream()).toList();
    Judge judge = new Judge(plays, all, 30, 150, 60);
    judge.learn();
    LOGGER.info(judge.runs() + " runs without a mutant, " + seconds(began) + " s");
    Mutants mutants = new Mutants(ExploringLoader.get(false));
    Count total = new Count();
    for (Mutants.Mutant mutant : mutants.of(CLASSES)) {
      long now = System.nanoTime();
      Judge.Verdict verdict =
          judge.judge(mutant.type(), mutant.lineNumber(), mutants.bytes(mutant));
      counts.computeIfAbsent(mutant.outer(), _ -> new Count()).add(verdict);
      total.add(verdict);
      String by = verdict.by();
      String fate =
          by != null ? "noticed " + by : verdict.covered() ? "NOT NOTICED" : "NOT COVERED";
      lines.add(mutant + "\t" + fate + "\t" + (System.nanoTime() - now) / 1_000_000 + " ms");
    }
    Files.write(Path.of("target", "mutants.txt"), lines);
    StringBuilder table = new StringBuilder();
    counts.forEach((name, count) -> table.append(count.row(name)).append('\n'));
    LOGGER.info(table + total.row("all") + "\n" + seconds(began) + " s");
    assertThat(total.mutants).isGreaterThan(0);
    assertThat(total.noticed * 100 / total.mutants).isGreaterThanOrEqualTo(THRESHOLD);
  }

  private static long seconds(long began) {
    return (System.nanoTime() - began) / 1_000_000_000;
  }
}
