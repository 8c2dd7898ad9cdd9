package dev.belay.death;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own, for what would harm the JVM of the tests or needs other options than that.
///
/// It runs without `-ea`: with it every verb walks the stack, which is not how programs run.
public final class Forked {
  /// How much of its output a failure shows, from the end.
  private static final int SHOWN = 20_000;

  private Forked() {}

  /// Runs a main class to its end, and expects that it ends well.
  ///
  /// @param limit how long it may take
  /// @param options of the JVM
  /// @param main the main class
  /// @param args its arguments
  /// @return what it printed, both streams together
  /// @throws IOException if it cannot be started, or its output not be read
  /// @throws InterruptedException if the wait is interrupted
  public static String run(Duration limit, List<String> options, Class<?> main, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseCompactObjectHeaders");
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    Path output = Files.createTempFile("belay", ".txt");
    try {
      Process jvm =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended;
      try {
        jvm.getOutputStream().close();
        ended = jvm.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        jvm.destroyForcibly().waitFor();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      String what = main.getName() + " " + String.join(" ", args);
      assertThat(ended).as("%s ends within %s; it said:%n%s", what, limit, tail(said)).isTrue();
      assertThat(jvm.exitValue())
          .as("exit code of %s with %s; it said:%n%s", what, options, tail(said))
          .isZero();
      return said;
    } finally {
      Files.delete(output);
    }
  }

  private static String tail(String said) {
    return said.length() <= SHOWN ? said : "…" + said.substring(said.length() - SHOWN);
  }
}
