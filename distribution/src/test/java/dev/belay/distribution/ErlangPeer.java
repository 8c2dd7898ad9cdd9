package dev.belay.distribution;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real Erlang node, to which a test gives expressions, one a line.
final class ErlangPeer implements AutoCloseable {
  /*
   * The bindings of one expression are there in the next. Only lines that begin with the mark are answers: a node prints
   * reports, too.
   */
  private static final String MARK = "=> ";
  private static final String LOOP =
      """
      io:setopts([{encoding,unicode}]),
      Flush = fun F(Ms) -> receive X -> [X | F(Ms)] after Ms -> [] end end,
      Loop = fun L(B) ->
        case io:get_line("") of
          eof -> halt(0);
          Line ->
            {V, B1} = try
              {ok, T, _} = erl_scan:string(Line),
              {ok, E} = erl_parse:parse_exprs(T),
              {value, V0, B0} = erl_eval:exprs(E, B),
              {V0, B0}
            catch C:R -> {{C, R}, B} end,
            io:format("=> ~0tp~n", [V]),
            L(B1)
        end
      end,
      Loop(erl_eval:add_binding('Flush', Flush, erl_eval:new_bindings())).
      """;

  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;
  private final List<String> reports = new ArrayList<>();

  private ErlangPeer(Process process) {
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /// Starts a node.
  ///
  /// @param folder where it may write
  /// @param epmdPort where its EPMD is; it starts none
  /// @param arguments for `erl`, such as `-sname e@localhost`
  static ErlangPeer start(Path folder, int epmdPort, String... arguments) {
    List<String> command = new ArrayList<>(List.of("erl", "-noshell", "-start_epmd", "false"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-eval", LOOP.replace('\n', ' ')));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    builder.environment().put("HOME", folder.toString());
    try {
      return new ErlangPeer(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Evaluates expressions, and returns the value of the last one as Erlang prints it, on one line.
  String eval(String expressions) {
    try {
      in.write(expressions.replace('\n', ' ') + " .");
      in.newLine();
      in.flush();
      String line = out.readLine();
      while (line != null && !line.startsWith(MARK)) {
        reports.add(line);
        line = out.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the node has ended: " + String.join("\n", reports));
      }
      return line.substring(MARK.length());
    } catch (IOException e) {
      throw new UncheckedIOException(String.join("\n", reports), e);
    }
  }

  /// What it has printed besides answers.
  List<String> reports() {
    return List.copyOf(reports);
  }

  long pid() {
    return process.pid();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
