package dev.belay.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The installed Erlang, on which the twin scenarios run.
final class Erlang {
  /// The oldest OTP release whose behaviour the scenarios state.
  private static final int OLDEST = 25;

  /// The second one is for distribution over TLS.
  private static final List<String> PACKAGES = List.of("erlang-base", "erlang-ssl");

  private static final List<String> INSTALL = install("apt-get");

  private Erlang() {}

  /// Sees to it that an Erlang is there: finds it, or installs it where that is allowed, saying so.
  ///
  /// @param needing the tests that cannot run without
  /// @param mayInstall whether packages may be installed
  /// @return false if there is none, and tests have to be left out
  static boolean provide(PrintWriter out, List<String> needing, boolean mayInstall) {
    int release = release();
    if (release >= OLDEST || needing.isEmpty()) {
      return true;
    }
    List<String> prefix = mayInstall ? privilege() : List.of("no");
    if (prefix.equals(List.of("no")) || !isOnPath("apt-get")) {
      leaveOut(out, needing, release);
      return false;
    }
    List<String> install = new ArrayList<>(prefix);
    install.addAll(INSTALL);
    out.println("Installing Erlang for the twin scenarios: " + String.join(" ", install));
    out.flush();
    if (run(install) != 0) {
      // The lists of packages may be missing, or name versions that are gone.
      List<String> update = new ArrayList<>(prefix);
      update.addAll(List.of("apt-get", "update", "-q"));
      out.println("  that failed; once more after " + String.join(" ", update));
      out.flush();
      run(update);
      run(install);
    }
    release = release();
    if (release >= OLDEST) {
      out.println("  installed: Erlang/OTP " + release);
      return true;
    }
    leaveOut(out, needing, release);
    return false;
  }

  private static void leaveOut(PrintWriter out, List<String> needing, int release) {
    out.println(
        release == 0
            ? "No Erlang is installed (erl is not on the PATH), or one without its application ssl."
            : "The installed Erlang/OTP " + release + " is older than " + OLDEST + ".");
    out.println("Left out, since they need Erlang/OTP " + OLDEST + " or newer:");
    needing.forEach(name -> out.println("  " + name));
    out.println("To have them run: " + String.join(" ", install("sudo", "apt-get")));
    out.flush();
  }

  private static List<String> install(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("install", "-y", "--no-install-recommends"));
    words.addAll(PACKAGES);
    return List.copyOf(words);
  }

  /// The OTP release of the `erl` on the PATH, or 0 if there is none, or it has no TLS.
  private static int release() {
    try {
      Process erl =
          new ProcessBuilder(
                  "erl",
                  "-noshell",
                  "-eval",
                  "is_list(code:lib_dir(ssl)) andalso"
                      + " io:format(\"~s~n\", [erlang:system_info(otp_release)]), halt().")
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(erl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      erl.waitFor(30, TimeUnit.SECONDS);
      return answer.strip().matches("\\d+") ? Integer.parseInt(answer.strip()) : 0;
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /// What to put before a command that needs root; the word "no" if it cannot be had unasked.
  private static List<String> privilege() {
    if ("root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    boolean sudo = isOnPath("sudo") && run(List.of("sudo", "-n", "true")) == 0;
    return sudo ? List.of("sudo", "-n") : List.of("no");
  }

  private static boolean isOnPath(String command) {
    String path = System.getenv("PATH");
    if (path == null) {
      return false;
    }
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, command))) {
        return true;
      }
    }
    return false;
  }

  /// Runs a command with its output shown as it comes, on standard error, and gives its status.
  private static int run(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      return builder
          .redirectInput(new File("/dev/null"))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
    } catch (IOException e) {
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
