package dev.belay.otp;

import org.jspecify.annotations.Nullable;

/// One process under one key of a [Registry].
final class Registration<K, V extends @Nullable Object> extends Place {
  final Registrations<K, V> holder;
  final K key;

  /// Written by the process only.
  volatile V value;

  /// Its neighbours among those of the process; guarded by the holder's lock.
  @Nullable Registration<K, V> older;

  @Nullable Registration<K, V> newer;

  /// Whether listeners have been told that it is there; guarded by the holder's lock.
  boolean told;

  /// Whether it has gone with its process; guarded by the holder's lock.
  boolean gone;

  Registration(Registrations<K, V> holder, K key, V value, long number) {
    super(holder.pid, number);
    this.holder = holder;
    this.key = key;
    this.value = value;
  }

  /// Tells whether it is to be found: its process has not ended.
  boolean counts() {
    return !holder.isClosed();
  }

  Registry.Entry<V> entry() {
    return new Registry.Entry<>(pid, value);
  }
}
