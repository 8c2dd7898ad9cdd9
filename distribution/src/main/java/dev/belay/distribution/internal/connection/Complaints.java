package dev.belay.distribution.internal.connection;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Logs what goes wrong with other nodes, each thing once and not as often as somebody tries: a
/// wrong cookie may come a thousand times a second, and each time with another name.
///
/// Any thread may call.
final class Complaints {
  /*
   * Keeps the texts that it has logged last, in the order in which they were; guarded by the lock of this object. Logging happens
   * without it. When so many different ones were logged within the interval that the eldest may not go yet, no other one is, but for a
   * word that there are more.
   */
  static final Duration INTERVAL = Duration.ofMinutes(1);
  static final int KEPT = 200;
  private static final int AGAIN = -1;
  private static final int MORE = -2;
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");

  private final long interval;
  private final Map<String, Said> said = new LinkedHashMap<>();
  private boolean saidThatThereAreMore;

  /// When a text was logged, and how often it would have been since.
  private static final class Said {
    final long when;
    int again;

    Said(long when) {
      this.when = when;
    }
  }

  Complaints() {
    this(INTERVAL);
  }

  /// @param interval how long the same text is not said again
  Complaints(Duration interval) {
    this.interval = interval.toNanos();
  }

  /// Logs a text, unless it was logged a short while ago.
  void log(System.Logger.Level level, String text) {
    int missed = missed(text, System.nanoTime());
    if (missed == MORE) {
      LOGGER.log(
          level, "so much goes wrong with other nodes that for a while not all of it is said here");
    }
    if (missed < 0) {
      LOGGER.log(System.Logger.Level.DEBUG, text);
    } else if (missed == 0) {
      LOGGER.log(level, text);
    } else {
      LOGGER.log(level, () -> text + " (" + missed + " more times since that was last said)");
    }
  }

  /// @return how often it was not said since it was last; negative if it is not to be said now:
  ///   [#MORE] if that is to be said instead
  private synchronized int missed(String text, long now) {
    Said last = said.get(text);
    if (last != null && now - last.when < interval) {
      last.again++;
      return AGAIN;
    }
    if (last == null && said.size() == KEPT && now - eldest().when < interval) {
      boolean first = !saidThatThereAreMore;
      saidThatThereAreMore = true;
      return first ? MORE : AGAIN;
    }
    saidThatThereAreMore = false;
    said.remove(text);
    said.put(text, new Said(now));
    if (said.size() > KEPT) {
      said.remove(said.keySet().iterator().next());
    }
    return last == null ? 0 : last.again;
  }

  private Said eldest() {
    return said.values().iterator().next();
  }
}
