package dev.belay.otp;

import dev.belay.Pid;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The entries of a [Registry] by their keys. Look-ups may return entries that do not count.
sealed interface Keys<K, V extends @Nullable Object> {
  /// Returns the entry that keeps others from a key: one that counts.
  @Nullable Registration<K, V> rival(K key);

  /// Adds an entry, unless one that counts is in its way.
  ///
  /// @return that one, or null
  @Nullable Registration<K, V> add(Registration<K, V> entry);

  /// Removes this very entry, if it is there.
  void remove(Registration<K, V> entry);

  /// Returns the entries under a key.
  Stream<Registration<K, V>> all(K key);

  Stream<Registration<K, V>> all();

  /// Returns those of one process under a key.
  List<Registration<K, V>> ofProcess(K key, Pid pid);

  long count();

  /// A key has one holder at most.
  final class Unique<K, V extends @Nullable Object> implements Keys<K, V> {
    private final ConcurrentHashMap<K, Registration<K, V>> entries = new ConcurrentHashMap<>();

    @Override
    public @Nullable Registration<K, V> rival(K key) {
      Registration<K, V> entry = entries.get(key);
      return entry != null && entry.counts() ? entry : null;
    }

    @Override
    public @Nullable Registration<K, V> add(Registration<K, V> entry) {
      while (true) {
        Registration<K, V> other = entries.putIfAbsent(entry.key, entry);
        if (other == null) {
          return null;
        }
        if (other.counts()) {
          return other;
        }
        if (entries.replace(entry.key, other, entry)) {
          return null;
        }
      }
    }

    @Override
    public void remove(Registration<K, V> entry) {
      entries.remove(entry.key, entry);
    }

    @Override
    public Stream<Registration<K, V>> all(K key) {
      return Stream.ofNullable(entries.get(key));
    }

    @Override
    public Stream<Registration<K, V>> all() {
      return entries.values().stream();
    }

    @Override
    public List<Registration<K, V>> ofProcess(K key, Pid pid) {
      Registration<K, V> entry = rival(key);
      return entry != null && entry.pid.equals(pid) ? List.of(entry) : List.of();
    }

    @Override
    public long count() {
      return entries.mappingCount();
    }
  }

  /// Any number of processes may have a key, any number of times.
  final class Duplicate<K, V extends @Nullable Object> implements Keys<K, V> {
    /*
     * A crowd comes into the map with its first entry and leaves it with its last one, both under the map's lock for the key, under
     * which it also changes; so none is added to a crowd that has left.
     */
    private final ConcurrentHashMap<K, Crowd<K, V>> entries = new ConcurrentHashMap<>();

    private final LongAdder count = new LongAdder();

    /// Those under one key: where each stands, and itself.
    private static final class Crowd<K, V extends @Nullable Object> {
      final ConcurrentSkipListMap<Place, Registration<K, V>> members =
          new ConcurrentSkipListMap<>();
    }

    @Override
    public @Nullable Registration<K, V> rival(K key) {
      return null;
    }

    @Override
    public @Nullable Registration<K, V> add(Registration<K, V> entry) {
      entries.compute(
          entry.key,
          (key, there) -> {
            Crowd<K, V> crowd = there == null ? new Crowd<>() : there;
            crowd.members.put(entry, entry);
            return crowd;
          });
      count.increment();
      return null;
    }

    @Override
    public void remove(Registration<K, V> entry) {
      entries.computeIfPresent(
          entry.key,
          (key, crowd) -> {
            if (crowd.members.remove(entry) != null) {
              count.decrement();
            }
            return crowd.members.isEmpty() ? null : crowd;
          });
    }

    @Override
    public Stream<Registration<K, V>> all(K key) {
      Crowd<K, V> crowd = entries.get(key);
      return crowd == null ? Stream.empty() : crowd.members.values().stream();
    }

    @Override
    public Stream<Registration<K, V>> all() {
      return entries.values().stream().flatMap(crowd -> crowd.members.values().stream());
    }

    @Override
    public List<Registration<K, V>> ofProcess(K key, Pid pid) {
      Crowd<K, V> crowd = entries.get(key);
      return crowd == null
          ? List.of()
          : crowd.members.tailMap(new Place(pid, 0)).values().stream()
              .takeWhile(entry -> entry.pid.equals(pid))
              .filter(Registration::counts)
              .toList();
    }

    @Override
    public long count() {
      return count.sum();
    }
  }
}
