package dev.belay.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Meshes as the tables of a document: those that were measured, and larger ones that are computed
/// from the largest of them.
final class MeshReport {
  private static final List<Integer> BEYOND = List.of(100, 200, 500, 1_000);

  /// The tick time of nodes that are not told another one.
  private static final double TICK_SECONDS = 60;

  private MeshReport() {}

  /// The tables; none if no mesh was measured.
  static List<String> lines(Results results) {
    List<String> lines = new ArrayList<>();
    List<Meshed> meshed = results.meshed();
    if (meshed.isEmpty()) {
      return lines;
    }
    lines.add(
        "Measured with all nodes in one JVM, each of which had nothing to do: "
            + circumstances(results)
            + ".");
    lines.add("");
    lines.addAll(measured(meshed));
    lines.add("");
    lines.add(
        "Computed from the largest of these, with the tick time of 60 s that is the default:");
    lines.add("");
    lines.addAll(computed(meshed.getLast()));
    return lines;
  }

  private static String circumstances(Results results) {
    return String.join(
        ", ",
        Stream.of("date", "commit", "java", "JVM flags", "processor", "cores")
            .filter(results.circumstances()::containsKey)
            .map(name -> name + " " + results.circumstances().get(name))
            .toList());
  }

  private static List<String> measured(List<Meshed> meshed) {
    List<String> lines = new ArrayList<>();
    lines.add(
        MarkdownReport.cells(
            "nodes",
            "connections in all",
            "the last one had joined after [ms]",
            "live heap of a node, unconnected [bytes]",
            "of each of its connections [bytes]",
            "open files a node",
            "tick time [s]",
            "ticks that a node sent [1/s]",
            "by the formula",
            "processor a node [µs/s]"));
    lines.add(MarkdownReport.cells(Stream.generate(() -> "---").limit(10).toArray(String[]::new)));
    for (Meshed one : meshed) {
      lines.add(
          MarkdownReport.cells(
              whole(one.nodes()),
              whole(Meshed.connections(one.nodes())),
              Figures.of(one.joinMillis()),
              Figures.of(one.bytesANode()),
              Figures.of(one.bytesAnEnd()),
              Figures.of(one.filesANode()),
              Figures.of(one.tickSeconds()),
              Figures.of(one.ticksANode()),
              Figures.of(Meshed.ticks(one.nodes(), one.tickSeconds())),
              Figures.of(one.processorMicros())));
    }
    return lines;
  }

  private static List<String> computed(Meshed largest) {
    List<String> lines = new ArrayList<>();
    lines.add(
        MarkdownReport.cells(
            "nodes",
            "connections in all",
            "connections a node",
            "live heap a node [MB]",
            "ticks that a node sends [1/s]",
            "ticks in all [1/s]"));
    lines.add(MarkdownReport.cells(Stream.generate(() -> "---").limit(6).toArray(String[]::new)));
    for (int nodes : BEYOND) {
      double ticks = Meshed.ticks(nodes, TICK_SECONDS);
      lines.add(
          MarkdownReport.cells(
              whole(nodes),
              whole(Meshed.connections(nodes)),
              whole(nodes - 1),
              Figures.of(largest.bytes(nodes) / 1e6),
              Figures.of(ticks),
              Figures.of(ticks * nodes)));
    }
    return lines;
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /// One mesh in some lines of a terminal.
  static List<String> text(Meshed one) {
    return List.of(
        "  the last one joined  " + Figures.of(one.joinMillis()) + " ms",
        "  live heap            "
            + Figures.of(one.bytesANode())
            + " bytes a node, and "
            + Figures.of(one.bytesAnEnd())
            + " for each of its connections",
        "  open files           " + Figures.of(one.filesANode()) + " a node",
        "  ticks sent           "
            + Figures.of(one.ticksANode())
            + " a second and node, by the formula "
            + Figures.of(Meshed.ticks(one.nodes(), one.tickSeconds())),
        "  processor            " + Figures.of(one.processorMicros()) + " µs a second and node");
  }
}
