package dev.belay.otp;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.ExitReason;
import dev.belay.MonitorOptions;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessLimitException;
import dev.belay.Ref;
import dev.belay.Sendable;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Process groups: Erlang's `pg`.
///
/// A group is any value, and exists as long as it has members. Processes are put into groups and
/// taken out of them by themselves or by others, and leave all of them when they end.
///
/// ```java
/// Groups groups = Groups.of(node);
///
/// groups.join("players", self());
/// …
/// for (Pid player : groups.members("players")) {
///   send(player, new GameOver());
/// }
/// ```
///
/// **Scopes.** Groups live in a scope: a process that knows all groups of it, and under whose name
/// it is registered. Scopes know nothing of each other (PG7). The [default one][#of(Node)], `pg`,
/// is started when it is first needed, linked with nobody, and runs until its node is closed.
/// Others are started, best under a supervisor, by [#child]. A scope that is not there has no
/// groups, and cannot be joined. When a scope ends all its members are forgotten; the next one of
/// its name begins without members (PG8). Many groups with many changes, which have nothing to do
/// with others, are better off in a scope of their own.
///
/// **Reading** is for any thread, asks nobody and never waits: [#members], [#localMembers] and
/// [#groups] look at the scope's view as it is now. **Changes** are made by the scope, one after
/// the other: when [#join] or [#leave] returns, everybody on the node sees what it did (PG3). A
/// process that ends is gone from its groups as soon as the scope has heard of it, which may be
/// later than others have. Who needs that said at once has a [Registry].
///
/// **Monitoring.** [#monitor] and [#monitorScope] return what is there now, and from then on each
/// change is sent, none missing and none twice, as a [Change]:
///
/// ```java
/// Groups.Monitor players = groups.monitor("players");
/// List<Pid> pids = new ArrayList<>(players.members());
/// …
/// switch (receive()) {
///   case Groups.Joined joined -> pids.addAll(joined.pids());
///   case Groups.Left left -> left.pids().forEach(pids::remove);
///   case Down down -> … // the scope has ended: begin anew
///   case Object other -> …
/// }
/// ```
///
/// **Other nodes.** Scopes of the same name on nodes that are connected tell each other of their
/// members, also those of Erlang's and Elixir's nodes (PG3, PG5): what they do on one node is seen
/// on the others a little later. When a connection is lost, the members of the other node are gone.
/// A group is the same on two nodes if its value is the same there: with Erlang share groups that
/// are terms, such as its atoms. One that is no term stays within its node. Nodes may be hidden: a
/// scope looks for others on every node to which there is a connection. Erlang's `pg` looks on
/// visible ones alone, so that one of its scopes that begins when it is connected with a hidden
/// node already is found at the next connection.
///
/// **When not to use it.** To find one certain process use a name or a [Registry]. For processes
/// that are only ever found by the one that has started them, a list does.
@Sendable
public final class Groups {
  /// The name of the scope that [#of(Node)] means, and of its process.
  public static final String DEFAULT_SCOPE = "pg";

  private static final MonitorOptions TELLS = MonitorOptions.DEFAULT.alias(AliasMode.DEMONITOR);

  private static final Duration NOW = Duration.ZERO;

  private final Node node;
  private final String scope;

  /// A change in a group that is monitored.
  public sealed interface Change {
    /// Returns the monitor.
    ///
    /// @return what the monitor is known by
    Ref ref();

    /// Returns the group.
    ///
    /// @return the group
    Object group();

    /// Returns whom it is about.
    ///
    /// @return the processes, each as often as it has joined or left
    List<Pid> pids();
  }

  /// Processes have joined a group.
  ///
  /// @param ref the monitor
  /// @param group the group
  /// @param pids the processes that have joined together
  public record Joined(Ref ref, Object group, List<Pid> pids) implements Change {}

  /// Processes have left a group, or one has ended.
  ///
  /// @param ref the monitor
  /// @param group the group
  /// @param pids the processes that have left together
  public record Left(Ref ref, Object group, List<Pid> pids) implements Change {}

  /// A group that is monitored.
  ///
  /// @param ref what the monitor is known by
  /// @param members who was in the group when the monitor began
  public record Monitor(Ref ref, List<Pid> members) {}

  /// A scope that is monitored.
  ///
  /// @param ref what the monitor is known by
  /// @param groups which groups there were when the monitor began, and who was in them
  public record ScopeMonitor(Ref ref, Map<Object, List<Pid>> groups) {}

  private Groups(Node node, String scope) {
    this.node = Objects.requireNonNull(node, "node");
    this.scope = Objects.requireNonNull(scope, "scope");
  }

  // scopes

  /// Returns the groups of the default scope, which is started when something is to be changed or
  /// monitored in it for the first time.
  ///
  /// @param node the node
  /// @return its groups
  public static Groups of(Node node) {
    return new Groups(node, DEFAULT_SCOPE);
  }

  /// Returns the groups of a scope, which need not be there now.
  ///
  /// @param node the node
  /// @param scope the name of the scope
  /// @return its groups
  public static Groups of(Node node, String scope) {
    return new Groups(node, scope);
  }

