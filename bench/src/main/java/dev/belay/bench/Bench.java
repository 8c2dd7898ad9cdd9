package dev.belay.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `./belay bench` starts: it plans, has others measure, and reports.
///
/// Its own JVM does nothing while something is measured. The command line is checked here, where
/// the rows and systems are known; each argument is a setting, `name=value`.
public final class Bench {
  private static final int FAILED = 1;
  private static final int NOT_UNDERSTOOD = 2;

  private Bench() {}

  /// Runs the bench and ends the JVM: with 0 if all was measured, 1 if something was not, 2 if the
  /// settings were not understood.
  ///
  /// @param args the settings
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    Map<String, String> settings = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      settings.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    boolean live = Boolean.parseBoolean(settings.remove("live"));
    Path root = Path.of(settings.getOrDefault("root", ""));
    settings.remove("root");
    if (settings.remove("list") != null) {
      list(out);
      return 0;
    }
    String report = settings.remove("report");
    if (report != null) {
      return report(Path.of(report), settings.remove("into"), out, err);
    }
    String parts = settings.remove("jmh");
    Plan plan;
    try {
      plan = Plan.of(settings);
    } catch (BenchException e) {
      err.println("belay: " + e.getMessage());
      return NOT_UNDERSTOOD;
    }
    try {
      if (parts != null) {
        return Parts.run(parts, plan) == 0 ? 0 : FAILED;
      }
      return measure(plan, root, live, out);
    } catch (BenchException e) {
      err.println("belay: " + e.getMessage());
      return FAILED;
    }
  }

  private static void list(PrintStream out) {
    out.println("Rows:");
    for (Row row : Row.values()) {
      out.printf("  %-15s %s%n", row.id(), row.title());
    }
    out.println("Systems:");
    for (Contender contender : Contender.values()) {
      out.printf("  %-15s %s%n", contender.id(), contender.title());
    }
    out.flush();
  }

  private static int report(
      Path file, @Nullable String document, PrintStream out, PrintStream err) {
    try {
      Results results = RawData.read(file);
      if (document == null) {
        MarkdownReport.lines(results).forEach(out::println);
      } else {
        MarkdownReport.into(Path.of(document), results);
      }
      return 0;
    } catch (BenchException e) {
      err.println("belay: " + e.getMessage());
      return FAILED;
    }
  }

  private static int measure(Plan plan, Path root, boolean live, PrintStream out) {
    if (plan.quick()) {
      out.println("Quick: fewer rounds, smaller sizes, short warm-up. For a first look only.");
    }
    if (Machine.load() > 0.5 * Machine.cores()) {
      out.printf(
          "The machine is busy (load %.2f on %d cores): the figures will suffer.%n",
          Machine.load(), Machine.cores());
    }
    Results results = Runner.run(plan, root, new Progress(out, live));
    TextReport.lines(results, live).forEach(out::println);
    plan.json().ifPresent(file -> out.println("raw data: " + file));
    out.flush();
    return results.failures().isEmpty() ? 0 : FAILED;
  }
}
