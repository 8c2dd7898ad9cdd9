package dev.belay.bench;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// One full mesh of visible nodes, all in one JVM.
///
/// @param nodes how many
/// @param tickSeconds their tick time
/// @param joinMillis from the connect of the last one until all were connected with all, and the
///   name server of each knew all others
/// @param bytesANode of the live heap, for each node before any was connected
/// @param bytesAnEnd of the live heap, for each of the two ends of a connection
/// @param filesANode open files of the process, for each node when all were connected
/// @param ticksANode ticks that a node sent in a second, counted as writes to sockets
/// @param processorMicros microseconds of a processor that a node took in a second, with nothing to
///   do but to tick
record Meshed(
    int nodes,
    double tickSeconds,
    double joinMillis,
    double bytesANode,
    double bytesAnEnd,
    double filesANode,
    double ticksANode,
    double processorMicros) {
  /// Ticks are sent so often in the tick time.
  private static final int TICKS = 4;

  /// How many connections a mesh has.
  static long connections(int nodes) {
    return nodes * (nodes - 1L) / 2;
  }

  /// How many ticks a node of a mesh has to send in a second, if nothing else is sent.
  static double ticks(int nodes, double tickSeconds) {
    return TICKS * (nodes - 1) / tickSeconds;
  }

  /// What the live heap of a node is in a mesh of any size, if this one is like it.
  double bytes(int ofNodes) {
    return bytesANode + (ofNodes - 1) * bytesAnEnd;
  }

  /// The figures, by name.
  Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("tickSeconds", tickSeconds);
    figures.put("joinMillis", joinMillis);
    figures.put("bytesANode", bytesANode);
    figures.put("bytesAnEnd", bytesAnEnd);
    figures.put("filesANode", filesANode);
    figures.put("ticksANode", ticksANode);
    figures.put("processorMicros", processorMicros);
    return figures;
  }

  /// What [#figures] gave.
  ///
  /// @throws BenchException if one is missing
  static Meshed of(int nodes, Map<String, Double> figures) {
    return new Meshed(
        nodes,
        number(figures, "tickSeconds"),
        number(figures, "joinMillis"),
        number(figures, "bytesANode"),
        number(figures, "bytesAnEnd"),
        number(figures, "filesANode"),
        number(figures, "ticksANode"),
        number(figures, "processorMicros"));
  }

  private static double number(Map<String, Double> figures, String name) {
    Double number = figures.get(name);
    if (number == null) {
      throw new BenchException("the mesh did not say " + name);
    }
    return number;
  }

  /// Says the figures, one a line.
  void print(PrintStream out) {
    figures().forEach((name, number) -> out.println(name + " " + number));
  }

  /// What [#print] said, by the first word of each line.
  static Meshed read(int nodes, Map<String, String> said) {
    Map<String, Double> figures = new LinkedHashMap<>();
    said.forEach((name, number) -> figures.put(name, Double.valueOf(number)));
    return of(nodes, figures);
  }
}
