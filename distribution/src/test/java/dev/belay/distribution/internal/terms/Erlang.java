package dev.belay.distribution.internal.terms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real Erlang node, asked what it makes of terms.
///
/// It evaluates the expressions, and writes for each what `term_to_binary` gives, in several ways,
/// and the text that it prints. Then it waits until our bytes are there, and says which of them are
/// exactly the same term. In between it stays the same node, or its pids and references would be
/// others.
final class Erlang implements AutoCloseable {
  private static final long TIME_LIMIT_SECONDS = 120;

  private static final String PROGRAM =
      """
      [Folder] = init:get_plain_arguments(),
      File = fun (Name) -> filename:join(Folder, Name) end,
      Lines = fun (Name) ->
          {ok, Bytes} = file:read_file(File(Name)),
          binary:split(Bytes, <<"\\n">>, [global, trim])
      end,
      Evaluate = fun (Line) ->
          {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Line) ++ "."),
          {ok, Expressions} = erl_parse:parse_exprs(Tokens),
          {value, Term, _} = erl_eval:exprs(Expressions, []),
          Term
      end,
      Terms = lists:map(Evaluate, Lines("expressions")),
      Show = fun (Term) ->
          Encodings = [term_to_binary(Term, Options) || Options <-
              [[{minor_version, 2}], [{minor_version, 1}], [{minor_version, 0}], [compressed]]],
          Text = unicode:characters_to_binary(io_lib:format("~0tp", [Term])),
          [lists:join(" ", [binary:encode_hex(B) || B <- Encodings ++ [Text]]), "\\n"]
      end,
      ok = file:write_file(File("terms"), lists:map(Show, Terms)),
      io:put_chars("written\\n"),
      "read\\n" = io:get_line(""),
      Same = fun (Term, Hex) ->
          atom_to_list(try binary_to_term(binary:decode_hex(Hex)) =:= Term catch _:_ -> error end)
      end,
      Answers = lists:zipwith(Same, Terms, Lines("ours")),
      ok = file:write_file(File("answers"), lists:join("\\n", Answers)),
      io:put_chars("done\\n"),
      halt(0).
      """;

  private final Path folder;
  private final Process process;
  private final BufferedReader output;

  /// Starts a node.
  ///
  /// @param folder a folder of its own
  /// @param expressions what it evaluates
  Erlang(Path folder, List<String> expressions) throws IOException {
    this.folder = folder;
    Files.write(folder.resolve("expressions"), expressions);
    ProcessBuilder builder =
        new ProcessBuilder(
            "erl", "-noshell", "+pc", "unicode", "-eval", PROGRAM, "-extra", folder.toString());
    builder.environment().keySet().removeIf(name -> name.matches("ERL_.*FLAGS.*"));
    builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "This test needs Erlang/OTP 25 or newer, and there is no erl on the PATH. Install the"
              + " package erlang-base, or leave out the tests of tag \"erlang\".",
          e);
    }
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /// What the node writes for one expression.
  ///
  /// @param encodings the term in several ways, the newest first
  /// @param text the term as it prints it
  record Shown(List<byte[]> encodings, String text) {}

  /// Returns what the node writes for each expression.
  List<Shown> terms() throws IOException {
    await("written");
    List<Shown> terms = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("terms"))) {
      List<byte[]> fields = new ArrayList<>();
      for (String field : line.split(" ", -1)) {
        fields.add(Hex.bytes(field));
      }
      terms.add(new Shown(fields, new String(fields.removeLast(), StandardCharsets.UTF_8)));
    }
    return terms;
  }

  /// Returns for each expression whether these bytes are the same term: `true`, `false`, or
  /// `error`.
  List<String> areTheSame(List<byte[]> ours) throws IOException {
    Files.write(folder.resolve("ours"), ours.stream().map(Hex::text).toList());
    process.getOutputStream().write("read\n".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    await("done");
    return Files.readAllLines(folder.resolve("answers"));
  }

  private void await(String word) throws IOException {
    StringBuilder said = new StringBuilder();
    String line = output.readLine();
    while (line != null && !line.equals(word)) {
      said.append(line).append('\n');
      line = output.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("Erlang ended: " + said);
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Erlang did not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
