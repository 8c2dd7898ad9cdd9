package dev.belay.twins;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Runs all Erlang scenarios on the installed Erlang, in one start of it.
final class ErlangTraces {
  private static final long TIME_LIMIT_SECONDS = 180;

  /// Compiles what the scenarios share and the modules `twin_*.erl`, and runs these. The folders
  /// come as arguments, so that no path has to be quoted.
  private static final String PROGRAM =
      """
      [Sources, Beams, Traces] = init:get_plain_arguments(),
      Options = [report, warnings_as_errors, warn_unused_import, {outdir, Beams}],
      Load = fun (File) ->
          {ok, Module} = compile:file(File, Options),
          {module, Module} = code:load_abs(filename:join(Beams, Module)),
          Module
      end,
      Files = lists:sort(filelib:wildcard(filename:join(Sources, "*.erl"))),
      IsTheme = fun (File) -> lists:prefix("twin_", filename:basename(File)) end,
      {Themes, Shared} = lists:partition(IsTheme, Files),
      lists:foreach(Load, Shared),
      Modules = lists:map(Load, Themes),
      twin:run(Modules, Traces),
      halt(0).
      """;

  private ErlangTraces() {}

  /// Runs the scenarios.
  ///
  /// @param sources the folder of the Erlang modules
  /// @param work a folder for what is made
  /// @return the traces of each scenario's rounds, by the scenario's name
  static Map<String, List<Lanes>> run(Path sources, Path work) {
    try {
      Files.createDirectories(work);
      Path traces = work.resolve("erlang.trace");
      Files.deleteIfExists(traces);
      Path output = work.resolve("erlang.out");
      execute(sources, work, traces, output);
      return read(Files.readAllLines(traces));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void execute(Path sources, Path work, Path traces, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "erl",
            "-noinput",
            "-eval",
            PROGRAM,
            "-extra",
            sources.toString(),
            work.toString(),
            traces.toString());
    builder.environment().keySet().removeIf(name -> name.matches("ERL_.*FLAGS.*"));
    builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
    builder.directory(work.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    Process erl;
    try {
      erl = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "The twin scenarios need Erlang/OTP 25 or newer, and there is no erl on the PATH."
              + " Install the package erlang-base, or run the tests with ./belay test, which installs it"
              + " or leaves out the tests of tag \"erlang\" and says so.",
          e);
    }
    try {
      if (!erl.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw failed("took longer than " + TIME_LIMIT_SECONDS + " s", output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the Erlang scenarios ran", e);
    } finally {
      erl.destroyForcibly();
    }
    if (erl.exitValue() != 0) {
      throw failed("ended with " + erl.exitValue(), output);
    }
  }

  private static IllegalStateException failed(String how, Path output) throws IOException {
    return new IllegalStateException(
        "The run of the Erlang scenarios " + how + ":\n" + Files.readString(output));
  }

  /// Reads what `twin.erl` writes: `# theme/scenario` before each round, then the round's lines.
  private static Map<String, List<Lanes>> read(List<String> lines) {
    Map<String, List<Lanes>> traces = new TreeMap<>();
    int start = 0;
    while (start < lines.size()) {
      int end = start + 1;
      while (end < lines.size() && !lines.get(end).startsWith("# ")) {
        end++;
      }
      String name = lines.get(start).substring("# ".length());
      traces
          .computeIfAbsent(name, _ -> new ArrayList<>())
          .add(Lanes.of(lines.subList(start + 1, end)));
      start = end;
    }
    return traces;
  }
}