  /// Makes of a scope a child of a supervisor; also of the default one, which is then not started
  /// by itself if the supervisor is first.
  ///
  /// @param scope the name of the scope, which is also the id of the child
  /// @return the specification of the child
  public static ChildSpec child(String scope) {
    return ChildSpec.server(scope, options(scope), () -> new Grouping(scope));
  }

  /// Starts a scope that is linked with the caller.
  ///
  /// @param scope its name, under which its process is registered
  /// @return its groups
  /// @throws StartException if it is there already, or the name is taken
  public static Groups startLink(String scope) {
    Server.startLink(options(scope), () -> new Grouping(scope));
    return of(Belay.node(), scope);
  }

  /// Starts a scope on a node, linked with nobody; for plain threads as well.
  ///
  /// @param node where
  /// @param scope its name, under which its process is registered
  /// @return its groups
  /// @throws StartException if it is there already, or the name is taken
  public static Groups start(Node node, String scope) {
    Server.start(node, options(scope), () -> new Grouping(scope));
    return of(node, scope);
  }

  /// Has all scopes of a node look for their like on another one, to which there is a connection
  /// now. For the module that connects nodes; may be called once too often.
  ///
  /// @param node the node
  /// @param other the name of the other one
  public static void nodeUp(Node node, String other) {
    for (Pid scope : GroupView.scopes(node)) {
      node.send(scope, new GroupPeers.NodeUp(other));
    }
  }

  private static StartOptions options(String scope) {
    return StartOptions.DEFAULT.name(scope).spawn(SpawnOptions.DEFAULT.label("process groups"));
  }

  /// Returns the process of the scope.
  ///
  /// @return its pid, if it is there now
  public Optional<Pid> pid() {
    GroupView view = view();
    return view == null ? Optional.empty() : Optional.of(view.scope);
  }

  // changes

  /// Puts processes into a group, all at once.
  ///
  /// @param group the group
  /// @param pids processes of this node; one that is there several times joins several times (PG2)
  /// @throws IllegalArgumentException if one is of another node; then none has joined (PG1)
  /// @throws CallException if the scope is not there, or ends meanwhile
  public void join(Object group, Pid... pids) {
    join(group, Arrays.asList(pids));
  }

  /// Puts processes into a group, all at once.
  ///
  /// @param group the group
  /// @param pids processes of this node; one that is there several times joins several times (PG2)
  /// @throws IllegalArgumentException if one is of another node; then none has joined (PG1)
  /// @throws CallException if the scope is not there, or ends meanwhile
  public void join(Object group, Collection<Pid> pids) {
    List<Pid> local = mustBeLocal("join", group, pids);
    if (!local.isEmpty()) {
      ask(new Grouping.Join(group, local));
    }
  }

  /// Takes processes out of a group, all at once, each as often as it is there.
  ///
  /// @param group the group
  /// @param pids processes of this node
  /// @return whether any of them was a member
  /// @throws IllegalArgumentException if one is of another node; then none has left (PG1)
  /// @throws CallException if the scope is not there, or ends meanwhile
  public boolean leave(Object group, Pid... pids) {
    return leave(group, Arrays.asList(pids));
  }

  /// Takes processes out of a group, all at once, each as often as it is there.
  ///
  /// @param group the group
  /// @param pids processes of this node
  /// @return whether any of them was a member
  /// @throws IllegalArgumentException if one is of another node; then none has left (PG1)
  /// @throws CallException if the scope is not there, or ends meanwhile
  public boolean leave(Object group, Collection<Pid> pids) {
    List<Pid> local = mustBeLocal("leave", group, pids);
    return !local.isEmpty() && ask(new Grouping.Leave(group, local));
  }

  private List<Pid> mustBeLocal(String verb, Object group, Collection<Pid> pids) {
    Objects.requireNonNull(group, "group");
    List<Pid> local = List.copyOf(pids);
    for (Pid pid : local) {
      if (!pid.node().equals(node.name())) {
        throw new IllegalArgumentException(
            verb
                + "("
                + Text.of(group)
                + ", "
                + pid
                + "): the process is of node "
                + pid.node()
                + ", and a scope of "
                + node.name()
                + " takes only processes of its own; let it join there");
      }
    }
    return local;
  }

  // looking

  /// Returns the members of a group, on all nodes.
  ///
  /// @param group the group
  /// @return the processes, each as often as it has joined, in the order in which they did; none if
  ///   there is no such group
  public List<Pid> members(Object group) {
    GroupView view = view();
    return view == null ? List.of() : view.members(group);
  }

  /// Returns the members of a group on this node.
  ///
  /// @param group the group
  /// @return the processes, each as often as it has joined, in the order in which they did
  public List<Pid> localMembers(Object group) {
    List<Pid> all = members(group);
    for (Pid pid : all) {
      if (!pid.node().equals(node.name())) {
        return all.stream().filter(one -> one.node().equals(node.name())).toList();
      }
    }
    return all;
  }

  /// Lists the groups.
  ///
  /// @return those that have members, in no order
  public List<Object> groups() {
    GroupView view = view();
    return view == null ? List.of() : view.groups();
  }

