package dev.belay.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `belay bench`: starts the bench, which is a program of its own with libraries of its own, in a
/// JVM of its own, and shows what it says.
@Command(
    name = "bench",
    description =
        "Measures the same workloads on Belay, on the installed Erlang, on Pekko and with"
            + " Jinterface, on one node and between two.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:everything was measured, whether or not a target was missed",
      "1:something could not be measured, or gave a wrong result",
      "2:the command was not understood"
    })
final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "One round, smaller sizes, short warm-up: a few minutes, for a first look.")
  private boolean quick;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description =
          "Only these rows, see --list; 'none' for no row, as with --big or --mesh alone.")
  private List<String> rows = new ArrayList<>();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SYSTEM",
      description = "Only these systems, see --list.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "SYSTEM",
      description =
          "All systems but these, for example erlang where none is installed; without it also those"
              + " that need it.")
  private List<String> without = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often everything is measured, in turn; 5 by default, 1 with --quick.")
  private @Nullable String rounds;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "The heap of each JVM; 8g by default, 2g with --quick.")
  private @Nullable String heap;

  @Option(
      names = "--jvm",
      paramLabel = "FLAG",
      description = "A further flag for the JVMs of Belay, not of Pekko; may be repeated.")
  private List<String> jvm = new ArrayList<>();

  @Option(
      names = "--big",
      description =
          "Also a million receive-style processes at once, each answering a message, and five"
              + " million turn-style ones.")
  private boolean big;

  @Option(
      names = "--mesh",
      description =
          "Also how far a full mesh of visible nodes reaches: connections, ticks and memory a node,"
              + " measured with up to 50 nodes, computed beyond.")
  private boolean mesh;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the raw data there.")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Measure nothing; make Markdown tables of raw data.")
  private @Nullable Path report;

  @Option(
      names = "--into",
      paramLabel = "DOCUMENT",
      description = "With --report: put the tables into this document, between its two marks.")
  private @Nullable Path into;

  @Option(
      names = "--jmh",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "REGEX",
      description = "Measure the parts instead: JMH's benchmarks, or those whose names match.")
  private @Nullable String jmh;

  @Option(names = "--list", description = "Only list the rows and the systems.")
  private boolean list;

  @Spec private CommandSpec spec;

  BenchCommand() {}

  @Override
  public Integer call() {
    if (into != null && report == null) {
      throw new ParameterException(spec.commandLine(), "--into needs --report");
    }
    String classPath = System.getProperty("belay.bench", "");
    if (classPath.isEmpty()) {
      throw new CommandFailure(
          "the bench runs in a clone of the repository; start it there with ./belay bench");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It only waits, and should not be in the way of what is measured.
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx128m", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-Dstderr.encoding=UTF-8", "-cp", classPath, "dev.belay.bench.Bench"));
    command.addAll(settings());
    return run(command);
  }

  /// What was asked for, as the bench takes it.
  private List<String> settings() {
    List<String> settings = new ArrayList<>();
    settings.add("root=" + System.getProperty("belay.root", ""));
    settings.add("live=" + (spec.commandLine().getColorScheme().ansi() == Ansi.ON));
    settings.add("quick=" + quick);
    settings.add("big=" + big);
    settings.add("mesh=" + mesh);
    settings.add("rows=" + String.join(",", rows));
    settings.add("only=" + String.join(",", only));
    settings.add("without=" + String.join(",", without));
    settings.add("jvm=" + String.join(" ", jvm));
    add(settings, "rounds", rounds);
    add(settings, "heap", heap);
    add(settings, "json", json);
    add(settings, "report", report);
    add(settings, "into", into);
    add(settings, "jmh", jmh);
    add(settings, "list", list ? "" : null);
    return settings;
  }

  private static void add(List<String> settings, String name, @Nullable Object value) {
    if (value != null) {
      settings.add(name + "=" + value);
    }
  }

  private int run(List<String> command) {
    try {
      Process bench = new ProcessBuilder(command).redirectInput(new File("/dev/null")).start();
      // Who ends this command means the bench, too.
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(bench::destroy));
      Thread errors =
          Thread.ofVirtual()
              .start(() ->
                  pass(bench.errorReader(StandardCharsets.UTF_8), spec.commandLine().getErr()));
      pass(bench.inputReader(StandardCharsets.UTF_8), spec.commandLine().getOut());
      errors.join();
      return bench.waitFor();
    } catch (IOException e) {
      throw new CommandFailure("the bench cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  /// Passes on what comes, as it comes.
  private static void pass(Reader from, PrintWriter to) {
    char[] some = new char[4_096];
    try (from) {
      for (int count = from.read(some); count >= 0; count = from.read(some)) {
        to.write(some, 0, count);
        to.flush();
      }
    } catch (IOException e) {
      // The bench has ended.
    }
  }
}
