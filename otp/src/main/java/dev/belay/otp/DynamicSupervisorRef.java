package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Sendable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a [DynamicSupervisor] is, and what it can be asked for.
///
/// ```java
/// DynamicSupervisorRef sessions = DynamicSupervisorRef.named(node(), "sessions");
/// Pid session =
///     sessions.startChild(ChildSpec.server("session", () -> new Session(user))).pid().orElseThrow();
/// sessions.terminateChild(session);
/// ```
///
/// **Threads.** The methods wait for it without limit, and throw a [CallException] if it does not
/// exist or ends meanwhile; they work in processes and on other threads.
@Sendable
public final class DynamicSupervisorRef {
  private final ServerRef<DynamicSupervising.Request> server;

  private DynamicSupervisorRef(ServerRef<DynamicSupervising.Request> server) {
    this.server = server;
  }

  /// Refers to a supervisor by its process.
  ///
  /// @param node its node
  /// @param pid the process, which should be a dynamic supervisor
  /// @return the reference
  public static DynamicSupervisorRef of(Node node, Pid pid) {
    return new DynamicSupervisorRef(ServerRef.at(node, pid));
  }

  /// Refers to whatever dynamic supervisor is registered under a name when the reference is used.
  ///
  /// @param node the node with the name
  /// @param name the name
  /// @return the reference
  public static DynamicSupervisorRef named(Node node, String name) {
    return new DynamicSupervisorRef(ServerRef.named(node, name, DynamicSupervising.Request.class));
  }

  /// Refers to whatever dynamic supervisor has a key of a registry when the reference is used.
  ///
  /// @param registry a registry with unique keys
  /// @param key the key: see [StartOptions#via]
  /// @param <K> the keys of the registry
  /// @return the reference
  /// @throws IllegalArgumentException if the registry has duplicate keys
  public static <K> DynamicSupervisorRef via(Registry<K, ?> registry, K key) {
    return new DynamicSupervisorRef(ServerRef.via(registry, key, DynamicSupervising.Request.class));
  }

  /// Starts a child.
  ///
  /// @param child the child
  /// @return what came of its start
  /// @throws SupervisorException if it does not start, or there are as many as there may be
  public Child startChild(ChildSpec child) {
    return server
        .callForever(new DynamicSupervising.StartChild(Objects.requireNonNull(child, "child")))
        .get();
  }

  /// Ends a child, and does not restart it (SV35).
  ///
  /// @param pid the child; one that is dead already is no error
  /// @throws SupervisorException if it is a process that is none of this supervisor's, which is not
  ///   harmed
  public void terminateChild(Pid pid) {
    server
        .callForever(new DynamicSupervising.TerminateChild(Objects.requireNonNull(pid, "pid")))
        .get();
  }

  /// Lists the children that run, in no order.
  ///
  /// @return their pids
  public List<Pid> children() {
    return server.callForever(new DynamicSupervising.Children());
  }

  /// Counts the children (SV32).
  ///
  /// @return the counts
  public ChildCounts count() {
    return server.callForever(new DynamicSupervising.Count());
  }

  /// Ends the supervisor and its children, and waits until it has ended.
  ///
  /// @throws CallException if it does not exist
  public void stop() {
    server.stop();
  }

  /// Ends the supervisor and its children, and waits until it has ended.
  ///
  /// @param reason what it ends with
  /// @param timeout how long to wait at most; it ends nevertheless, later
  /// @throws CallException if it does not exist, ends for another reason, or not in time
  public void stop(ExitReason reason, Duration timeout) {
    server.stop(reason, timeout);
  }

  /// Returns the supervisor's process.
  ///
  /// @return its pid
  public Optional<Pid> pid() {
    return server.pid();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DynamicSupervisorRef ref && ref.server.equals(server);
  }

  @Override
  public int hashCode() {
    return server.hashCode();
  }

  @Override
  public String toString() {
    return server.toString();
  }
}
