package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The monitor of a process, or a name, of another node by one of this.
final class FarTarget extends Watch implements Line.Far {
  final Line line;
  final Line.Bond bond = new Line.Bond(this);

  /// Whether it is on its way; for the verb, and then for the reserve that takes over from it.
  boolean sent;

  FarTarget(
      Ref ref,
      Cell watcher,
      Subject subject,
      @Nullable AliasMode aliasMode,
      @Nullable Object tag,
      Line line) {
    super(ref, watcher, null, subject, aliasMode, tag);
    this.line = line;
  }

  /// Returns what is watched, in the watcher's words.
  Subject far() {
    return Objects.requireNonNull(subject);
  }

  @Override
  public void lost() {
    Node node = watcher.node;
    Watches.fire(this, node.noConnection(FarWatches.whom(this)), true);
  }
}
