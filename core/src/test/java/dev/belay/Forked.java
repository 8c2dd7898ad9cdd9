package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Runs a test's own program in a JVM of its own, from the class path.
final class Forked {
  private static final long SECONDS = 60;

  private Forked() {}

  /// Runs a program and expects that it ends with 0.
  ///
  /// @return what it printed
  static String run(Class<?> program, List<String> options)
      throws IOException, InterruptedException, URISyntaxException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, folderOf(Node.class), folderOf(Waiting.class)));
    command.add(program.getName());
    java.lang.Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed;
    try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
      printed = reader.readAllAsString();
    }
    assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  private static String folderOf(Class<?> type) throws URISyntaxException {
    String resource = type.getSimpleName() + ".class";
    Path file = Path.of(Objects.requireNonNull(type.getResource(resource)).toURI());
    Path folder = file;
    for (int up = type.getName().split("\\.", -1).length; up > 0; up--) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder.toString();
  }
}
