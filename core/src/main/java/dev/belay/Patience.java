package dev.belay;

/// How a thread learns whether looking a little longer for work is worth it before it parks. A
/// thread on another processor may be about to bring some, and parking and being woken take longer
/// than that; where others wait for the processor, looking only keeps them from it.
///
/// The state is one number, which the thread keeps: how often it may look even if that finds
/// nothing, or, below one, how many times it parks at once before it tries again.
final class Patience {
  /// Of who parks for the first time: most processes wait a few times only.
  static final byte NONE = -16;

  /// Of who waits for one thing only, and is a platform thread, which is dear to park.
  static final byte ONCE = 1;

  private static final byte AFTER_SUCCESS = 8;
  private static final byte AFTER_FAILURES = -48;

  private Patience() {}

  /// Tells whether it is to look.
  static boolean isThere(byte now) {
    return now > 0;
  }

  /// Returns what is left when it has parked at once.
  static byte unused(byte now) {
    return (byte) (now + 1);
  }

  /// Returns what is left when it has looked.
  static byte used(byte now, boolean found) {
    return found ? AFTER_SUCCESS : now == 1 ? AFTER_FAILURES : (byte) (now - 1);
  }
}
