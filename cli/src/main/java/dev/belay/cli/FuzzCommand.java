package dev.belay.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `belay fuzz`: gives the parts that read what other nodes send one input after the other, for as
/// long as one wants.
@Command(
    name = "fuzz",
    description = "Fuzzes what reads the bytes of other nodes; what it finds becomes a test.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no promise was broken",
      "1:one was, or the fuzzer could not be run",
      "2:the command was not understood"
    })
final class FuzzCommand implements Callable<Integer> {
  private static final String SOURCES = "distribution/src/jazzer/java";
  private static final String INPUTS = "distribution/src/test/resources";
  private static final String SUFFIX = "Fuzz.java";

  @Parameters(
      arity = "0..*",
      paramLabel = "PART",
      description = "Only these parts; all of them if none is named.")
  private List<String> parts = new ArrayList<>();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long for each part, such as 30s, 10m or 2h; ${DEFAULT-VALUE} otherwise.")
  private String time = "";

  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "How many parts at once; ${DEFAULT-VALUE} otherwise.")
  private int jobs;

  @Spec private CommandSpec spec;

  FuzzCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!time.matches("[1-9][0-9]{0,4}[smh]")) {
      throw misunderstood("--for " + time + ": a time is a number with s, m or h, such as 10m");
    }
    if (jobs < 1) {
      throw misunderstood("--jobs " + jobs + ": at least one part at once");
    }
    Path root = root();
    Map<String, String> all = parts(root);
    Set<String> chosen = new TreeSet<>(parts.isEmpty() ? all.values() : Set.of());
    for (String part : parts) {
      String name = all.get(part);
      if (name == null) {
        throw misunderstood(
            "there is no part '" + part + "'; the parts are: " + String.join(", ", all.keySet()));
      }
      chosen.add(name);
    }
    Instant begin = Instant.now();
    int status = run(root, String.join(",", chosen));
    PrintWriter out = spec.commandLine().getOut();
    for (Path input : found(root, begin)) {
      out.println("Found: " + root.relativize(input));
      out.println("  It fails until it is mended: ./belay test --only CorpusTest");
    }
    out.println("What led to new paths is kept for the next time: distribution/.cifuzz-corpus");
    out.flush();
    return status == 0 ? 0 : 1;
  }

  private ParameterException misunderstood(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /// The classes of the parts, by the parts' names: `EpmdServerFuzz` is `epmd-server`.
  private static Map<String, String> parts(Path root) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve(SOURCES))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          String part = name.substring(0, name.length() - SUFFIX.length());
          parts.put(
              part.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT),
              name.substring(0, name.length() - ".java".length()));
        }
      }
    }
    return parts;
  }

  /// Runs the fuzzer in the build; it tells by itself how far it is.
  private int run(Path root, String classes) throws IOException {
    List<String> command =
        List.of(
            "mvn",
            "--batch-mode",
            "-Pfull",
            "-pl",
            "distribution",
            "-am",
            "test",
            "-Dtest=" + classes,
            "-Dsurefire.failIfNoSpecifiedTests=false",
            "-Dbelay.fuzz.time=" + time,
            "-Dbelay.fuzz.forks=" + jobs,
            "-Dbelay.test.timeout=0");
    Process maven;
    try {
      maven =
          new ProcessBuilder(command)
              .directory(root.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new CommandFailure("mvn cannot be run (is Maven on the PATH?): " + e.getMessage());
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(maven::destroy));
    try {
      return maven.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  /// The inputs that were not there before.
  private static List<Path> found(Path root, Instant begin) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve(INPUTS))) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (Files.isRegularFile(file)
            && Files.getLastModifiedTime(file).toInstant().isAfter(begin)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static Path root() {
    String root = System.getProperty("belay.root", "");
    if (root.isEmpty() || !Files.isDirectory(Path.of(root, SOURCES))) {
      throw new CommandFailure(
          "the fuzzer runs in a clone of the repository; start it there with ./belay fuzz");
    }
    return Path.of(root);
  }
}
