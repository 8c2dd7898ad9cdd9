package dev.belay.explorer;

import org.jspecify.annotations.Nullable;

/// One shared variable of one execution: a field of an object, or an object of the JDK as a whole.
final class Var {
  private static final int[] NONE = new int[0];

  final Object target;
  final Field field;

  /// Who holds it, if it is a lock or monitor, and how often.
  @Nullable Strand owner;

  int depth;

  /// How often it has changed.
  int stamp;

  /// Each strand's latest event that changed it, and that touched it, plus one. Of a lock, its
  /// latest acquisition, and its latest release.
  int[] changedBy = NONE;

  int[] touchedBy = NONE;

  /// What happened before its latest change, and before all accesses so far, in the order of
  /// conflicts.
  int[] changeClock = NONE;

  int[] touchClock = NONE;

  /// The same for a counter's steps, which commute with each other.
  int[] countedBy = NONE;

  int[] countClock = NONE;

  /// Names the trace: a digest of the latest change, of the reads since, and of the counter's steps
  /// since.
  long changeDigest;

  long readDigest;
  long countDigest;

  /// The order of memory that it hands on, if it is volatile or a lock.
  int[] released = NONE;

  /// For guarded fields: who touched it first, and whether anybody else has.
  @Nullable Strand first;

  boolean shared;

  /// For plain fields: the latest write, and the latest read of each strand since, as positions in
  /// their strands' own time.
  int writer = -1;

  int writeTime;
  int writeSite;
  int[] readTimes = NONE;
  int[] readSites = NONE;

  Var(Object target, Field field) {
    this.target = target;
    this.field = field;
  }

  static int get(int[] values, int i) {
    return i < values.length ? values[i] : 0;
  }

  static int[] set(int[] values, int i, int value) {
    int[] result =
        values.length <= i ? java.util.Arrays.copyOf(values, Math.max(8, i + 4)) : values;
    result[i] = value;
    return result;
  }

  /// The later of two clocks, in place of the first if it is long enough.
  static int[] join(int[] into, int[] other) {
    int[] result = into.length < other.length ? java.util.Arrays.copyOf(into, other.length) : into;
    for (int i = 0; i < other.length; i++) {
      if (other[i] > result[i]) {
        result[i] = other[i];
      }
    }
    return result;
  }

  static int[] copy(int[] from, int[] into) {
    if (into.length < from.length) {
      return from.clone();
    }
    System.arraycopy(from, 0, into, 0, from.length);
    for (int i = from.length; i < into.length; i++) {
      into[i] = 0;
    }
    return into;
  }
}
