package dev.belay.otp;

import dev.belay.Pid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a process that is started registers itself before it begins.
record Via<K, V extends @Nullable Object>(Registry<K, V> registry, K key, V value) {
  /// Registers the calling process.
  ///
  /// @return who has the key already
  Optional<Pid> register() {
    return registry.register(key, value);
  }

  /// Says where it registers.
  @Override
  public String toString() {
    return new Address.OfKey<>(registry, key).toString();
  }
}
