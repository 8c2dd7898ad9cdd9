package dev.belay;

/// Makes sure that a verb that has begun can be finished on the stack that is left.
final class Stack {
  /*
   * A stack overflow comes out of a call. A verb in a deep recursion could commit its first step and
   * overflow in its second. So it calls down a stretch first, longer than its own deepest path: the overflow comes here, before
   * anything has happened.
   */
  private static final int FRAMES = 48;

  private Stack() {}

  /// Throws `StackOverflowError` now rather than in the middle of a verb.
  static void probe() {
    descend(FRAMES);
  }

  private static int descend(int frames) {
    return frames == 0 ? 0 : descend(frames - 1) + 1;
  }
}
