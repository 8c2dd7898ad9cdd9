package dev.belay.otp;

import dev.belay.Owned;
import dev.belay.Pid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one process has in one [Registry]: the process owns it, and it is closed when the process
/// ends, before anybody hears of that.
final class Registrations<K, V extends @Nullable Object> implements AutoCloseable {
  final Pid pid;
  private final Registry<K, V> registry;

  /// The process's own.
  private @Nullable Owned<?> owned;

  /// Set under the lock; from then on the list stays as it is.
  private volatile boolean closed;

  /// The end of the list; guarded by the lock.
  private @Nullable Registration<K, V> newest;

  Registrations(Registry<K, V> registry, Pid pid) {
    this.registry = registry;
    this.pid = pid;
  }

  void ownedBy(Owned<?> handle) {
    owned = handle;
  }

  /// The process owns it no more, and will make a new one if need be.
  void release() {
    Objects.requireNonNull(owned, "owned").release();
  }

  boolean isClosed() {
    return closed;
  }

  /// Appends an entry.
  ///
  /// @return whether it was, because this is not closed
  synchronized boolean add(Registration<K, V> entry) {
    if (closed) {
      return false;
    }
    Registration<K, V> last = newest;
    entry.older = last;
    if (last != null) {
      last.newer = entry;
    }
    newest = entry;
    return true;
  }

  /// Removes an entry, which is there.
  ///
  /// @return whether it was, because this is not closed
  synchronized boolean remove(Registration<K, V> entry) {
    if (closed) {
      return false;
    }
    Registration<K, V> older = entry.older;
    Registration<K, V> newer = entry.newer;
    if (older != null) {
      older.newer = newer;
    }
    if (newer != null) {
      newer.older = older;
    } else {
      newest = older;
    }
    return true;
  }

  /// Listeners have been told that an entry is there.
  ///
  /// @return whether it has gone meanwhile, of which they are to be told now
  synchronized boolean told(Registration<K, V> entry) {
    entry.told = true;
    return entry.gone;
  }

  /// An entry goes with its process.
  ///
  /// @return whether listeners may be told; if not, whoever tells them that it is there does
  synchronized boolean goes(Registration<K, V> entry) {
    entry.gone = true;
    return entry.told;
  }

  synchronized boolean isEmpty() {
    return newest == null;
  }

  synchronized List<K> keys() {
    List<K> keys = new ArrayList<>();
    if (!closed) {
      for (Registration<K, V> at = newest; at != null; at = at.older) {
        keys.add(at.key);
      }
    }
    Collections.reverse(keys);
    return List.copyOf(keys);
  }

  private synchronized @Nullable Registration<K, V> end() {
    closed = true;
    return newest;
  }

  /// Ends all entries at once, and then takes them out of the registry, one by one. One whose key
  /// does not want to be compared does not keep the others.
  @Override
  public void close() {
    Throwable failure = null;
    for (Registration<K, V> at = end(); at != null; at = at.older) {
      try {
        registry.ended(at);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
    registry.forget(this);
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
  }
}
