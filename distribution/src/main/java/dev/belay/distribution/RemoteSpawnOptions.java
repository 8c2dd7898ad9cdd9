package dev.belay.distribution;

import dev.belay.LinkMode;
import dev.belay.MonitorOptions;
import dev.belay.distribution.internal.wire.SpawnOptions;
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
  public static final RemoteSpawnOptions DEFAULT =
      new RemoteSpawnOptions(null, LinkMode.NORMAL, null, List.of());

  private final @Nullable LinkMode link;
  private final LinkMode childsEnd;
  private final @Nullable MonitorOptions monitor;
  private final List<Tuple> others;

  private RemoteSpawnOptions(
      @Nullable LinkMode link,
      LinkMode childsEnd,
      @Nullable MonitorOptions monitor,
      List<Tuple> others) {
    this.link = link;
    this.childsEnd = childsEnd;
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
  /// @param spawnersEnd the mode of the spawner's end; the new process's is as in Erlang
  /// @return changed options
  public RemoteSpawnOptions link(LinkMode spawnersEnd) {
    return link(spawnersEnd, LinkMode.NORMAL);
  }

  /// Links the new process with its spawner from its first instant, with a mode for each end.
  ///
  /// @param spawnersEnd the mode of the spawner's end
  /// @param childsEnd the mode of the new process's end; with [LinkMode#ANY_EXIT] it goes down with
  ///   its spawner whatever the reason, and a node that is not Belay's refuses to spawn it, with
  ///   `badopt`: its links have no modes
  /// @return changed options
  public RemoteSpawnOptions link(LinkMode spawnersEnd, LinkMode childsEnd) {
    Objects.requireNonNull(spawnersEnd, "spawnersEnd");
    Objects.requireNonNull(childsEnd, "childsEnd");
    return new RemoteSpawnOptions(spawnersEnd, childsEnd, monitor, others);
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
    return new RemoteSpawnOptions(link, childsEnd, Objects.requireNonNull(how, "how"), others);
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
    return new RemoteSpawnOptions(link, childsEnd, monitor, List.copyOf(more));
  }

  @Nullable LinkMode linkMode() {
    return link;
  }

  LinkMode childsEnd() {
    return childsEnd;
  }

  @Nullable MonitorOptions monitorOptions() {
    return monitor;
  }

  /// Returns what is asked for besides a link and a monitor.
  List<Tuple> others() {
    if (childsEnd == LinkMode.NORMAL) {
      return others;
    }
    List<Tuple> more = new ArrayList<>(others);
    more.add(SpawnOptions.ANY_EXIT);
    return List.copyOf(more);
  }
}
