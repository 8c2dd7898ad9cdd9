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

/// Where a [Supervisor] is, and what it can be asked for.
///
/// ```java
/// SupervisorRef shop = SupervisorRef.named(node(), "shop");
/// shop.startChild(ChildSpec.server("till 3", Till::new));
/// shop.children().forEach(child -> System.out.println(child.id() + " " + child.pid()));
/// shop.terminateChild("till 3"); // it is known still, and may be started by restartChild
/// shop.deleteChild("till 3");
/// ```
///
/// **When not to use it.** To find a child again and again in order to talk with it: give it a
/// name, and use [ServerRef#named], which asks nobody. For children that come and go by the
/// hundred, there is [DynamicSupervisor].
///
/// **Threads.** The methods wait for it without limit, and throw a [CallException] if it does not
/// exist or ends meanwhile (SV34); they work in processes and on other threads, but not in the
/// starts of the supervisor's own children.
@Sendable
public final class SupervisorRef {
  private final ServerRef<Supervising.Request> server;

  SupervisorRef(ServerRef<Supervising.Request> server) {
    this.server = server;
  }

  /// Refers to a supervisor by its process.
  ///
  /// @param node its node
  /// @param pid the process, which should be a supervisor
  /// @return the reference
  public static SupervisorRef of(Node node, Pid pid) {
    return new SupervisorRef(ServerRef.at(node, pid));
  }

  /// Refers to whatever supervisor is registered under a name when the reference is used.
  ///
  /// @param node the node with the name
  /// @param name the name
  /// @return the reference
  public static SupervisorRef named(Node node, String name) {
    return new SupervisorRef(ServerRef.named(node, name, Supervising.Request.class));
  }

  /// Refers to whatever supervisor has a key of a registry when the reference is used.
  ///
  /// @param registry a registry with unique keys
  /// @param key the key: see [StartOptions#via]
  /// @param <K> the keys of the registry
  /// @return the reference
  /// @throws IllegalArgumentException if the registry has duplicate keys
  public static <K> SupervisorRef via(Registry<K, ?> registry, K key) {
    return new SupervisorRef(ServerRef.via(registry, key, Supervising.Request.class));
  }

  /// Adds a child, and starts it (SV27).
  ///
  /// @param child the child
  /// @return what came of its start
  /// @throws SupervisorException if a child with its id is there, or it does not start; then it is
  ///   forgotten
  public Child startChild(ChildSpec child) {
    return server
        .callForever(new Supervising.StartChild(Objects.requireNonNull(child, "child")))
        .get();
  }

  /// Ends a child, and does not restart it. Its specification stays, but that of a temporary child
  /// (SV28).
  ///
  /// @param id the child, which may have ended before
  /// @throws SupervisorException if there is no such child
  public void terminateChild(String id) {
    server.callForever(new Supervising.TerminateChild(Objects.requireNonNull(id, "id"))).get();
  }

  /// Starts a child that does not run (SV29).
  ///
  /// @param id the child
  /// @return what came of its start
  /// @throws SupervisorException if there is no such child, it runs, is about to be restarted, or
  ///   does not start
  public Child restartChild(String id) {
    return server.callForever(new Supervising.RestartChild(Objects.requireNonNull(id, "id"))).get();
  }

  /// Forgets a child that does not run (SV30).
  ///
  /// @param id the child
  /// @throws SupervisorException if there is no such child, it runs, or is about to be restarted
  public void deleteChild(String id) {
    server.callForever(new Supervising.DeleteChild(Objects.requireNonNull(id, "id"))).get();
  }

  /// Lists the children, those that were added last first (SV31).
  ///
  /// @return the children
  public List<ChildInfo> children() {
    return server.callForever(new Supervising.Children());
  }

  /// Returns a child's process.
  ///
  /// @param id the child
  /// @return its pid, if there is such a child and it runs
  public Optional<Pid> child(String id) {
    return server.callForever(new Supervising.ChildPid(Objects.requireNonNull(id, "id")));
  }

  /// Counts the children (SV32).
  ///
  /// @return the counts
  public ChildCounts count() {
    return server.callForever(new Supervising.Count());
  }

  /// Returns the specification of a child (SV33).
  ///
  /// @param id the child
  /// @return its specification
  /// @throws SupervisorException if there is no such child
  public ChildSpec spec(String id) {
    return server.callForever(new Supervising.Spec(Objects.requireNonNull(id, "id"))).get();
  }

  /// Ends the supervisor and its children in order, and waits until it has ended.
  ///
  /// @throws CallException if it does not exist
  public void stop() {
    server.stop();
  }

  /// Ends the supervisor and its children in order, and waits until it has ended.
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
    return other instanceof SupervisorRef ref && ref.server.equals(server);
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
