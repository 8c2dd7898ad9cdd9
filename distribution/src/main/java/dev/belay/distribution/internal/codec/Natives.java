package dev.belay.distribution.internal.codec;

import dev.belay.ExitReason;

/// What Belay's own values are as terms.
public interface Natives {
  /// Returns what a value of Belay's own is: one step, whose parts may be any values.
  ///
  /// @param value any value
  /// @return what stands for it; the value itself if it is not one of Belay's own
  Object term(Object value);

  /// Returns the exit reason that a term means.
  ///
  /// @param term any term
  /// @return the reason, with terms inside
  ExitReason reason(Object term);
}
