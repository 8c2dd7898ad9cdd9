package dev.belay.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run of the bench is to do.
///
/// @param rows which rows, in the order of the table
/// @param contenders which systems, in the order of the table
/// @param rounds how often everything is done
/// @param quick whether sizes and times are small
/// @param big whether the crowds of millions are measured, too
/// @param mesh whether meshes of nodes are measured, too
/// @param heap the heap of each JVM, as its flags say it
/// @param jvm further flags of Belay's JVMs
/// @param json where to write the raw data, if anywhere
record Plan(
    List<Row> rows,
    List<Contender> contenders,
    int rounds,
    boolean quick,
    boolean big,
    boolean mesh,
    String heap,
    List<String> jvm,
    Optional<Path> json) {
  private static final int ROUNDS = 5;
  private static final int MOST_ROUNDS = 1_000;

  /// Makes a plan of settings, each a name and a value.
  ///
  /// @throws BenchException if a setting cannot be understood
  static Plan of(Map<String, String> settings) {
    Map<String, String> left = new HashMap<>(settings);
    boolean quick = Boolean.parseBoolean(left.remove("quick"));
    boolean big = Boolean.parseBoolean(left.remove("big"));
    boolean mesh = Boolean.parseBoolean(left.remove("mesh"));
    Plan plan =
        new Plan(
            rows(words(left.remove("rows"))),
            contenders(words(left.remove("only")), words(left.remove("without"))),
            rounds(left.remove("rounds"), quick),
            quick,
            big,
            mesh,
            heap(left.remove("heap"), quick && !big),
            List.copyOf(words(left.remove("jvm"))),
            Optional.ofNullable(left.remove("json")).map(Path::of));
    if (!left.isEmpty()) {
      throw new BenchException("there is no setting " + left.keySet());
    }
    return plan;
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("[, ]+", -1));
  }

  private static List<Row> rows(List<String> ids) {
    if (ids.isEmpty()) {
      return List.of(Row.values());
    }
    if (ids.equals(List.of("none"))) {
      return List.of();
    }
    return ids.stream().map(Row::of).distinct().sorted().toList();
  }

  private static List<Contender> contenders(List<String> only, List<String> without) {
    List<Contender> all =
        new ArrayList<>(
            only.isEmpty()
                ? Arrays.asList(Contender.values())
                : only.stream().map(Contender::of).distinct().sorted().toList());
    List<Contender> excluded = without.stream().map(Contender::of).toList();
    all.removeAll(excluded);
    if (excluded.contains(Contender.ERLANG)) {
      all.removeIf(Contender::needsErlang);
    }
    if (all.isEmpty()) {
      throw new BenchException("no system is left to measure");
    }
    return List.copyOf(all);
  }

  private static int rounds(@Nullable String text, boolean quick) {
    if (text == null) {
      return quick ? 1 : ROUNDS;
    }
    int rounds = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new BenchException("--rounds " + text + ": must be from 1 to " + MOST_ROUNDS);
    }
    return rounds;
  }

  private static String heap(@Nullable String text, boolean small) {
    String heap = text == null ? (small ? "2g" : "8g") : text.toLowerCase(Locale.ROOT);
    if (!heap.matches("[1-9][0-9]{0,6}[mg]")) {
      throw new BenchException("--heap " + text + ": must be as the JVM takes it, such as 8g");
    }
    long memory = Machine.memory() >> 20;
    if (megabytes(heap) > memory) {
      throw new BenchException(
          "a heap of %s is more than this machine's memory of %d MB; give another with --heap"
              .formatted(heap, memory));
    }
    return heap;
  }

  private static long megabytes(String heap) {
    long number = Long.parseLong(heap.substring(0, heap.length() - 1));
    return heap.endsWith("g") ? number << 10 : number;
  }

  /// How much is done in one iteration of a row.
  int size(Row row) {
    return quick ? row.size().quick() : row.size().full();
  }

  /// How long each system is given for a row in a round.
  Effort effort() {
    return quick ? Effort.QUICK : Effort.FULL;
  }

  /// The flags of a JVM.
  List<String> flags(Contender contender) {
    return flags(contender.isBelay(), heap);
  }

  /// The flags of a JVM that is one node of two: both together have the heap of one that is alone.
  List<String> flagsOfPair() {
    return flags(true, Math.max(1, megabytes(heap) / 2) + "m");
  }

  private List<String> flags(boolean ofBelay, String size) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-XX:+UseParallelGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms" + size,
                "-Xmx" + size));
    if (!quick) {
      // Programs that have run for a while do not get their memory from the system page by page.
      flags.add("-XX:+AlwaysPreTouch");
    }
    if (ofBelay) {
      flags.addAll(jvm);
    }
    return flags;
  }
}
