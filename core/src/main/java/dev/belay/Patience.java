package dev.belay;

/// How a thread learns whether looking a little longer for work is worth it before it parks. A
/// thread on another processor may be about to bring some, and parking and being woken take longer
/// than that; where others wait for the processor, looking only keeps them from it.
///
/// The state is one number, which the thread keeps. Above zero it is to look: up to [#TRUST] it
/// counts how often it still may if that finds nothing, beyond it how often in a row it has found
/// something. Two that always find what they look for would keep their carriers for ever; so after
/// 250 times one parks. Below one it counts how many times it parks at once before it tries again.
final class Patience {
  /// Of who parks for the first time: most processes wait a few times only.
  static final short NONE = -16;

  /// Of who waits for one thing only, and is a platform thread, which is dear to park.
  static final short ONCE = 1;

  private static final short TRUST = 8;

  /// How often in a row who always finds something looks.
  static final short LONGEST = TRUST + 250;

  private static final short AFTER_FAILURES = -48;

  private Patience() {}

  /// Tells whether it is to look.
  static boolean isThere(short now) {
    return now > 0;
  }

  /// Returns what is left when it has parked at once.
  static short unused(short now) {
    return (short) (now + 1);
  }

  /// Returns what is left when it has looked.
  static short used(short now, boolean found) {
    if (found) {
      return now < TRUST ? TRUST : now >= LONGEST ? 0 : (short) (now + 1);
    }
    return now == 1 ? AFTER_FAILURES : (short) (Math.min(now, TRUST) - 1);
  }
}
