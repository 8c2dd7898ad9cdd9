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
/// | [#jmx] | false, or true with `-Dbelay.jmx=true` |
/// | [#loggingContext] | none |
public final class NodeOptions {
  /// All defaults.
  public static final NodeOptions DEFAULT =
      new NodeOptions(
          "",
          1 << 23,
          Duration.ofSeconds(5),
          false,
          false,
          Boolean.getBoolean("belay.jmx"),
          null,
          Host.jdk());

  private static final int MOST_PROCESSES = 1 << 27;

  private final String name;
  private final int maxProcesses;
  private final Duration shutdownTime;
  private final boolean daemon;
  private final boolean inTurns;
  private final boolean jmx;
  private final @Nullable LoggingContext loggingContext;
  private final Host host;

  private NodeOptions(
      String name,
      int maxProcesses,
      Duration shutdownTime,
      boolean daemon,
      boolean inTurns,
      boolean jmx,
      @Nullable LoggingContext loggingContext,
      Host host) {
    this.name = name;
    this.maxProcesses = maxProcesses;
    this.shutdownTime = shutdownTime;
    this.daemon = daemon;
    this.inTurns = inTurns;
    this.jmx = jmx;
    this.loggingContext = loggingContext;
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
    return new NodeOptions(text, maxProcesses, shutdownTime, daemon, inTurns, jmx, loggingContext, host);
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
    return new NodeOptions(name, limit, shutdownTime, daemon, inTurns, jmx, loggingContext, host);
  }

  /// Sets how long processes may take to end when the node shuts down, before they are killed.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public NodeOptions shutdownTime(Duration time) {
    if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("shutdownTime(" + time + "): must be from 0 to 1 hour");
    }
    return new NodeOptions(name, maxProcesses, time, daemon, inTurns, jmx, loggingContext, host);
  }

  /// Sets whether the JVM may end while the node runs. By default a node keeps the JVM alive until
  /// it is closed.
  ///
  /// @param mayEnd whether it may
  /// @return changed options
  public NodeOptions daemon(boolean mayEnd) {
    return new NodeOptions(name, maxProcesses, shutdownTime, mayEnd, inTurns, jmx, loggingContext, host);
  }

  /// Sets whether the node is shown in JMX, as a [NodeMXBean]. That needs the module
  /// `java.management`; without it the node starts all the same, and a warning is logged. Nothing
  /// listens on the network for it.
  ///
  /// By default it is not, because JMX takes longer to start than the node: the first such node of
  /// a JVM that has not used JMX yet starts a few tenths of a second later. `-Dbelay.jmx=true` on
  /// the command line changes the default.
  ///
  /// @param shown whether it is
  /// @return changed options
  public NodeOptions jmx(boolean shown) {
    return new NodeOptions(name, maxProcesses, shutdownTime, daemon, inTurns, shown, loggingContext, host);
  }

  /// Sets what tells loggers which process it is that logs.
  ///
  /// @param context for example the `MdcContext` of `belay-slf4j`
  /// @return changed options
  public NodeOptions loggingContext(LoggingContext context) {
    return new NodeOptions(
        name,
        maxProcesses,
        shutdownTime,
        daemon,
        inTurns,
        jmx,
        Objects.requireNonNull(context, "context"),
        host);
  }

  /// Sets where threads and time come from; for tests.
  NodeOptions host(Host other) {
    return new NodeOptions(
        name,
        maxProcesses,
        shutdownTime,
        daemon,
        inTurns,
        jmx,
        loggingContext,
        Objects.requireNonNull(other));
  }

  /// Makes every body one long turn of a turn-style process; for tests.
  NodeOptions inTurns(boolean all) {
    return new NodeOptions(
        name, maxProcesses, shutdownTime, daemon, all, jmx, loggingContext, host);
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

  boolean jmx() {
    return jmx;
  }

  @Nullable LoggingContext loggingContext() {
    return loggingContext;
  }

  Host host() {
    return host;
  }
}
