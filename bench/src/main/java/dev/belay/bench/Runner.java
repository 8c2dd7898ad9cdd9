package dev.belay.bench;

import dev.belay.bench.Fork.Readings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Carries out a plan: round by round, row by row, one system after the other, each in a process of
/// its own.
final class Runner {
  /// So many processes are alive at once in the crowds.
  private static final Map<Contender, Integer> CROWDS =
      new TreeMap<>(Map.of(Contender.BELAY_RECEIVE, 1_000_000, Contender.BELAY_TURN, 5_000_000));

  private static final int QUICK_PART = 10;

  private static final List<Integer> MESHES = List.of(5, 10, 20, 30, 40, 50);
  private static final List<Integer> QUICK_MESHES = List.of(3, 6);

  private final Plan plan;
  private final @Nullable Erlang erlang;
  private final Progress progress;
  private final Results results = Results.empty();
  private final Map<Row, Map<Contender, List<Readings>>> readings = new TreeMap<>();

  private Runner(Plan plan, @Nullable Erlang erlang, Progress progress) {
    this.plan = plan;
    this.erlang = erlang;
    this.progress = progress;
  }

  /// Measures all that the plan says.
  ///
  /// @param root the repository, whose commit is noted
  /// @throws BenchException if Erlang is wanted and not there
  static Results run(Plan plan, Path root, Progress progress) {
    boolean withErlang =
        plan.contenders().stream()
            .filter(Contender::needsErlang)
            .anyMatch(contender -> plan.rows().stream().anyMatch(row -> row.isFor(contender)));
    try (Erlang erlang = withErlang ? Erlang.prepare() : null) {
      Runner runner = new Runner(plan, erlang, progress);
      runner.note(root);
      runner.save();
      for (int round = 0; round < plan.rounds(); round++) {
        runner.round(round);
        runner.collect();
        runner.save();
      }
      if (plan.big()) {
        runner.crowds();
        runner.save();
      }
      if (plan.mesh()) {
        runner.meshes();
        runner.save();
      }
      return runner.results;
    }
  }

  private void note(Path root) {
    Map<String, String> notes = results.circumstances();
    notes.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Machine.commit(root).ifPresent(commit -> notes.put("commit", commit));
    notes.put(
        "mode",
        (plan.quick() ? "quick: smaller sizes, short warm-up" : "full")
            + ", "
            + plan.rounds()
            + (plan.rounds() == 1 ? " round" : " rounds"));
    Effort effort = plan.effort();
    notes.put(
        "effort",
        "each system and row in a process of its own each round: %d ms of warm-up (twice that for deaths), then %d ms and at least %d iterations measured"
            .formatted(effort.warmUpMillis(), effort.measureMillis(), effort.iterations()));
    notes.putAll(Machine.facts());
    notes.put("JVM flags", String.join(" ", plan.flags(Contender.PEKKO)));
    if (plan.rows().stream().anyMatch(row -> row.table() == Table.NODES)) {
      notes.put(
          "between nodes",
          "two processes on the loopback interface; of two JVMs each has half of that heap; erl also "
              + String.join(" ", Erlang.NODE_FLAGS));
    }
    if (!plan.jvm().isEmpty()) {
      notes.put("also for Belay", String.join(" ", plan.jvm()));
    }
    notes.put("collector", "Parallel");
    if (erlang != null) {
      notes.put("erlang", erlang.version() + "; erl " + String.join(" ", Erlang.FLAGS));
    }
  }

  private void round(int round) {
    List<Contender> order = new ArrayList<>(plan.contenders());
    // Nobody is always the first after a pause, or after somebody else.
    Collections.rotate(order, round);
    for (Row row : plan.rows()) {
      progress.begin("round %d of %d, %s".formatted(round + 1, plan.rounds(), row.id()));
      for (Contender contender : order) {
        if (row.isFor(contender)) {
          measure(row, contender);
        }
      }
      progress.end();
    }
  }

