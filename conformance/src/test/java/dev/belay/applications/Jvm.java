package dev.belay.applications;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.rules.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM that runs [Programs], is told to end, and is read.
final class Jvm implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int SIGINT_BIT = 1;

  private final Process process;
  private final Path log;
  private final BufferedReader output;

  /// What it has printed to its standard output.
  private final List<String> lines = new ArrayList<>();

  private Jvm(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static Jvm start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    if (isInterruptIgnored()) {
      // Which the JVM would inherit.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("-Djava.util.logging.manager=" + PatientLogManager.class.getName());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Programs.class.getName());
    command.addAll(List.of(args));
    Path log = Files.createTempFile("belay", ".log");
    return new Jvm(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
  }

  /// Tells whether this JVM was started by somebody who ignores SIGINT, as shells do for what runs
  /// in the background.
  private static boolean isInterruptIgnored() throws IOException {
    if (!Files.exists(STATUS)) {
      return false;
    }
    String ignored =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn: 0");
    long mask = Long.parseUnsignedLong(ignored.substring(ignored.indexOf(':') + 1).strip(), 16);
    return (mask >> SIGINT_BIT & 1) == 1;
  }

  /// Reads until a line has come.
  void awaitLine(String line) throws IOException {
    String last = "";
    while (!last.equals(line)) {
      String next = output.readLine();
      assertThat(next).as("line \"%s\" after %s; log:%n%s", line, lines, log()).isNotNull();
      last = next;
      lines.add(next);
    }
  }

  /// Sends a signal.
  void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }

  /// Waits for the end.
  ///
  /// @return the exit status
  int awaitEnd() throws IOException, InterruptedException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    assertThat(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS))
        .as("it ends; it said %s; log:%n%s", lines, log())
        .isTrue();
    return process.exitValue();
  }

  List<String> lines() {
    return lines;
  }

  String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    output.close();
    Files.delete(log);
  }
}
