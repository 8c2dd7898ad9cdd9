package dev.belay.otp;

import dev.belay.LinkMode;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How to start a server or another process of this module. Immutable.
public final class StartOptions {
  /// No name, no limit to the time it takes to begin, and the default options of `spawn`.
  public static final StartOptions DEFAULT = new StartOptions(SpawnOptions.DEFAULT, null, null);

  private final SpawnOptions spawn;
  private final @Nullable String name;
  private final @Nullable Duration timeout;

  private StartOptions(SpawnOptions spawn, @Nullable String name, @Nullable Duration timeout) {
    this.spawn = spawn;
    this.name = name;
    this.timeout = timeout;
  }

  /// Registers the process under a name, from its first instant: if the name is taken, nothing is
  /// started (GS5).
  ///
  /// @param registered the name, not empty
  /// @return options with the name
  public StartOptions name(String registered) {
    return new StartOptions(spawn, Objects.requireNonNull(registered, "registered"), timeout);
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
    return new StartOptions(spawn, name, time);
  }

  /// Sets how the process is spawned: its label, grace, mailbox, what it owns.
  ///
  /// @param options without a link or a name: use `startLink` and [#name] for these
  /// @return options with these
  public StartOptions spawn(SpawnOptions options) {
    return new StartOptions(Objects.requireNonNull(options, "options"), name, timeout);
  }

  SpawnOptions spawnOptions(boolean linked) {
    SpawnOptions options = (name == null ? spawn : spawn.name(name)).reportExits();
    if (!linked) {
      return options;
    }
    return Overseer.isStartingChild()
        ? options.link(LinkMode.NORMAL, LinkMode.ANY_EXIT)
        : options.link();
  }

  Optional<String> name() {
    return Optional.ofNullable(name);
  }

  @Nullable Duration timeout() {
    return timeout;
  }
}
