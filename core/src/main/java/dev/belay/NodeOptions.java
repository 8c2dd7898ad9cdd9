package dev.belay;

import dev.belay.internal.host.Host;
import dev.belay.internal.host.Hosts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
/// | [#onDropped] | nobody is told |
/// | [#developmentMode] | false, or what the system property `belay.dev` says |
/// | [#set] | what each variable says |
public final class NodeOptions {
  /// All defaults.
  public static final NodeOptions DEFAULT = new NodeOptions(new Draft());

  private static final int MOST_PROCESSES = 1 << 27;

  private final String name;
  private final int maxProcesses;
  private final Duration shutdownTime;
  private final boolean daemon;
  private final boolean inTurns;
  private final boolean jmx;
  private final @Nullable LoggingContext loggingContext;

  /// Null if the system property decides.
  private final @Nullable Boolean developmentMode;

  private final @Nullable Consumer<DroppedMessage> onDropped;
  private final Map<NodeLocal<?>, Object> locals;

  /// Null if the thread decides that starts the node.
  private final @Nullable Host host;

  /// Options that are being changed.
  private static final class Draft {
    String name = "";
    int maxProcesses = 1 << 23;
    Duration shutdownTime = Duration.ofSeconds(5);
    boolean daemon;
    boolean inTurns;
    boolean jmx = Boolean.getBoolean("belay.jmx");
    @Nullable LoggingContext loggingContext;
    @Nullable Boolean developmentMode;
    @Nullable Consumer<DroppedMessage> onDropped;
    Map<NodeLocal<?>, Object> locals = Map.of();
    @Nullable Host host;
  }

  private NodeOptions(Draft draft) {
    this.name = draft.name;
    this.maxProcesses = draft.maxProcesses;
    this.shutdownTime = draft.shutdownTime;
    this.daemon = draft.daemon;
    this.inTurns = draft.inTurns;
    this.jmx = draft.jmx;
    this.loggingContext = draft.loggingContext;
    this.developmentMode = draft.developmentMode;
    this.onDropped = draft.onDropped;
    this.locals = draft.locals;
    this.host = draft.host;
  }

  private NodeOptions with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.name = name;
    draft.maxProcesses = maxProcesses;
    draft.shutdownTime = shutdownTime;
    draft.daemon = daemon;
    draft.inTurns = inTurns;
    draft.jmx = jmx;
    draft.loggingContext = loggingContext;
    draft.developmentMode = developmentMode;
    draft.onDropped = onDropped;
    draft.locals = locals;
    draft.host = host;
    change.accept(draft);
    return new NodeOptions(draft);
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
    return with(draft -> draft.name = text);
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
    return with(draft -> draft.maxProcesses = limit);
  }

  /// Sets how long processes may take to end when the node shuts down, before they are killed.
  ///
  /// @param time from 0 to 1 hour
  /// @return changed options
  public NodeOptions shutdownTime(Duration time) {
    if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("shutdownTime(" + time + "): must be from 0 to 1 hour");
    }
    return with(draft -> draft.shutdownTime = time);
  }

  /// Sets whether the JVM may end while the node runs. By default a node keeps the JVM alive until
  /// it is closed.
  ///
  /// @param mayEnd whether it may
  /// @return changed options
  public NodeOptions daemon(boolean mayEnd) {
    return with(draft -> draft.daemon = mayEnd);
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
    return with(draft -> draft.jmx = shown);
  }

  /// Sets what tells loggers which process it is that logs.
  ///
  /// @param context for example the `MdcContext` of `belay-slf4j`
  /// @return changed options
  public NodeOptions loggingContext(LoggingContext context) {
    Objects.requireNonNull(context, "context");
    return with(draft -> draft.loggingContext = context);
  }

  /// Sets whether the node looks for mistakes at the price of speed.
  ///
  /// In development mode whatever sends a message throws [MutableMessageException] if it is not
  /// deeply immutable; `docs/development-mode.md` says what that means. And each turn of a
  /// turn-style process has a thread of its own, which shows code that relies on the thread. What
  /// is not set here is what the system property `belay.dev` says when the node is started: `true`,
  /// `false`, or nothing, which is `false`.
  ///
  /// @param on whether it does
  /// @return changed options
  public NodeOptions developmentMode(boolean on) {
    return with(draft -> draft.developmentMode = on);
  }

  /// Sets who is told of the messages that nobody will receive: those to the dead, and those that a
  /// full mailbox had no room for.
  ///
  /// The listener is called on a thread of the node's own, with one message after the other.
  /// Messages of one sender to one receiver come in the order in which they were dropped. No sender
  /// waits for it: up to 1,024 messages are kept for it, and beyond that new ones are only counted
  /// ([DropCounters#untold]). What it throws is reported, and it gets the next message. What is
  /// left when the node closes it is given still.
  ///
  /// @param listener what is told
  /// @return changed options
  public NodeOptions onDropped(Consumer<DroppedMessage> listener) {
    Objects.requireNonNull(listener, "listener");
    return with(draft -> draft.onDropped = listener);
  }

  /// Sets the value that a variable of the node's begins with: for options of what is built on
  /// nodes.
  ///
  /// @param variable the variable
  /// @param value its value on nodes that are started with these options
  /// @param <T> the type of the value
  /// @return changed options
  public <T> NodeOptions set(NodeLocal<T> variable, T value) {
    Map<NodeLocal<?>, Object> changed = new HashMap<>(locals);
    changed.put(variable, Objects.requireNonNull(value, "value"));
    return with(draft -> draft.locals = changed);
  }

  /// Sets where threads and time come from; for tests.
  NodeOptions host(Host other) {
    Objects.requireNonNull(other);
    return with(draft -> draft.host = other);
  }

  /// Makes every body one long turn of a turn-style process; for tests.
  NodeOptions inTurns(boolean all) {
    return with(draft -> draft.inTurns = all);
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

  boolean developmentMode() {
    return developmentMode != null ? developmentMode : Defaults.developmentMode();
  }

  @Nullable Consumer<DroppedMessage> onDropped() {
    return onDropped;
  }

  Map<NodeLocal<?>, Object> locals() {
    return locals;
  }

  Host host() {
    return host != null ? host : Hosts.current();
  }
}
