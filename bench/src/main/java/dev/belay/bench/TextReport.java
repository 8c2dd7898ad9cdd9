package dev.belay.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Results for a terminal or a log: a few lines for each row.
final class TextReport {
  private static final String GREEN = "\033[32m";
  private static final String RED = "\033[31m";
  private static final String BOLD = "\033[1m";
  private static final String PLAIN = "\033[0m";

  private final Results results;
  private final boolean colours;
  private final List<String> lines = new ArrayList<>();

  private TextReport(Results results, boolean colours) {
    this.results = results;
    this.colours = colours;
  }

  static List<String> lines(Results results, boolean colours) {
    TextReport report = new TextReport(results, colours);
    report.write();
    return report.lines;
  }

  private void write() {
    lines.add("");
    results
        .circumstances()
        .forEach((name, value) -> lines.add(String.format(Locale.ROOT, "  %-22s %s", name, value)));
    for (Row row : results.rows()) {
      lines.add("");
      lines.add(coloured(BOLD, row.title()) + about(row));
      for (Contender contender : Contender.values()) {
        results.of(row, contender).ifPresent(this::figure);
        if (row.table().has(contender) && !row.isFor(contender)) {
          lines.add(String.format(Locale.ROOT, "  %-20s %9s", row.table().title(contender), "–"));
        }
      }
      Anchor.best(row, results)
          .ifPresent(anchor -> lines.add("  best anchor: " + anchor + " × Erlang"));
    }
    for (Crowded crowd : results.crowded()) {
      lines.add("");
      lines.add(coloured(BOLD, crowd(crowd)));
      lines.add("  spawned and there    " + Figures.of(crowd.spawnNanos()) + " ns each");
      lines.add("  live heap            " + Figures.of(crowd.bytes()) + " bytes each");
      lines.add("  asked and answered   " + Figures.of(crowd.answerNanos()) + " ns each");
    }
    for (Meshed meshed : results.meshed()) {
      lines.add("");
      lines.add(coloured(BOLD, "a full mesh of " + meshed.nodes() + " nodes"));
      lines.addAll(MeshReport.text(meshed));
    }
    if (!results.failures().isEmpty()) {
      lines.add("");
      lines.add(coloured(RED, "Not measured:"));
      results.failures().forEach(failure -> lines.add("  " + failure));
    }
    if (!results.rows().isEmpty()) {
      lines.add("");
      lines.add(summary(results));
    }
  }

  /// Names a crowd.
  static String crowd(Crowded crowd) {
    return String.format(
        Locale.ROOT, "%,d processes at once, %s", crowd.processes(), crowd.style().title());
  }

  private String about(Row row) {
    int size =
        results.measured().stream()
            .filter(one -> one.row() == row)
            .mapToInt(Measured::size)
            .findFirst()
            .orElse(0);
    return String.format(Locale.ROOT, "  [%s; %,d %s]", row.unit(), size, row.size().unit());
  }

  private void figure(Measured one) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "  %-20s %9s  %-17s",
            one.row().table().title(one.contender()),
            Figures.of(one.median()),
            Figures.spread(one)));
    if (one.contender() != Contender.ERLANG) {
      results
          .ratio(one.row(), one.contender(), Contender.ERLANG)
          .ifPresent(ratio ->
              line.append(String.format(Locale.ROOT, " %6s × Erlang", Figures.ratio(ratio))));
    }
    for (Target target : one.row().targets()) {
      if (target.contender() == one.contender()) {
        Verdict verdict = Verdict.of(target, one.row(), results);
        String colour =
            switch (verdict.kind()) {
              case MET -> GREEN;
              case MISSED -> RED;
              case NOT_COUNTED, OPEN -> "";
            };
        line.append("   ").append(coloured(colour, verdict.toString()));
      }
    }
    lines.add(line.toString());
  }

  /// Counts the verdicts.
  static String summary(Results results) {
    List<Verdict.Kind> kinds =
        results.rows().stream()
            .flatMap(row ->
                row.targets().stream()
                    .filter(target -> results.of(row, target.contender()).isPresent())
                    .map(target -> Verdict.of(target, row, results).kind()))
            .toList();
    return String.format(
        Locale.ROOT,
        "targets: %d met, %d missed, %d open, %d for own carriers only (not counted)",
        count(kinds, Verdict.Kind.MET),
        count(kinds, Verdict.Kind.MISSED),
        count(kinds, Verdict.Kind.OPEN),
        count(kinds, Verdict.Kind.NOT_COUNTED));
  }

  private static long count(List<Verdict.Kind> kinds, Verdict.Kind kind) {
    return kinds.stream().filter(one -> one == kind).count();
  }

  private String coloured(String colour, String text) {
    return colours && !colour.isEmpty() ? colour + text + PLAIN : text;
  }
}
