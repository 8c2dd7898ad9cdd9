package dev.belay;

import java.util.Objects;

/// The monitor of a process of this node by one of another.
final class FarWatcher extends Watch implements Line.Far {
  final Line line;
  final Line.Bond bond = new Line.Bond(this);

  /// Who monitors.
  final Pid far;

  /// What it monitors, in its words.
  final Subject said;

  FarWatcher(Ref ref, Pid far, Cell target, Subject said, Line line) {
    // The watcher has no cell here.
    super(ref, target, target, said, null, null);
    this.line = line;
    this.far = far;
    this.said = said;
  }

  /// Returns what is watched.
  Cell target() {
    return Objects.requireNonNull(target);
  }

  @Override
  Pid watcherPid() {
    return far;
  }

  @Override
  public void lost() {
    FarWatches.takeOff(this);
  }
}
