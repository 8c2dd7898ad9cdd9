package dev.belay.distribution.internal.epmd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The names that an EPMD knows, and the creations that it has given to them.
///
/// A name that comes back gets the creation after its last one, as long as it is among the last
/// 1000 that were given up; any other begins with the time. Any thread may call; nothing in here
/// waits.
final class EpmdNames {
  /// How many names that were given up are remembered.
  static final int REMEMBERED = 1_000;

  /// The creations below stand for "unknown", or come from before Erlang/OTP 23.
  static final long FIRST_CREATION = 4;

  private static final long LAST_CREATION = 0xFFFF_FFFFL;

  /// A name, as long as it is registered.
  ///
  /// @param node what the node said of itself
  /// @param creation which incarnation of the name it is
  /// @param socket the number of the connection that keeps it registered
  record Entry(PortInfo node, long creation, int socket) {
    EpmdMessages.Dumped dumped() {
      return new EpmdMessages.Dumped(node, socket);
    }
  }

  private final LongSupplier seconds;

  // Both under the lock of this object; in the order of registering, and of giving up.
  private final Map<String, Entry> active = new LinkedHashMap<>();
  private final Map<String, Entry> unused = new LinkedHashMap<>();

  /// Creates an empty list.
  ///
  /// @param seconds the seconds since 1970, for first creations
  EpmdNames(LongSupplier seconds) {
    this.seconds = seconds;
  }

  /// Registers a node.
  ///
  /// @return its entry, or nothing if the name is taken
  synchronized Optional<Entry> register(PortInfo node, int socket) {
    if (active.containsKey(node.name())) {
      return Optional.empty();
    }
    Entry last = unused.remove(node.name());
    Entry entry = new Entry(node, last == null ? first() : next(last.creation), socket);
    active.put(node.name(), entry);
    return Optional.of(entry);
  }

  private long first() {
    return Math.max(FIRST_CREATION, seconds.getAsLong() & LAST_CREATION);
  }

  private static long next(long creation) {
    return creation == LAST_CREATION ? FIRST_CREATION : creation + 1;
  }

  /// Gives a name up, unless that has been done before.
  synchronized void unregister(Entry entry) {
    String name = entry.node().name();
    if (active.remove(name, entry)) {
      unused.put(name, entry);
      if (unused.size() > REMEMBERED) {
        unused.remove(unused.keySet().iterator().next());
      }
    }
  }

  synchronized Optional<Entry> find(String name) {
    return Optional.ofNullable(active.get(name));
  }

  synchronized boolean isEmpty() {
    return active.isEmpty();
  }

  synchronized List<Entry> active() {
    return new ArrayList<>(active.values());
  }

  synchronized List<Entry> unused() {
    return new ArrayList<>(unused.values());
  }
}
