package dev.belay.puppet;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A scenario that a program on an Erlang node has played twice: with the puppets of another Erlang
/// node, and with Belay's.
///
/// The scenarios are the functions of `puppet_scenarios.erl`, `puppet_further_scenarios.erl` and,
/// for the puppets of two nodes, `puppet_pair_scenarios.erl`; the puppet on Erlang is `puppet.erl`.
///
/// @param scenario its name
/// @param erlang what was seen on Erlang, as Erlang prints it
/// @param belay what was seen on Belay
record Played(String scenario, String erlang, String belay) {
  private static final String SOURCES = "src/test/erlang/puppet";
  private static final String MARK = "=> ";
  private static final String NOTHING = "nothing";

  @Override
  public String toString() {
    return scenario;
  }

  /// Plays all scenarios.
  ///
  /// @param folder for what is made
  static List<Played> all(Path folder) throws IOException, InterruptedException {
    Path beams = compile(folder);
    String epmd = Ports.free();
    try (Command j = puppet(folder, epmd, "j@127.0.0.1");
        Command k = puppet(folder, epmd, "k@127.0.0.1");
        Command e = erl(folder, beams, epmd, "e@127.0.0.1", "puppet:start()");
        Command f = erl(folder, beams, epmd, "f@127.0.0.1", "puppet:start()")) {
      Map<String, String> erlang = play(folder, beams, epmd, "e@127.0.0.1");
      erlang.putAll(play(folder, beams, epmd, "e@127.0.0.1,f@127.0.0.1"));
      e.closeInput();
      f.closeInput();
      Map<String, String> java = play(folder, beams, epmd, "j@127.0.0.1");
      java.putAll(play(folder, beams, epmd, "j@127.0.0.1,k@127.0.0.1"));
      return erlang.entrySet().stream()
          .map(seen ->
              new Played(
                  seen.getKey(),
                  seen.getValue(),
                  java.getOrDefault(
                      seen.getKey(), NOTHING + "; they say: " + j.errors() + k.errors())))
          .toList();
    }
  }

  /// Starts a conformance node, and waits until it is ready.
  private static Command puppet(Path folder, String epmd, String name) throws IOException {
    Command puppet =
        Command.belay(folder, "puppet", "--name", name, "--cookie", "secret", "--epmd-port", epmd);
    String said = puppet.line();
    if (!("ready " + name).equals(said)) {
      String errors = puppet.errors();
      puppet.close();
      throw new IllegalStateException("the puppet said " + said + "; " + errors);
    }
    return puppet;
  }

  private static Map<String, String> play(Path folder, Path beams, String epmd, String node)
      throws IOException, InterruptedException {
    Map<String, String> seen = new LinkedHashMap<>();
    try (Command driver =
        erl(folder, beams, epmd, "d@127.0.0.1", "puppet_driver:main()", "-extra", node)) {
      for (String line = driver.line(); line != null; line = driver.line()) {
        if (line.startsWith(MARK)) {
          int space = line.indexOf(' ', MARK.length());
          if (space > 0) {
            seen.put(line.substring(MARK.length(), space), line.substring(space + 1));
          }
        }
      }
      int status = driver.status();
      if (status != 0 && seen.isEmpty()) {
        throw new IllegalStateException("the driver ended with " + status + driver.errors());
      }
    }
    return seen;
  }

  private static Command erl(
      Path folder, Path beams, String epmd, String name, String expression, String... further)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("erl", "-noinput", "-start_epmd", "false", "-setcookie", "secret", "-name"));
    command.add(name);
    command.addAll(List.of("-pa", beams.toString(), "-eval", expression + "."));
    command.addAll(List.of(further));
    return Command.start(folder, Map.of("ERL_EPMD_PORT", epmd), command);
  }

  /// Compiles the puppets and the driver of Erlang.
  ///
  /// @return the folder where they are then
  static Path compile(Path folder) throws IOException, InterruptedException {
    Path beams = Files.createDirectories(folder.resolve("beams"));
    List<String> command = new ArrayList<>(List.of("erlc", "-o", beams.toString()));
    try (Stream<Path> sources = Files.list(sources())) {
      sources.map(Path::toString).filter(name -> name.endsWith(".erl")).forEach(command::add);
    }
    try (Command compiler = Command.start(folder, Map.of(), command)) {
      StringBuilder said = new StringBuilder();
      for (String line = compiler.line(); line != null; line = compiler.line()) {
        said.append(line).append('\n');
      }
      if (compiler.status() != 0) {
        throw new IllegalStateException("erlc: " + said + compiler.errors());
      }
    }
    return beams;
  }

  private static Path sources() {
    Path here = Path.of("").toAbsolutePath();
    Path inModule = here.resolve(SOURCES);
    return Files.isDirectory(inModule)
        ? inModule
        : here.resolve("conformance").resolve(SOURCES.replace('/', File.separatorChar));
  }
}
