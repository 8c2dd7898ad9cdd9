package dev.belay.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chapter that is played by a program of its own, so that it can be told to end.
final class ChapterProgram implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern OTHER = Pattern.compile("process (\\d+) of this machine");

  private final Process process;
  private final BufferedReader out;
  private final List<String> read = new ArrayList<>();

  private ChapterProgram(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /// Starts the `main` of a chapter.
  ///
  /// @param folder where it may put files
  /// @param change changes how it is started
  static ChapterProgram start(
      Class<? extends Chapter> chapter, Path folder, UnaryOperator<ProcessBuilder> change)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            Wall.classPath(),
            chapter.getName());
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    return new ChapterProgram(change.apply(builder).start());
  }

  /// Reads until it has said which process the other node is, and returns its number.
  long awaitOther() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
      Matcher other = OTHER.matcher(line);
      if (other.find()) {
        return Long.parseLong(other.group(1));
      }
    }
    throw new AssertionError("it has not started another node:\n" + String.join("\n", read));
  }

  /// Reads all that it says until its end.
  String readAll() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      read.add(line);
    }
    return String.join("\n", read);
  }

  /// Sends it a signal.
  void signal(String name) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    assertThat(status).isZero();
  }

  /// Waits for its end.
  ///
  /// @return its exit status
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  /// Waits until a process has ended. One for whose status nobody has asked has, too.
  static void awaitGone(long pid) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (isRunning(pid)) {
      assertThat(System.nanoTime()).as("process %d has not ended", pid).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static boolean isRunning(long pid) throws IOException {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
      return false;
    }
    Path state = Path.of("/proc", "" + pid, "stat");
    return !Files.exists(state) || !Files.readString(state).contains(") Z ");
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
