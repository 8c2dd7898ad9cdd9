package dev.belay.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What figures depend on besides the code: the machine, and what is installed on it.
final class Machine {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Machine() {}

  /// Bytes of memory.
  static long memory() {
    return SYSTEM.getTotalMemorySize();
  }

  /// How many processes want to run at the moment, on average of the last minute; negative if the
  /// system does not say.
  static double load() {
    return SYSTEM.getSystemLoadAverage();
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /// What there is to say of the machine, in words.
  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("cores", Integer.toString(cores()));
    processor().ifPresent(name -> facts.put("processor", name));
    facts.put("memory", (memory() >> 20) + " MB");
    facts.put(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
    facts.put("load before", String.format(Locale.ROOT, "%.2f", load()));
    facts.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    return facts;
  }

  private static Optional<String> processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The commit of the sources in a folder, if there is one.
  static Optional<String> commit(Path root) {
    return git(root, "rev-parse", "--short=12", "HEAD")
        .map(commit ->
            git(root, "status", "--porcelain", "--untracked-files=no").orElse("").isEmpty()
                ? commit
                : commit + " with local changes");
  }

  private static Optional<String> git(Path root, String... words) {
    try {
      Process git =
          new ProcessBuilder(command(words))
              .directory(root.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = git.waitFor(30, TimeUnit.SECONDS) && git.exitValue() == 0;
      return done ? Optional.of(answer.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static List<String> command(String... words) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    return command;
  }
}
