package dev.belay.distribution.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The installed Erlang, with an EPMD of its own: what is started here ends with [#close].
public final class Erlang implements AutoCloseable {
  private static final long TIME_LIMIT_SECONDS = 60;

  /// Evaluates each line that comes, and answers with one that begins with `=> `.
  private static final String LOOP =
      """
      Loop = fun Again() ->
          case io:get_line("") of
              Line when is_list(Line) ->
                  Result = try
                      {ok, Tokens, _} = erl_scan:string(Line),
                      {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                      {value, Value, _} = erl_eval:exprs(Expressions, []),
                      Value
                  catch Class:Reason -> {Class, Reason} end,
                  io:format("=> ~0p~n", [Result]),
                  Again();
              _ -> halt(0)
          end
      end,
      spawn(Loop),
      io:format("=> ready~n").
      """;

  private final Path home;
  private final int epmdPort;
  private final Queue<Process> processes = new ConcurrentLinkedQueue<>();

  /// Uses Erlang with an EPMD on a port.
  public Erlang(Path home, int epmdPort) {
    this.home = home;
    this.epmdPort = epmdPort;
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.matches("ERL_.*FLAGS.*"));
    builder.environment().put("ERL_CRASH_DUMP_SECONDS", "0");
    builder.environment().put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    builder.environment().remove("ERL_EPMD_ADDRESS");
    builder.environment().remove("XDG_CONFIG_HOME");
    builder.environment().put("HOME", home.toString());
    builder.directory(home.toFile());
    builder.redirectErrorStream(true);
    return builder;
  }

  private Process start(ProcessBuilder builder) throws IOException {
    try {
      Process process = builder.start();
      processes.add(process);
      return process;
    } catch (IOException e) {
      throw new IllegalStateException(
          "This test needs Erlang/OTP 25 or newer, and there is no "
              + builder.command().getFirst()
              + " on the PATH. Install the package erlang-base, or run the tests with ./belay test, which installs"
              + " it or leaves out the tests of tag \"erlang\" and says so.",
          e);
    }
  }

  /// Starts the EPMD of Erlang.
  public Process epmd() throws IOException {
    ProcessBuilder builder = builder("epmd", "-port", Integer.toString(epmdPort));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return start(builder);
  }

  /// Asks the EPMD that runs, with the program of the same name.
  public String ask(String... question) throws Exception {
    List<String> command = new ArrayList<>(List.of("epmd", "-port", Integer.toString(epmdPort)));
    command.addAll(Arrays.asList(question));
    ProcessBuilder builder = builder(command.toArray(String[]::new));
    builder.redirectInput(new File("/dev/null"));
    Process process = start(builder);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("epmd does not end");
    }
    return output;
  }

  /// Starts a node, which uses whatever EPMD there is.
  public Node node(String name, String cookie, String... further) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("erl", "-noshell", "-start_epmd", "false", "-setcookie", cookie));
    command.addAll(List.of(name.contains(".") ? "-name" : "-sname", name));
    command.addAll(Arrays.asList(further));
    command.addAll(List.of("-eval", LOOP));
    return new Node(start(builder(command.toArray(String[]::new))));
  }

  /// Runs a node that looks for its cookie by itself.
  ///
  /// @return the digest of the cookie that it finds with some text, or `none` if it finds none
  public String cookieDigest(String text) throws Exception {
    String program =
        """
        try
            Cookie = atom_to_list(erlang:get_cookie()),
            io:format("~s", [[io_lib:format("~2.16.0b", [B]) || <<B>> <= erlang:md5([Cookie, "%s"])]])
        after halt(0) end.
        """
            .formatted(text);
    ProcessBuilder builder =
        builder(
            "erl",
            "-noinput",
            "-start_epmd",
            "false",
            "-dist_listen",
            "false",
            "-sname",
            "c@localhost",
            "-eval",
            program);
    builder.redirectInput(new File("/dev/null"));
    Process process = start(builder);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return output.matches("[0-9a-f]{32}") ? output : "none";
  }

  /// Ends everything.
  @Override
  public void close() {
    processes.forEach(Erlang::end);
  }

  private static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A running Erlang.
  public static final class Node implements AutoCloseable {
    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> results = new LinkedBlockingQueue<>();
    private final Queue<String> output = new ConcurrentLinkedQueue<>();

    private Node(Process process) throws Exception {
      this.process = process;
      this.in = process.outputWriter(UTF_8);
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      Thread.ofPlatform().daemon().name("output of erl").start(() -> read(reader));
      result();
    }

    private void read(BufferedReader reader) {
      try {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          output.add(line);
          if (line.startsWith("=> ")) {
            results.add(line.substring("=> ".length()));
          }
        }
      } catch (IOException e) {
        output.add(e.toString());
      }
    }

    /// Evaluates an expression, such as `node().`.
    public String eval(String expression) throws Exception {
      begin(expression);
      return result();
    }

    /// Begins to evaluate an expression; [#result] is its result.
    public void begin(String expression) throws IOException {
      in.write(expression + "\n");
      in.flush();
    }

    /// Waits for the next result.
    public String result() throws Exception {
      String result = results.poll(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (result == null) {
        throw new IllegalStateException("no answer of Erlang; it said " + output);
      }
      return result;
    }

    /// What it has said.
    public String output() {
      return String.join("\n", output);
    }

    /// Ends it as if the machine had lost power.
    @Override
    public void close() {
      end(process);
    }
  }
}
