package dev.belay.otp;

import dev.belay.LinkMode;
import dev.belay.Sendable;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How to start a server or another process of this module. Immutable: each method returns a
/// changed one.
///
/// ```java
/// StartOptions options =
///     StartOptions.DEFAULT
///         .name("inventory")
///         .timeout(Duration.ofSeconds(10))
///         .spawn(SpawnOptions.DEFAULT.mailbox(1_000, MailboxPolicy.SENDER_WAITS));
/// ServerRef<Inventory.Message> inventory = Server.start(options, Inventory::new);
/// ```
///
/// | option | default |
/// | --- | --- |
/// | [#name] | none |
/// | [#via] | no key of a registry |
/// | [#timeout] | whoever starts it waits for as long as it takes to begin |
/// | [#spawn] | those of [SpawnOptions#DEFAULT] |
///
/// **When not to use it.** For a time within which a supervisor's child has to begin, consider
/// whether it has to be in `init` at all: [Server#continueWith] keeps nobody waiting.
@Sendable
public final class StartOptions {
  /// No name, no limit to the time it takes to begin, and the default options of `spawn`.
  public static final StartOptions DEFAULT =
      new StartOptions(SpawnOptions.DEFAULT, null, null, null);

  private final SpawnOptions spawn;
  private final @Nullable String name;
  private final @Nullable Via<?, ?> via;
  private final @Nullable Duration timeout;

  // Made when they are needed, by whichever threads need them first. Each process keeps the one
  // that it was started with, and a hundred thousand servers need not have one each.
  private @Nullable SpawnOptions alone;
  private @Nullable SpawnOptions withLink;
  private @Nullable SpawnOptions asChild;

  private StartOptions(
      SpawnOptions spawn,
      @Nullable String name,
      @Nullable Via<?, ?> via,
      @Nullable Duration timeout) {
    this.spawn = spawn;
    this.name = name;
    this.via = via;
    this.timeout = timeout;
  }

  /// Registers the process under a name, from its first instant: if the name is taken, nothing is
  /// started (GS5).
  ///
  /// @param registered the name, not empty
  /// @return options with the name
  public StartOptions name(String registered) {
    return new StartOptions(spawn, Objects.requireNonNull(registered, "registered"), via, timeout);
  }

  /// Registers the process under a key before it begins: if the key is taken, it ends without
  /// having begun, and the start fails and tells by whom (R8). Whoever wants to talk with it has
  /// [ServerRef#via].
  ///
  /// @param registry a registry with unique keys, of the node on which the process is started
  /// @param key the key
  /// @param <K> the keys of the registry
  /// @return options with the key
  /// @throws IllegalArgumentException if the registry has duplicate keys
  public <K> StartOptions via(Registry<K, @Nullable Void> registry, K key) {
    return via(registry, key, null);
  }

  /// Registers the process under a key, with a value, before it begins; otherwise as
  /// [#via(Registry, Object)]. The process may change the value later: [Registry#updateValue].
  ///
  /// @param registry a registry with unique keys, of the node on which the process is started
  /// @param key the key
  /// @param value what others are to read there
  /// @param <K> the keys of the registry
  /// @param <V> its values
  /// @return options with the key
  /// @throws IllegalArgumentException if the registry has duplicate keys
  public <K, V extends @Nullable Object> StartOptions via(Registry<K, V> registry, K key, V value) {
    registry.mustName();
    return new StartOptions(
        spawn, name, new Via<>(registry, Objects.requireNonNull(key, "key"), value), timeout);
  }

  /// Bounds the time that the process may take to begin: after it, the process is killed, and the
  /// start fails with [CallReason#TIMEOUT] (GS4).
  ///
  /// @param time positive
  /// @return options with the bound
  public StartOptions timeout(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "timeout(" + time + "): the time in which to begin must be positive");
    }
    return new StartOptions(spawn, name, via, time);
  }

  /// Sets how the process is spawned: its label, grace, mailbox, what it owns.
  ///
  /// @param options without a link or a name: use `startLink` and [#name] for these
  /// @return options with these
  public StartOptions spawn(SpawnOptions options) {
    return new StartOptions(Objects.requireNonNull(options, "options"), name, via, timeout);
  }

  SpawnOptions spawnOptions(boolean linked) {
    SpawnOptions options;
    if (!linked) {
      options = alone;
      if (options == null) {
        options = reporting();
        alone = options;
      }
    } else if (Overseer.isStartingChild()) {
      options = asChild;
      if (options == null) {
        options = reporting().link(LinkMode.NORMAL, LinkMode.ANY_EXIT);
        asChild = options;
      }
    } else {
      options = withLink;
      if (options == null) {
        options = reporting().link();
        withLink = options;
      }
    }
    return options;
  }

  private SpawnOptions reporting() {
    return (name == null ? spawn : spawn.name(name)).reportExits();
  }

  Optional<String> name() {
    return Optional.ofNullable(name);
  }

  @Nullable Via<?, ?> via() {
    return via;
  }

  @Nullable Duration timeout() {
    return timeout;
  }
}
