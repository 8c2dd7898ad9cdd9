package dev.belay.puppet;

import dev.belay.distribution.NodeResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One node of a cluster of puppets, a program of its own: it can be frozen, killed, and started
/// again under its name.
///
/// Belongs to the thread of the test.
final class Peer implements AutoCloseable {
  private final Kind kind;
  private final String name;
  private final Setting setting;
  private final Place place;

  /// The EPMD of its place, if that is Erlang's.
  private final @Nullable Command epmd;

  private Command command;
  private boolean frozen;

  /// What it is made of.
  enum Kind {
    BELAY,
    ERLANG
  }

  /// What the nodes of one cluster have in common.
  ///
  /// @param folder where they may write
  /// @param epmd the port of their EPMD
  /// @param tick their tick time, in seconds
  /// @param visible whether they are visible
  record Setting(Path folder, String epmd, int tick, boolean visible) {}

  /// Where a node runs.
  ///
  /// @param prefix what to put before the command that starts it
  /// @param variables for its environment
  record Place(List<String> prefix, Map<String, String> variables) {
    /// Where the test runs.
    static final Place HERE = new Place(List.of(), Map.of());
  }

  private Peer(
      Kind kind,
      String name,
      Setting setting,
      Place place,
      @Nullable Command epmd,
      Command command) {
    this.kind = kind;
    this.name = name;
    this.setting = setting;
    this.place = place;
    this.epmd = epmd;
    this.command = command;
  }

  /// Starts one. What it needs to answer may take it a little longer.
  static Peer start(Kind kind, String name, Setting setting, Place place)
      throws IOException, InterruptedException {
    Command epmd =
        kind == Kind.ERLANG && !place.equals(Place.HERE) ? epmd(name, setting, place) : null;
    boolean started = false;
    try {
      Command command = command(kind, name, setting, place);
      started = true;
      return new Peer(kind, name, setting, place, epmd, command);
    } finally {
      if (!started && epmd != null) {
        epmd.close();
      }
    }
  }

  private static Command epmd(String name, Setting setting, Place place) throws IOException {
    List<String> words = new ArrayList<>(place.prefix());
    words.add("epmd");
    Map<String, String> variables = Map.of("ERL_EPMD_PORT", setting.epmd());
    Command epmd = Command.start(setting.folder(), variables, words);
    Driver.until("EPMD answers at the place of " + name, () -> answers(setting, name));
    return epmd;
  }

  private static boolean answers(Setting setting, String name) {
    try {
      isFree(setting, name);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isFree(Setting setting, String name) throws IOException {
    String[] parts = name.split("@", 2);
    NodeResolver epmd = NodeResolver.epmd(Integer.parseInt(setting.epmd()));
    return epmd.resolve(parts[0], parts[1]).isEmpty();
  }

  private static Command command(Kind kind, String name, Setting setting, Place place)
      throws IOException, InterruptedException {
    return kind == Kind.BELAY ? belay(name, setting, place) : erlang(name, setting, place);
  }

  private static Command belay(String name, Setting setting, Place place) throws IOException {
    List<String> args = new ArrayList<>(List.of("puppet", "--name", name, "--cookie", "secret"));
    args.addAll(List.of("--epmd-port", setting.epmd()));
    args.addAll(List.of("--tick", Integer.toString(setting.tick())));
    if (!setting.visible()) {
      args.add("--hidden");
    }
    Command command =
        Command.belay(
            setting.folder(), place.prefix(), place.variables(), args.toArray(String[]::new));
    String said = command.line();
    if (!("ready " + name).equals(said)) {
      String errors = command.errors();
      command.close();
      throw new IllegalStateException("the node said " + said + "; " + errors);
    }
    return command;
  }

  private static Command erlang(String name, Setting setting, Place place)
      throws IOException, InterruptedException {
    Path beams = setting.folder().resolve("beams");
    if (!Files.exists(beams.resolve("puppet.beam"))) {
      beams = Played.compile(setting.folder());
    }
    List<String> command = new ArrayList<>(place.prefix());
    command.addAll(List.of("erl", "-noinput", "-start_epmd", "false", "-setcookie", "secret"));
    command.addAll(List.of("-name", name, "-pa", beams.toString()));
    command.addAll(List.of("-kernel", "net_ticktime", Integer.toString(setting.tick())));
    if (!setting.visible()) {
      command.add("-hidden");
    }
    command.addAll(List.of("-eval", "puppet:start()."));
    return Command.start(setting.folder(), Map.of("ERL_EPMD_PORT", setting.epmd()), command);
  }

  String name() {
    return name;
  }

  /// Lets it run no further, and keep all that it has.
  void freeze() throws IOException, InterruptedException {
    command.signal("STOP");
    frozen = true;
  }

  /// Lets it go on.
  void thaw() throws IOException, InterruptedException {
    if (frozen) {
      command.signal("CONT");
      frozen = false;
    }
  }

  /// Kills it, without a word to anybody.
  void kill() {
    command.close();
    frozen = false;
  }

  /// Starts another one of its name, when that is free.
  void startAgain() throws IOException, InterruptedException {
    command.close();
    Driver.until("the name is free", () -> isFree(setting, name));
    command = command(kind, name, setting, place);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }

  /// Kills it.
  @Override
  public void close() {
    kill();
    if (epmd != null) {
      epmd.close();
    }
  }
}
