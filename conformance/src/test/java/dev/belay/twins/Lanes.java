package dev.belay.twins;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A finished trace as it is compared: what each lane says, in order, or, where the lane's name
/// begins with `~`, in no order. See [Trace].
///
/// @param said the lines of each lane
record Lanes(Map<String, List<String>> said) {
  /// The lane in which the run itself says what went wrong.
  static final String FAILURE = "!";

  private static final String SEPARATOR = ": ";

  /// Sorts lines `lane: words` into their lanes.
  static Lanes of(List<String> lines) {
    Map<String, List<String>> said = new TreeMap<>();
    for (String line : lines) {
      int end = line.indexOf(SEPARATOR);
      if (end < 0) {
        throw new IllegalArgumentException("not a line of a trace: \"" + line + "\"");
      }
      said.computeIfAbsent(line.substring(0, end), _ -> new ArrayList<>())
          .add(line.substring(end + SEPARATOR.length()));
    }
    said.forEach((lane, words) -> {
      if (lane.startsWith("~")) {
        Collections.sort(words);
      }
    });
    return new Lanes(said);
  }

  /// Whether something is wrong with the run itself, or with the scenario: it failed, or says a
  /// process or reference that has no role.
  boolean isFaulty() {
    return said.containsKey(FAILURE)
        || said.containsKey("?")
        || said.values().stream().anyMatch(lane -> lane.toString().contains("?"));
  }

  /// Prints two traces, each lane's lines beside each other; `*` marks lines that differ.
  static String besideEachOther(String leftTitle, Lanes left, String rightTitle, Lanes right) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {leftTitle, rightTitle});
    Map<String, List<String>> lanes = new TreeMap<>(left.said());
    lanes.putAll(right.said());
    for (String lane : lanes.keySet()) {
      List<String> a = left.said().getOrDefault(lane, List.of());
      List<String> b = right.said().getOrDefault(lane, List.of());
      for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        rows.add(new String[] {line(lane, a, i), line(lane, b, i)});
      }
    }
    int width = rows.stream().mapToInt(row -> row[0].length()).max().orElseThrow();
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      boolean differs = row != rows.getFirst() && !row[0].equals(row[1]);
      text.append(differs ? "* " : "  ")
          .append(row[0])
          .append(" ".repeat(width - row[0].length()))
          .append(" | ")
          .append(row[1])
          .append('\n');
    }
    return text.toString();
  }

  private static String line(String lane, List<String> lines, int index) {
    return index < lines.size() ? lane + SEPARATOR + lines.get(index) : "";
  }
}
