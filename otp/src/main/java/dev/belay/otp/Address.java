package dev.belay.otp;

import dev.belay.Name;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import dev.belay.Subject;
import org.jspecify.annotations.Nullable;

/// Where a server is to be found.
sealed interface Address {
  /// Returns the process that is there now.
  @Nullable Pid find();

  /// Returns who is to be talked with: the process that is there now, or a name of another node,
  /// which only that can look up.
  default @Nullable Subject subject() {
    return find();
  }

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

  /// Whoever is registered under a name of another node.
  record OfNameAbroad(Name name) implements Address {
    @Override
    public @Nullable Pid find() {
      return null;
    }

    @Override
    public Subject subject() {
      return name;
    }

    @Override
    public String toString() {
      return name.toString();
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
