package dev.belay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Results as the tables of a document.
final class MarkdownReport {
  /// Between these two lines a document has the tables.
  private static final String BEGIN = "<!-- figures -->";

  private static final String END = "<!-- end of figures -->";

  private MarkdownReport() {}

  static List<String> lines(Results results) {
    List<String> lines = new ArrayList<>();
    lines.add("| circumstance | |");
    lines.add("| --- | --- |");
    results.circumstances().forEach((name, value) -> lines.add(cells(name, value)));
    if (!results.rows().isEmpty()) {
      lines.add("");
      table(results, lines);
      lines.add("");
      lines.add(
          "Figures: median (least–greatest), then the ratio to Erlang. Best anchor: the lowest ratio to Erlang of Erlang, Pekko and others;"
              + " \"elsewhere\" marks those that were measured once, on another machine. "
              + capitalised(TextReport.summary(results))
              + ".");
    }
    crowds(results, lines);
    if (!results.failures().isEmpty()) {
      lines.add("");
      lines.add("Not measured:");
      lines.add("");
      results
          .failures()
          .forEach(failure ->
              lines.add(
                  "- " + failure.lines().map(String::strip).collect(Collectors.joining(" "))));
    }
    return lines;
  }

  private static void table(Results results, List<String> lines) {
    List<String> titles = new ArrayList<>(List.of("workload"));
    for (Contender contender : Contender.values()) {
      titles.add(contender.title());
    }
    titles.add("targets");
    titles.add("best anchor");
    lines.add(cells(titles.toArray(String[]::new)));
    lines.add(cells(titles.stream().map(_ -> "---").toArray(String[]::new)));
    for (Row row : results.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.title() + " [" + row.unit() + "]"));
      for (Contender contender : Contender.values()) {
        cells.add(results.of(row, contender).map(one -> figure(one, results)).orElse("–"));
      }
      cells.add(targets(row, results));
      cells.add(Anchor.best(row, results).map(Anchor::toString).orElse("–"));
      lines.add(cells(cells.toArray(String[]::new)));
    }
  }

  private static String figure(Measured one, Results results) {
    String figure = Figures.of(one.median()) + " (" + Figures.spread(one) + ")";
    if (one.contender() == Contender.ERLANG) {
      return figure;
    }
    return figure
        + results
            .ratio(one.row(), one.contender(), Contender.ERLANG)
            .map(ratio -> ", **" + Figures.ratio(ratio) + "**")
            .orElse("");
  }

  private static String targets(Row row, Results results) {
    return row.targets().stream()
        .filter(target -> results.of(row, target.contender()).isPresent())
        .map(target ->
            target.contender().title().replace("Belay ", "")
                + " "
                + Verdict.of(target, row, results))
        .collect(Collectors.joining("; "));
  }

  private static void crowds(Results results, List<String> lines) {
    if (results.crowded().isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(
        cells(
            "crowd",
            "spawned and there, ns each",
            "live heap, bytes each",
            "asked and answered, ns each"));
    lines.add(cells("---", "---", "---", "---"));
    for (Crowded crowd : results.crowded()) {
      lines.add(
          cells(
              TextReport.crowd(crowd),
              Figures.of(crowd.spawnNanos()),
              Figures.of(crowd.bytes()),
              Figures.of(crowd.answerNanos())));
    }
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells).replace("\n", " ") + " |";
  }

  private static String capitalised(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /// Puts the tables into a document, between its two marks.
  ///
  /// @throws BenchException if the document is not there, or has no marks
  static void into(Path document, Results results) {
    try {
      String text = Files.readString(document);
      int begin = text.indexOf(BEGIN);
      int end = text.indexOf(END);
      if (begin < 0 || end < begin) {
        throw new BenchException(
            document + " has no lines \"" + BEGIN + "\" and \"" + END + "\" to write between");
      }
      Files.writeString(
          document,
          text.substring(0, begin + BEGIN.length())
              + "\n\n"
              + String.join("\n", lines(results))
              + "\n\n"
              + text.substring(end));
    } catch (IOException e) {
      throw new BenchException(document + " cannot be rewritten: " + e, e);
    }
  }
}
