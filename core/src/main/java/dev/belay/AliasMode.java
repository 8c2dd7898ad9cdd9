package dev.belay;

/// When an alias ends by itself.
public enum AliasMode {
  /// Only by [Belay#unalias] (A3, A5).
  EXPLICIT,

  /// With its monitor: by [Belay#demonitor] or when the monitor fires (A6). Only for monitors.
  DEMONITOR,

  /// With the first message that is sent to it (A3); if it belongs to a monitor, then that ends
  /// too, so that exactly one of reply and [Down] arrives (A7).
  REPLY
}
