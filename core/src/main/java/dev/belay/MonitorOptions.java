package dev.belay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How to monitor a process: with an alias, with a tag. Immutable.
public final class MonitorOptions {
  /// No alias, no tag.
  public static final MonitorOptions DEFAULT = new MonitorOptions(null, null);

  final @Nullable AliasMode aliasMode;
  final @Nullable Object tag;

  private MonitorOptions(@Nullable AliasMode aliasMode, @Nullable Object tag) {
    this.aliasMode = aliasMode;
    this.tag = tag;
  }

  /// Makes the monitor's reference an alias of the watcher too.
  ///
  /// @param mode when the alias ends by itself
  /// @return options with the alias
  public MonitorOptions alias(AliasMode mode) {
    return new MonitorOptions(Objects.requireNonNull(mode, "mode"), tag);
  }

  /// Puts a tag into the monitor's [Down] message (M18).
  ///
  /// @param value any immutable value
  /// @return options with the tag
  public MonitorOptions tag(Object value) {
    return new MonitorOptions(aliasMode, Objects.requireNonNull(value, "value"));
  }
}
