package dev.belay.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One operating-system process that measures one thing, from its start to its end. Nothing else
/// runs meanwhile; the bench itself sleeps until a line comes.
final class Fork {
  /// What a process said.
  ///
  /// @param samples its readings of one operation, in the order in which they were made
  /// @param others what else it said, by the first word of the line
  record Readings(List<Double> samples, Map<String, String> others) {}

  private static final Duration LIMIT = Duration.ofMinutes(15);

  private Fork() {}

  /// Runs a command that prints readings and, if all went well, `end`.
  ///
  /// @throws BenchException if it fails, says nothing that can be understood, or takes too long
  static Readings run(List<String> command) {
    return run(command, Map.of());
  }

  /// Runs it with more in its environment.
  static Readings run(List<String> command, Map<String, String> environment) {
    try {
      Path errors = Files.createTempFile("belay-bench", ".err");
      try {
        return run(builder(command, environment, errors), errors);
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new BenchException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static Readings run(ProcessBuilder builder, Path errors)
      throws IOException, InterruptedException {
    Process process = builder.redirectInput(new File("/dev/null")).start();
    // Who ends the bench means what it started, too.
    Thread withTheBench = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(withTheBench);
    Thread watch = Thread.startVirtualThread(() -> endAfter(LIMIT, process));
    List<Double> samples = new ArrayList<>();
    Map<String, String> others = new LinkedHashMap<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 2);
        String rest = words.length == 2 ? words[1] : "";
        if (words[0].equals("sample")) {
          samples.add(Double.valueOf(rest));
        } else {
          others.put(words[0], rest);
        }
      }
      int status = process.waitFor();
      if (status != 0 || !others.containsKey("end")) {
        throw new BenchException(
            "ended with status " + status + ": " + firstOf(Files.readString(errors), others));
      }
    } finally {
      watch.interrupt();
      process.destroyForcibly();
      removeHook(withTheBench);
    }
    others.remove("end");
    return new Readings(List.copyOf(samples), others);
  }

  /// A process with the flags of its command alone, and with a file for what it complains of.
  static ProcessBuilder builder(
      List<String> command, Map<String, String> environment, Path errors) {
    ProcessBuilder builder = new ProcessBuilder(command);
    // The flags are those that the report states, and no others.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("ERL_.*FLAGS.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS"));
    builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
    builder.environment().putAll(environment);
    return builder.redirectError(errors.toFile());
  }

  static void endAfter(Duration limit, Process process) {
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // It has ended.
    }
  }

  static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The bench is being ended.
    }
  }

  private static String firstOf(String errors, Map<String, String> others) {
    String text = firstOf(errors);
    return text.isEmpty() ? "it said only " + others : text;
  }

  /// The first lines of what a process complains of.
  static String firstOf(String errors) {
    return errors.lines().limit(12).reduce("", (all, line) -> all + "\n    " + line);
  }
}
