package dev.belay;

import dev.belay.internal.host.Host;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How to start a [Node]. Immutable: each method returns changed options.
///
/// | option | default |
/// | --- | --- |
/// | [#name] | `belay-` and a number |
/// | [#maxProcesses] | 8,388,608 |
/// | [#shutdownTime] | 5 s |
/// | [#daemon] | false |
/// | [#developmentMode] | false, or what the system property `belay.dev` says |
public final class NodeOptions {
  /// All defaults.
  public static final NodeOptions DEFAULT =
      new NodeOptions("", 1 << 23, Duration.ofSeconds(5), false, false, null, Host.jdk());

  private static final int MOST_PROCESSES = 1 << 27;

  private final String name;
  private final int maxProcesses;
  private final Duration shutdownTime;
  private final boolean daemon;
  private final boolean inTurns;

  /// Null if the system property decides.
  private final @Nullable Boolean developmentMode;

  private final Host host;

  private NodeOptions(
      String name,
      int maxProcesses,
      Duration shutdownTime,
      boolean daemon,
      boolean inTurns,
      @Nullable Boolean developmentMode,
      Host host) {
    this.name = name;
    this.maxProcesses = maxProcesses;
    this.shutdownTime = shutdownTime;
    this.daemon = daemon;
    this.inTurns = inTurns;
    this.developmentMode = developmentMode;
    this.host = host;
  }

  /// Names the node.
  ///
  /// @param text not empty, without spaces; need not be unique
  /// @return changed options
  public NodeOptions name(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "a node's name must not be empty or have spaces: \"" + text + "\"");
    }
    return new NodeOptions(
        text, maxProcesses, shutdownTime, daemon, inTurns, developmentMode, host);
  }

  /// Limits how many processes the node may have at once; a spawn beyond it throws
  /// [ProcessLimitException].
  ///
  /// @param limit from 1 to 134,217,728
  /// @return changed options
  public NodeOptions maxProcesses(int limit) {
    if (limit < 1 || limit > MOST_PROCESSES) {
      throw new IllegalArgumentException(
          "maxProcesses(" + limit + "): must be from 1 to " + MOST_PROCESSES);
    }
    return new NodeOptions(name, limit, shutdownTime, daemon, inTurns, developmentMode, host);
  }

  /// Sets how long processes may take to end when the node shuts down, before they are killed.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public NodeOptions shutdownTime(Duration time) {
    if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("shutdownTime(" + time + "): must be from 0 to 1 hour");
    }
    return new NodeOptions(name, maxProcesses, time, daemon, inTurns, developmentMode, host);
  }

  /// Sets whether the JVM may end while the node runs. By default a node keeps the JVM alive until
  /// it is closed.
  ///
  /// @param mayEnd whether it may
  /// @return changed options
  public NodeOptions daemon(boolean mayEnd) {
    return new NodeOptions(
        name, maxProcesses, shutdownTime, mayEnd, inTurns, developmentMode, host);
  }

  /// Sets whether the node looks for mistakes at the price of speed.
  ///
  /// In development mode whatever sends a message throws [MutableMessageException] if it is not
  /// deeply immutable; `docs/development-mode.md` says what that means. What is not set here is
  /// what the system property `belay.dev` says when the node is started: `true`, `false`, or
  /// nothing, which is `false`.
  ///
  /// @param on whether it does
  /// @return changed options
  public NodeOptions developmentMode(boolean on) {
    return new NodeOptions(name, maxProcesses, shutdownTime, daemon, inTurns, on, host);
  }

  /// Sets where threads and time come from; for tests.
  NodeOptions host(Host other) {
    return new NodeOptions(
        name,
        maxProcesses,
        shutdownTime,
        daemon,
        inTurns,
        developmentMode,
        Objects.requireNonNull(other));
  }

  /// Makes every body one long turn of a turn-style process; for tests.
  NodeOptions inTurns(boolean all) {
    return new NodeOptions(name, maxProcesses, shutdownTime, daemon, all, developmentMode, host);
  }

  String name() {
    return name;
  }

  int maxProcesses() {
    return maxProcesses;
  }

  Duration shutdownTime() {
    return shutdownTime;
  }

  boolean daemon() {
    return daemon;
  }

  boolean inTurns() {
    return inTurns;
  }

  boolean developmentMode() {
    return developmentMode != null ? developmentMode : Defaults.developmentMode();
  }

  Host host() {
    return host;
  }
}
