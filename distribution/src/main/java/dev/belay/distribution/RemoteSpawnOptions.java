package dev.belay.distribution;

import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a process is spawned on another node, for [Distribution#spawn(String, RemoteSpawnOptions,
/// String, String, List)]. Immutable: each method returns changed options, so that they can be kept
/// and shared.
///
/// | option | default |
/// | --- | --- |
/// | [#link()] | not linked |
/// | [#monitor()] | not monitored |
/// | [#option] | none |
public final class RemoteSpawnOptions {
  /// All defaults.
  public static final RemoteSpawnOptions DEFAULT = new RemoteSpawnOptions(null, null, List.of());

  private final @Nullable LinkMode link;
  private final @Nullable MonitorOptions monitor;
  private final List<Tuple> others;

  private RemoteSpawnOptions(
      @Nullable LinkMode link, @Nullable MonitorOptions monitor, List<Tuple> others) {
    this.link = link;
    this.monitor = monitor;
    this.others = others;
  }

  /// Links the new process with its spawner from its first instant (L23).
  ///
  /// @return changed options
  public RemoteSpawnOptions link() {
    return link(LinkMode.NORMAL);
  }

  /// Links the new process with its spawner from its first instant, with the mode of the spawner's
  /// end.
  ///
  /// @param spawnersEnd the mode of the spawner's end; the other node's is as in Erlang
  /// @return changed options
  public RemoteSpawnOptions link(LinkMode spawnersEnd) {
    return new RemoteSpawnOptions(
        Objects.requireNonNull(spawnersEnd, "spawnersEnd"), monitor, others);
  }

  /// Has the spawner monitor the new process from its first instant (M19).
  ///
  /// @return changed options
  public RemoteSpawnOptions monitor() {
    return monitor(MonitorOptions.DEFAULT);
  }

  /// Has the spawner monitor the new process from its first instant, with a tag or an alias (M18,
  /// A8).
  ///
  /// @param how the monitor's options
  /// @return changed options
  public RemoteSpawnOptions monitor(MonitorOptions how) {
    return new RemoteSpawnOptions(link, Objects.requireNonNull(how, "how"), others);
  }

  /// Adds an option of the other node's, such as Erlang's `{priority, high}`. It is passed on as it
  /// is; if that node does not know it, it refuses to spawn with `badopt`.
  ///
  /// @param name the option's name
  /// @param value its value, any that can be sent
  /// @return changed options
  public RemoteSpawnOptions option(String name, Object value) {
    List<Tuple> more = new ArrayList<>(others);
    more.add(Tuple.of(Atom.of(name), Objects.requireNonNull(value, "value")));
    return new RemoteSpawnOptions(link, monitor, List.copyOf(more));
  }

  @Nullable LinkMode linkMode() {
    return link;
  }

  @Nullable MonitorOptions monitorOptions() {
    return monitor;
  }

  List<Tuple> others() {
    return others;
  }
}
