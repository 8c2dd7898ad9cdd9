package dev.belay.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The installed Erlang, with the bench's own module compiled into a temporary folder.
final class Erlang implements AutoCloseable {
  /// Room for the million and what surrounds it; all else is left at its default.
  static final List<String> FLAGS = List.of("+P", "4000000");

  /// Hidden, as nodes of Belay's are: so `global` has nothing to do on either. And on the loopback
  /// interface alone.
  static final List<String> NODE_FLAGS =
      List.of("-hidden", "-kernel", "inet_dist_use_interface", "{127,0,0,1}");

  private static final String MODULE = "belay_bench";
  private static final String NODES_MODULE = "belay_bench_nodes";
  private static final String TERMS_MODULE = "belay_bench_terms";
  private static final List<String> MODULES =
      List.of(MODULE, "belay_bench_otp", NODES_MODULE, TERMS_MODULE);

  private static final String ASK_VERSION =
      """
      Release = erlang:system_info(otp_release),
      File = filename:join([code:root_dir(), "releases", Release, "OTP_VERSION"]),
      Version = case file:read_file(File) of
          {ok, Text} -> string:trim(Text);
          _ -> Release
      end,
      io:format("~s, ~s, erts ~s~n", [Version, erlang:system_info(emu_flavor), erlang:system_info(version)]),
      halt(0).
      """;

  private final Path folder;
  private final String version;

  private Erlang(Path folder, String version) {
    this.folder = folder;
    this.version = version;
  }

  /// Finds Erlang and compiles the module.
  ///
  /// @throws BenchException if there is no Erlang, or it does not compile
  static Erlang prepare() {
    try {
      String version = execute(List.of("erl", "-noinput", "-eval", ASK_VERSION)).strip();
      Path folder = Files.createTempDirectory("belay-bench");
      Erlang erlang = new Erlang(folder, version);
      boolean done = false;
      try {
        erlang.compile();
        done = true;
      } finally {
        if (!done) {
          erlang.close();
        }
      }
      return erlang;
    } catch (IOException e) {
      throw new BenchException(
          """
          there is no Erlang here, to which all else is compared (%s).
          To install it:
            Debian, Ubuntu   apt-get install erlang-base
            macOS            brew install erlang
          or go on without: ./belay bench --without erlang\
          """
              .formatted(e.getMessage()),
          e);
    }
  }

  private void compile() throws IOException {
    for (String module : MODULES) {
      compile(module);
    }
  }

  private void compile(String module) throws IOException {
    Path source = folder.resolve(module + ".erl");
    try (InputStream in =
        Objects.requireNonNull(Erlang.class.getResourceAsStream(module + ".erl"), module)) {
      Files.copy(in, source);
    }
    execute(List.of("erlc", "-Werror", "-o", folder.toString(), source.toString()));
  }

  private static String execute(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new BenchException(command.getFirst() + " failed: " + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /// Its release and flavour.
  String version() {
    return version;
  }

  /// The command that measures a row.
  List<String> command(Row row, int size, Effort effort) {
    return run(List.of("-noinput"), MODULE, args(row, size, effort));
  }

  /// The command of the node that measures a row between nodes.
  List<String> command(Row row, int size, Effort effort, Meeting meeting) {
    List<String> flags = new ArrayList<>(nodeFlags(Meeting.NEAR, meeting));
    flags.add("-noinput");
    return run(flags, MODULE, args(row, size, effort));
  }

  /// The command of the node to which another one talks while that measures. It says `ready`, and
  /// ends with its input.
  List<String> farNode(Meeting meeting) {
    List<String> flags = new ArrayList<>(nodeFlags(Meeting.FAR, meeting));
    flags.add("-noshell");
    return run(flags, NODES_MODULE, List.of("far"));
  }

  /// The command that writes the terms of the rows with terms.
  List<String> terms() {
    return run(List.of("-noinput"), TERMS_MODULE, List.of("show"));
  }

  private static List<String> nodeFlags(String name, Meeting meeting) {
    List<String> flags = new ArrayList<>(NODE_FLAGS);
    flags.addAll(List.of("-sname", name, "-setcookie", meeting.cookie(), "-start_epmd", "false"));
    return flags;
  }

  private static List<String> args(Row row, int size, Effort effort) {
    return List.of(
        "main",
        row.id(),
        Integer.toString(size),
        Long.toString(effort.warmUpMillis()),
        Long.toString(effort.measureMillis()),
        Integer.toString(effort.iterations()));
  }

  private List<String> run(List<String> flags, String module, List<String> call) {
    List<String> command = new ArrayList<>(List.of("erl"));
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-pa", folder.toString(), "-run", module));
    command.addAll(call);
    return command;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // A folder for temporary files is left; somebody cleans it up some time.
    }
  }
}
