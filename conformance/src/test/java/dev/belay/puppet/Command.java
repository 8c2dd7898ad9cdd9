package dev.belay.puppet;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program that a test has started, as a process of the operating system; what it says on
/// standard error goes into a file.
final class Command implements AutoCloseable {
  private static final long LONGEST_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;
  private final Path errors;

  private Command(Process process, Path errors) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.errors = errors;
  }

  /// Starts a subcommand of `./belay`, on the class path of the tests.
  ///
  /// @param folder where it may write; its home
  static Command belay(Path folder, String... args) throws IOException {
    return belay(folder, List.of(), Map.of(), args);
  }

  /// Starts a subcommand of `./belay`, by way of another program.
  ///
  /// @param folder where it may write; its home
  /// @param prefix what to put before it on the command line
  /// @param variables of its environment, besides those of the tests
  static Command belay(
      Path folder, List<String> prefix, Map<String, String> variables, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("dev.belay.cli.Main");
    command.addAll(List.of(args));
    return start(folder, variables, command);
  }

  /// Starts any program.
  ///
  /// @param folder where it may write; its home
  /// @param variables of its environment, besides those of the tests
  static Command start(Path folder, Map<String, String> variables, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("ERL_.*|BELAY_.*|XDG_CONFIG_HOME"));
    environment.put("ERL_CRASH_DUMP_SECONDS", "0");
    environment.put("HOME", folder.toString());
    environment.putAll(variables);
    Path errors = Files.createTempFile(folder, "stderr", ".txt");
    Process process =
        builder
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
            .start();
    return new Command(process, errors);
  }

  /// Returns the next line that it prints, or null if it prints nothing more.
  @Nullable String line() throws IOException {
    return out.readLine();
  }

  /// Closes its standard input.
  void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  /// Sends it a signal.
  ///
  /// @param name without SIG: STOP, CONT
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill -" + name + " failed; it says: " + errors());
    }
  }

  /// Sends it SIGTERM, and keeps its streams open.
  void terminate() {
    process.toHandle().destroy();
  }

  /// Waits for its end.
  ///
  /// @return its exit status
  int status() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not end; it says: " + errors());
    }
    return process.exitValue();
  }

  /// Returns what it has said on standard error.
  String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
