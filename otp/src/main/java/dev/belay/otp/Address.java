package dev.belay.otp;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import org.jspecify.annotations.Nullable;

/// Where a server is to be found.
sealed interface Address {
  /// Returns the process that is there now.
  @Nullable Pid find();

  /// A process.
  record OfProcess(Pid pid) implements Address {
    @Override
    public Pid find() {
      return pid;
    }

    @Override
    public String toString() {
      return pid.toString();
    }
  }

  /// Whoever is registered under a name of a node.
  record OfName(Node node, String name) implements Address {
    @Override
    public @Nullable Pid find() {
      return node.whereis(name).orElse(null);
    }

    @Override
    public String toString() {
      return "\"" + name + "\"";
    }
  }

  /// Whoever has a key of a registry.
  record OfKey<K>(Registry<K, ?> registry, @Sendable K key) implements Address {
    @Override
    public @Nullable Pid find() {
      return registry.holder(key);
    }

    @Override
    public String toString() {
      return registry.name() + "[" + Text.of(key) + "]";
    }
  }
}
