package dev.belay.distribution.internal.handshake;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The names for nodes that ask for one. A name that is free again is given to the next node of its
/// host, with the creation after its last one.
///
/// Not to be used by two threads at once.
final class NamePool {
  /// How many free names are kept, of all hosts.
  static final int KEPT = 1_000;

  private static final int BASE = 36;
  private static final long FIRST_CREATION = 4;
  private static final long CREATIONS = (1L << Integer.SIZE) - FIRST_CREATION;

  private final RandomGenerator random;
  private final Map<String, Deque<Verdict.Named>> free = new HashMap<>();
  private int kept;

  /// Makes an empty pool.
  ///
  /// @param random for names and first creations
  NamePool(RandomGenerator random) {
    this.random = random;
  }

  /// Takes a name for a node.
  ///
  /// @param host the node's host
  Verdict.Named take(String host) {
    Deque<Verdict.Named> ofHost = free.get(host);
    if (ofHost == null) {
      return new Verdict.Named(
          new NodeName(fresh(), host), FIRST_CREATION + random.nextLong(CREATIONS));
    }
    Verdict.Named name = ofHost.remove();
    kept--;
    if (ofHost.isEmpty()) {
      free.remove(host);
    }
    return name;
  }

  private String fresh() {
    return Long.toUnsignedString(random.nextLong(), BASE).toUpperCase(Locale.ROOT);
  }

  /// Takes a name back.
  void giveBack(Verdict.Named name) {
    if (kept == KEPT) {
      return;
    }
    long next = FIRST_CREATION + (name.creation() - FIRST_CREATION + 1) % CREATIONS;
    free.computeIfAbsent(name.name().host(), _ -> new ArrayDeque<>())
        .add(new Verdict.Named(name.name(), next));
    kept++;
  }
}
