package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `./belay bench …`, as the launcher starts it, run to its end.
record Launched(int status, String out, String err) {
  private static final long LIMIT_SECONDS = 240;

  /// Runs the command with what the PATH of this JVM offers.
  static Launched bench(Path folder, String... args) {
    return benchWithPath(folder, System.getenv().getOrDefault("PATH", ""), args);
  }

  /// Runs the command with another PATH.
  static Launched benchWithPath(Path folder, String path, String... args) {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbelay.root=" + Path.of("..").toAbsolutePath().normalize());
    command.add("-Dbelay.bench=" + System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
    command.addAll(List.of("dev.belay.cli.Main", "bench"));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PATH", path);
    try {
      Process process =
          builder
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
            .as("the bench ends in time")
            .isTrue();
      } finally {
        process.destroy();
      }
      return new Launched(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
