package dev.belay.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One run of Maven as a child process: its whole output goes into a log, a short progress is
/// shown.
final class MavenRun {
  private static final Pattern MODULE =
      Pattern.compile("\\[INFO\\] -+< dev\\.belay:belay-(\\S+) >-+");
  private static final Pattern TESTS = Pattern.compile("\\[\\w+\\] Tests run: (\\d+), .* -- in .*");
  private static final Pattern BEGUN = Pattern.compile("\\[INFO\\] Running (\\S+)");

  private static final Pattern ENDED = Pattern.compile("\\[\\w+\\] Tests run: .* -- in (\\S+)");

  private static final Pattern DOWNLOAD = Pattern.compile("(?:\\[INFO\\] )?Download(?:ing|ed) .*");

  /// A warning in a source, which fails the build.
  private static final Pattern WARNING = Pattern.compile("\\[WARNING\\] .*\\.java:.*");

  /// Surefire only says these when test failures are ignored, though tests are missing.
  private static final Pattern TESTS_LOST =
      Pattern.compile(
          "\\[ERROR\\] (?:.*The forked VM terminated.*|There was a timeout.*|.*Crashed tests:.*"
              + "|.*ExecutionException.*)");

  /// Advice of Maven that helps nobody here, and failed tests, which the reports tell better.
  private static final Pattern NOISE =
      Pattern.compile(
          "\\[ERROR\\] *|\\[ERROR\\] \tat .*|\\[ERROR\\] (?:\\[Help|->) .*|.*[Rr]e-run Maven.*"
              + "|.*full stack trace.*|.*For more information about.*|.*mvn <args> -rf.*"
              + "|.*After correcting.*|.*Could not resolve dependencies for project dev\\.belay:.*"
              + "|\\[ERROR\\] (?:Tests run|Failures|Errors):.*"
              + "|.*<<< (?:FAILURE|ERROR)!.*|\\[ERROR\\] There are test failures.*"
              + "|\\[ERROR\\] {3}\\w+(?:Test|Tests|TestCase)[.:>].*");

  private static final Pattern FAILED =
      Pattern.compile("\\[ERROR\\] Failed to execute goal .*|\\[INFO\\] .* FAILURE \\[.*");

  private static final int MOST_ERRORS = 40;
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

  private final Path root;
  private final List<String> arguments;
  private final boolean live;
  private final PrintWriter out;
  private final Path log;
  private final List<String> errors = new ArrayList<>();

  private Instant started = Instant.EPOCH;
  private Instant lastShown = Instant.EPOCH;
  private Duration time = Duration.ZERO;
  private String module = "";
  private int moduleTests;
  private boolean downloading;
  private String shown = "";
  private boolean testsLost;
  private boolean failed;
  private final Set<String> running = new LinkedHashSet<>();

  /// @param live whether the progress may rewrite its line
  MavenRun(Path root, List<String> arguments, boolean live, PrintWriter out) {
    this.root = root;
    this.arguments = List.copyOf(arguments);
    this.live = live;
    this.out = out;
    this.log = root.resolve(".belay").resolve("test.log");
  }

  /// Runs Maven to its end and says whether it, and all that it started, went well.
  boolean execute() {
    // A module whose format is wrong still has tests worth running, and others depend on it. What
    // failed is read from the output.
    List<String> command = new ArrayList<>(List.of("mvn", "--batch-mode", "--fail-never"));
    command.addAll(arguments);
    started = Instant.now();
    lastShown = started;
    try {
      Files.createDirectories(log.getParent());
      Process maven = start(command);
      Thread clock = Thread.startVirtualThread(this::tick);
      try (BufferedReader lines = maven.inputReader(StandardCharsets.UTF_8);
          Writer file = Files.newBufferedWriter(log)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          file.write(line + "\n");
          follow(line);
        }
      }
      int status = maven.waitFor();
      clock.interrupt();
      endModule();
      time = Duration.between(started, Instant.now());
      return status == 0 && !failed && !testsLost;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }

  private Process start(List<String> command) {
    try {
      Process maven =
          new ProcessBuilder(command)
              .directory(root.toFile())
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      // Who ends this command means Maven too.
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(maven::destroy));
      return maven;
    } catch (IOException e) {
      throw new CommandFailure("mvn cannot be run (is Maven on the PATH?): " + e.getMessage());
    }
  }

  Path log() {
    return log;
  }

  Duration time() {
    return time;
  }

  /// The test classes that began and never ended, when surefire lost its test JVM.
  Set<String> lost() {
    return testsLost ? running : Set.of();
  }

  /// The lines that say why the build failed.
  List<String> errors() {
    return errors;
  }

  /// A duration as a person says it.
  static String spoken(Duration duration) {
    long seconds = Math.ceilDiv(duration.toMillis(), 1000);
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }

  private static String clock(Duration duration) {
    return "%d:%02d".formatted(duration.toMinutes(), duration.toSecondsPart());
  }

  /// Keeps the clock of the progress going while a long test prints nothing.
  private void tick() {
    try {
      while (true) {
        Thread.sleep(Duration.ofSeconds(1));
        showProgress();
      }
    } catch (InterruptedException e) {
      // Maven has ended.
    }
  }

  private synchronized void follow(String line) {
    Matcher building = MODULE.matcher(line);
    Matcher tested = TESTS.matcher(line);
    Matcher begun = BEGUN.matcher(line);
    Matcher ended = ENDED.matcher(line);
    if (begun.matches()) {
      running.add(begun.group(1));
    } else if (ended.matches()) {
      running.remove(ended.group(1));
    }
    if (building.matches()) {
      endModule();
      module = building.group(1).equals("parent") ? "" : building.group(1);
      moduleTests = 0;
    } else if (tested.matches()) {
      moduleTests += Integer.parseInt(tested.group(1));
    } else if (TESTS_LOST.matcher(line).matches()) {
      testsLost = true;
    }
    failed |= FAILED.matcher(line).matches();
    boolean reason = line.startsWith("[ERROR]") || WARNING.matcher(line).matches();
    if (reason && errors.size() < MOST_ERRORS && !NOISE.matcher(line).matches()) {
      errors.add(line);
    }
    downloading = DOWNLOAD.matcher(line).matches();
    showProgress();
  }

  private synchronized void showProgress() {
    Instant now = Instant.now();
    if (module.isEmpty()) {
      return;
    }
    String text =
        "  %s … %d tests so far, %s%s"
            .formatted(
                module,
                moduleTests,
                clock(Duration.between(started, now)),
                downloading ? ", downloading" : "");
    if (live && !text.equals(shown)) {
      out.print("\r\033[K" + text);
      out.flush();
      shown = text;
    } else if (!live && Duration.between(lastShown, now).compareTo(SIGN_OF_LIFE) >= 0) {
      out.println(text);
      out.flush();
      lastShown = now;
    }
  }

  private synchronized void endModule() {
    if (module.isEmpty()) {
      return;
    }
    String tests = moduleTests == 0 ? "no tests" : TestCommand.count(moduleTests, "test");
    out.println((live ? "\r\033[K" : "") + "  " + module + ": " + tests);
    out.flush();
    lastShown = Instant.now();
    module = "";
  }
}
