package dev.belay.explorer;

import java.util.ArrayList;
import java.util.List;

/// Who makes each step of an execution; written as runs, `0x12.2x3.0` for twelve steps of strand 0,
/// three of strand 2 and one of strand 0.
///
/// @param strands the strand of each step; beyond its end the running strand goes on while it can
record Schedule(List<Integer> strands) {
  static Schedule of(int[] chosen, int length) {
    List<Integer> strands = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      strands.add(chosen[i]);
    }
    return new Schedule(strands);
  }

  static Schedule parse(String text) {
    List<Integer> strands = new ArrayList<>();
    for (String run : text.isEmpty() ? new String[0] : text.split("\\.", -1)) {
      String[] parts = run.split("x", -1);
      int times = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
      for (int i = 0; i < times; i++) {
        strands.add(Integer.valueOf(parts[0]));
      }
    }
    return new Schedule(List.copyOf(strands));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < strands.size()) {
      int strand = strands.get(i);
      int from = i;
      while (i < strands.size() && strands.get(i) == strand) {
        i++;
      }
      text.append(text.isEmpty() ? "" : ".").append(strand);
      if (i - from > 1) {
        text.append('x').append(i - from);
      }
    }
    return text.toString();
  }
}