  private void measure(Row row, Contender contender) {
    progress.now(contender.id());
    try {
      Readings one =
          row.table() == Table.NODES
              ? new Pair(java(plan.flagsOfPair()), erlang)
                  .run(row, contender, plan.size(row), effort(row))
              : Fork.run(command(row, contender));
      if (one.samples().isEmpty()) {
        throw new BenchException("it said nothing");
      }
      readings
          .computeIfAbsent(row, _ -> new TreeMap<>())
          .computeIfAbsent(contender, _ -> new ArrayList<>())
          .add(one);
      String pekko = one.others().get("pekko");
      if (pekko != null) {
        results.circumstances().put("pekko", pekko);
      }
      progress.done(contender.id() + " " + Figures.of(Measured.median(one.samples())));
    } catch (BenchException e) {
      fail(row.id() + " on " + contender.id(), e);
    }
  }

  private void fail(String what, BenchException e) {
    results.failures().add(what + ": " + e.getMessage());
    progress.done(what + " FAILED");
  }

  private List<String> command(Row row, Contender contender) {
    if (contender == Contender.ERLANG) {
      return Objects.requireNonNull(erlang).command(row, plan.size(row), plan.effort());
    }
    return worker(contender, row.id(), plan.size(row), effort(row));
  }

  private Effort effort(Row row) {
    return switch (row) {
      case MEMORY, SERVERS -> plan.effort().forBytes();
      case CHAIN, STAR, MONITORED, TREE, TREE_STOP, NODES_CUT -> plan.effort().forBursts();
      default -> plan.effort();
    };
  }

  private List<String> worker(Contender contender, String row, int size, Effort effort) {
    List<String> command = new ArrayList<>(java(plan.flags(contender)));
    command.addAll(Worker.args(contender, row, size, effort));
    return command;
  }

  private static List<String> java(List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  /// Writes the raw data so far, if they are wanted: at first to see that it can be done, later so
  /// that who ends a long run has what there is.
  private void save() {
    plan.json().ifPresent(file -> RawData.write(results, file));
  }

  private void collect() {
    results.measured().clear();
    readings.forEach((row, systems) ->
        systems.forEach((contender, rounds) ->
            results
                .measured()
                .add(
                    new Measured(
                        row,
                        contender,
                        plan.size(row),
                        rounds.stream().map(Readings::samples).toList(),
                        rounds.stream()
                            .map(round -> Long.valueOf(round.others().getOrDefault("gc", "0")))
                            .toList()))));
  }

  private void crowds() {
    CROWDS.forEach((style, processes) -> {
      if (plan.contenders().contains(style)) {
        crowd(style, plan.quick() ? processes / QUICK_PART : processes);
      }
    });
  }

  private void crowd(Contender style, int processes) {
    progress.begin("%,d processes at once".formatted(processes));
    progress.now(style.id());
    try {
      Map<String, String> said =
          Fork.run(worker(style, Worker.BIG, processes, plan.effort().forBytes())).others();
      Crowded crowd =
          new Crowded(
              style,
              processes,
              number(said, "spawn"),
              number(said, "bytes"),
              number(said, "answer"));
      results.crowded().add(crowd);
      progress.done(style.id() + " " + Figures.of(crowd.bytes()) + " bytes each");
    } catch (BenchException e) {
      fail(processes + " processes at once, " + style.id(), e);
    }
    progress.end();
  }

  private void meshes() {
    for (int nodes : plan.quick() ? QUICK_MESHES : MESHES) {
      mesh(nodes);
    }
  }

  private void mesh(int nodes) {
    progress.begin("a mesh of %d nodes".formatted(nodes));
    progress.now(Contender.BELAY.id());
    try {
      Meshed meshed =
          Meshed.read(
              nodes, Fork.run(worker(Contender.BELAY, Worker.MESH, nodes, plan.effort())).others());
      results.meshed().add(meshed);
      progress.done(Figures.of(meshed.bytesANode()) + " bytes a node");
    } catch (BenchException e) {
      fail("a mesh of " + nodes + " nodes", e);
    }
    progress.end();
  }

  private static double number(Map<String, String> said, String what) {
    String text = said.get(what);
    if (text == null) {
      throw new BenchException("it did not say " + what);
    }
    return Double.parseDouble(text);
  }
}
