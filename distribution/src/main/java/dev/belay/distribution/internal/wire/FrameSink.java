package dev.belay.distribution.internal.wire;

import org.jspecify.annotations.Nullable;

/// Is given what a [FrameReader] has read, in the order in which it came.
public interface FrameSink {
  /// The peer is there, and has nothing to say.
  void tick();

  /// A whole signal has come.
  ///
  /// @param control what kind of signal it is, from whom and to whom
  /// @param payload what came with it. The reason of an older operation, which has it in the
  ///   control message, comes here as well, so that it can be decoded like any other. Null if
  ///   nothing belongs to the operation
  void signal(ControlMessage control, @Nullable Payload payload);
}
