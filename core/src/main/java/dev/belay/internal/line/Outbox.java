package dev.belay.internal.line;

import org.jspecify.annotations.Nullable;

/// One connection to one other node, from the attempt to make it to its loss, as its carrier sees
/// it: what has to be written, and whom to tell of what has been read.
public interface Outbox {
  /// Returns the name of the other node.
  ///
  /// @return the name
  String peer();

  /// Takes all that has to be written, the oldest first, linked by [OutSignal#next]. For the one
  /// thread that writes.
  ///
  /// @return the oldest, or null if there is nothing, or the line is lost
  @Nullable OutSignal take();

  /// Says that the writer goes to sleep: who pushes next calls [Carrier#wake].
  ///
  /// @return false if there is something to write, or the line is lost; the writer must not sleep
  boolean park();

  /// Tells whether the line is lost.
  ///
  /// @return whether it is
  boolean isLost();

  /// Ends the line, and tells all who are linked or monitor over it, with `noconnection`. Once;
  /// further calls do nothing.
  void lose();

  /// Returns who is to be told of what has been read.
  ///
  /// @return it, for one thread at a time
  Incoming incoming();
}
