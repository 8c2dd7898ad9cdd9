package dev.belay.distribution.internal.global;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/// The lost connections of which a name server has heard, so that it passes each on once. The name
/// server's own.
final class Losses {
  private static final long KEPT_NANOS = 3_600_000_000_000L;
  private static final int MANY = 1_024;

  private record Key(String by, String of) {}

  private record Seen(Object incarnation, BigInteger number, long at) {}

  private final Map<Key, Seen> seen = new HashMap<>();

  /// Notes that a node has lost another one.
  ///
  /// @param by who has lost it
  /// @param incarnation tells the incarnations of that node apart
  /// @param number increases with each that it has lost
  /// @param of whom it has lost
  /// @param now the time, in nanoseconds
  /// @return whether that is new
  boolean add(String by, Object incarnation, Object number, String of, long now) {
    if (seen.size() >= MANY) {
      seen.values().removeIf(old -> now - old.at > KEPT_NANOS);
    }
    BigInteger count = number instanceof BigInteger big ? big : BigInteger.valueOf((Long) number);
    Seen last = seen.get(new Key(by, of));
    if (last != null && last.incarnation.equals(incarnation) && count.compareTo(last.number) <= 0) {
      return false;
    }
    seen.put(new Key(by, of), new Seen(incarnation, count, now));
    return true;
  }
}
