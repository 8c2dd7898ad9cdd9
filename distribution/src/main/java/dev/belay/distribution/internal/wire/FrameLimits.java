package dev.belay.distribution.internal.wire;

/// How much one peer may make us remember before its frames have become signals.
///
/// @param frame the greatest length of a frame, in bytes
/// @param openBytes how many bytes the fragments of unfinished messages of one connection may take
///   together, with what is kept along with them; no message in fragments can be greater
/// @param openSequences how many messages of one connection may be unfinished at once
public record FrameLimits(int frame, int openBytes, int openSequences) {
  /// No array can be longer on every virtual machine.
  private static final int LONGEST = Integer.MAX_VALUE - 8;

  /// Frames of up to 128 MiB, 512 MiB in up to 65,536 unfinished messages.
  public static final FrameLimits DEFAULT = new FrameLimits(128 << 20, 512 << 20, 1 << 16);

  /// Checks the limits.
  public FrameLimits {
    check("frame", frame);
    check("openBytes", openBytes);
    check("openSequences", openSequences);
  }

  private static void check(String name, int limit) {
    if (limit < 1 || limit > LONGEST) {
      throw new IllegalArgumentException(name + " must be from 1 to " + LONGEST + ": " + limit);
    }
  }
}
