package dev.belay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Results as the tables of a document.
final class MarkdownReport {
  /// Between these two lines a document has the tables of the rows.
  private static final String BEGIN = "<!-- figures -->";

  private static final String END = "<!-- end of figures -->";

  /// And between these those of the meshes.
  private static final String BEGIN_MESH = "<!-- mesh -->";

  private static final String END_MESH = "<!-- end of mesh -->";

  private MarkdownReport() {}

  static List<String> lines(Results results) {
    List<String> lines = new ArrayList<>(ofRows(results));
    if (!results.meshed().isEmpty()) {
      lines.add("");
      lines.addAll(MeshReport.lines(results));
    }
    return lines;
  }

  private static List<String> ofRows(Results results) {
    List<String> lines = new ArrayList<>();
    lines.add("| circumstance | |");
    lines.add("| --- | --- |");
    results.circumstances().forEach((name, value) -> lines.add(cells(name, value)));
    for (Table table : Table.values()) {
      if (!results.rows(table).isEmpty()) {
        lines.add("");
        table(table, results, lines);
      }
    }
    if (!results.rows().isEmpty()) {
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

  private static void table(Table table, Results results, List<String> lines) {
    List<Contender> contenders = Arrays.stream(Contender.values()).filter(table::has).toList();
    List<String> titles = new ArrayList<>(List.of("workload"));
    for (Contender contender : contenders) {
      titles.add(table.title(contender));
    }
    titles.add("targets");
    titles.add("best anchor");
    lines.add(cells(titles.toArray(String[]::new)));
    lines.add(cells(titles.stream().map(_ -> "---").toArray(String[]::new)));
    for (Row row : results.rows(table)) {
      List<String> cells = new ArrayList<>(List.of(row.title() + " [" + row.unit() + "]"));
      for (Contender contender : contenders) {
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
            styleOf(row.table().title(target.contender())) + " " + Verdict.of(target, row, results))
        .collect(Collectors.joining("; "));
  }

  /// In a table of one node it is clear whose style it is.
  private static String styleOf(String title) {
    return title.endsWith("-style") ? title.replace("Belay ", "") : title;
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

  static String cells(String... cells) {
    return "| " + String.join(" | ", cells).replace("\n", " ") + " |";
  }

  private static String capitalised(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /// Puts the tables into a document, between its marks: those of the rows, or those of the meshes,
  /// or both.
  ///
  /// @throws BenchException if the document is not there, or has no marks
  static void into(Path document, Results results) {
    try {
      String text = Files.readString(document);
      boolean ofRows = isMarked(text, BEGIN, END);
      boolean ofMeshes = isMarked(text, BEGIN_MESH, END_MESH) && !results.meshed().isEmpty();
      if (!ofRows && !ofMeshes) {
        throw new BenchException(
            "%s has no lines \"%s\" and \"%s\" to write between, or, for meshes if there are any, \"%s\" and \"%s\""
                .formatted(document, BEGIN, END, BEGIN_MESH, END_MESH));
      }
      if (ofRows) {
        text = between(text, BEGIN, END, ofRows(results));
      }
      if (ofMeshes) {
        text = between(text, BEGIN_MESH, END_MESH, MeshReport.lines(results));
      }
      Files.writeString(document, text);
    } catch (IOException e) {
      throw new BenchException(document + " cannot be rewritten: " + e, e);
    }
  }

  private static boolean isMarked(String text, String begin, String end) {
    int first = text.indexOf(begin);
    return first >= 0 && text.indexOf(end) > first;
  }

  private static String between(String text, String begin, String end, List<String> lines) {
    return text.substring(0, text.indexOf(begin) + begin.length())
        + "\n\n"
        + String.join("\n", lines)
        + "\n\n"
        + text.substring(text.indexOf(end));
  }
}