  // monitors

  /// Monitors a group, which need not exist: the calling process gets a [Change] for each that is
  /// made from now on, and a [dev.belay.Down] with the same reference when the scope ends, after
  /// which nothing more comes (PG10). It lasts until [#demonitor], or the caller's end.
  ///
  /// @param group the group
  /// @return the members now, and the reference
  /// @throws CallException if the scope is not there, or ends meanwhile
  public Monitor monitor(Object group) {
    Objects.requireNonNull(group, "group");
    return subscribe(
        ref -> new Grouping.MonitorGroup(group, ref), (ref, all) -> new Monitor(ref, all));
  }

  /// Monitors all groups of the scope; otherwise as [#monitor] (PG10).
  ///
  /// @return all groups and their members now, and the reference
  /// @throws CallException if the scope is not there, or ends meanwhile
  public ScopeMonitor monitorScope() {
    return subscribe(Grouping.MonitorScope::new, ScopeMonitor::new);
  }

  /// Takes a monitor of this scope off. Nothing of it is in the mailbox after this, nor will
  /// anything come.
  ///
  /// @param ref what [#monitor] or [#monitorScope] returned to the calling process
  /// @return whether it was still on
  public boolean demonitor(Ref ref) {
    boolean wasOn = Belay.demonitor(ref, Demonitor.FLUSH, Demonitor.INFO);
    forget(ref);
    return wasOn;
  }

  /// Takes away what a monitor that was taken off, and its alias with it, may have left here and in
  /// the scope.
  private void forget(Ref ref) {
    while (Belay.receive(
            ref, m -> m instanceof Change change && change.ref().equals(ref) ? m : null, NOW)
        .isPresent()) {
      // It came before.
    }
    GroupView view = view();
    if (view != null) {
      Belay.send(view.scope, new Grouping.Forget(ref));
    }
  }

  // how the scope is reached

  private interface Made<S, T> {
    T of(Ref ref, S snapshot);
  }

  private <S, T> T subscribe(Function<Ref, Call<Grouping.Request, S>> request, Made<S, T> made) {
    while (true) {
      ServerRef<Grouping.Request> server = server();
      Ref ref = Belay.monitor(server.pid().orElseThrow(), TELLS);
      boolean on = false;
      try {
        T result = made.of(ref, server.callForever(request.apply(ref)));
        on = true;
        return result;
      } catch (CallException e) {
        mayTryAgain(e);
      } finally {
        if (!on) {
          // If the wait was interrupted the scope has the request, or has done it.
          Belay.demonitor(ref, Demonitor.FLUSH);
          forget(ref);
        }
      }
    }
  }

  private <R> R ask(Call<Grouping.Request, R> request) {
    while (true) {
      try {
        return server().callForever(request);
      } catch (CallException e) {
        mayTryAgain(e);
      }
    }
  }

  /// The default scope may have ended just when it was to be asked, and is started again. Whoever
  /// is told that there is none knows that it has done nothing.
  private void mayTryAgain(CallException failure) {
    if (!scope.equals(DEFAULT_SCOPE) || !failure.reason().equals(ExitReason.NO_PROC)) {
      throw failure;
    }
  }

  private ServerRef<Grouping.Request> server() {
    while (true) {
      GroupView view = view();
      if (view != null) {
        return ServerRef.at(node, view.scope);
      }
      if (!scope.equals(DEFAULT_SCOPE)) {
        throw new CallException(
            "there is no scope \""
                + scope
                + "\" of process groups on "
                + node.name()
                + "; start it",
            ExitReason.NO_PROC);
      }
      try {
        return Server.start(node, options(scope), () -> new Grouping(scope));
      } catch (StartException e) {
        Pid holder = e.alreadyStarted().orElseThrow(() -> notStarted(e));
        ServerRef<Grouping.Request> other = ServerRef.at(node, holder);
        if (isThere(other)) {
          return other;
        }
      } catch (ProcessLimitException e) {
        throw notStarted(e);
      }
    }
  }

  /// The node is closing, or full.
  private CallException notStarted(RuntimeException because) {
    CallException failure =
        new CallException(
            "the scope \"" + scope + "\" of process groups cannot be started on " + node.name(),
            ExitReason.NO_CONNECTION);
    failure.addSuppressed(because);
    return failure;
  }

  /// Waits for a scope that somebody else has started until it has begun.
  ///
  /// @return false if it has ended
  /// @throws CallException if it is no scope, but has only taken the name
  private static boolean isThere(ServerRef<Grouping.Request> other) {
    try {
      return other.call(new Grouping.AreYouThere());
    } catch (CallException e) {
      if (e.isTimeout() || e.reason().equals(ExitReason.term(CallReason.BAD_REQUEST))) {
        throw e;
      }
      return false;
    }
  }

  private @Nullable GroupView view() {
    return GroupView.of(node, scope);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Groups groups && groups.node.equals(node) && groups.scope.equals(scope);
  }

  @Override
  public int hashCode() {
    return node.hashCode() * 31 + scope.hashCode();
  }

  @Override
  public String toString() {
    return "Groups[" + scope + " on " + node.name() + "]";
  }
}
