package dev.belay.otp;

import dev.belay.ExitReason;
import dev.belay.Pid;
import java.util.List;
import java.util.Map;

/// What processes of other nodes can ask of the processes of this module, for a [GenProtocol] that
/// has understood their messages. Programs have no use for this: for them there are [Sys],
/// [SupervisorRef] and their like.
public final class GenRequest {
  private GenRequest() {}

  // of any server

  /// Leave all messages where they are.
  ///
  /// @return the request, which is answered by whether it was running
  public static Call<?, Boolean> suspend() {
    return new SysCall.Suspend();
  }

  /// Go on.
  ///
  /// @return the request, which is answered by whether it was suspended
  public static Call<?, Boolean> resume() {
    return new SysCall.Resume();
  }

  /// Say how you are.
  ///
  /// @return the request
  public static Call<?, ServerStatus> status() {
    return new SysCall.Status();
  }

  /// End.
  ///
  /// @param reason what to end with
  /// @return the request, which is answered before it ends
  public static Call<?, Boolean> terminate(ExitReason reason) {
    return new SysCall.End(reason);
  }

  /// Something that no server of this module does.
  ///
  /// @return the request, which is refused
  public static Call<?, Object> unknown() {
    return new SysCall.Unknown();
  }

  // of supervisors

  /// List the children.
  ///
  /// @param kind what kind of supervisor
  /// @return the request
  public static Call<?, List<ChildInfo>> children(GenProtocol.Kind kind) {
    return isDynamic(kind) ? new DynamicSupervising.Infos() : new Supervising.Children();
  }

  /// Count the children.
  ///
  /// @param kind what kind of supervisor
  /// @return the request
  public static Call<?, ChildCounts> count(GenProtocol.Kind kind) {
    return isDynamic(kind) ? new DynamicSupervising.Count() : new Supervising.Count();
  }

  /// Add a child, and start it.
  ///
  /// @param kind what kind of supervisor
  /// @param spec the child
  /// @return the request, which is answered by a [Child], or refused with a [SupervisorException]
  public static Call<?, ?> startChild(GenProtocol.Kind kind, ChildSpec spec) {
    return isDynamic(kind)
        ? new DynamicSupervising.StartChild(spec)
        : new Supervising.StartChild(spec);
  }

  /// End a child of a [Supervisor].
  ///
  /// @param id the child
  /// @return the request, which is answered, or refused with a [SupervisorException]
  public static Call<?, ?> terminateChild(String id) {
    return new Supervising.TerminateChild(id);
  }

  /// End a child of a [DynamicSupervisor].
  ///
  /// @param pid the child
  /// @return the request, which is answered, or refused with a [SupervisorException]
  public static Call<?, ?> terminateChild(Pid pid) {
    return new DynamicSupervising.TerminateChild(pid);
  }

  /// Start a child of a [Supervisor] that does not run.
  ///
  /// @param id the child
  /// @return the request, which is answered by a [Child], or refused with a [SupervisorException]
  public static Call<?, ?> restartChild(String id) {
    return new Supervising.RestartChild(id);
  }

  /// Forget a child of a [Supervisor] that does not run.
  ///
  /// @param id the child
  /// @return the request, which is answered, or refused with a [SupervisorException]
  public static Call<?, ?> deleteChild(String id) {
    return new Supervising.DeleteChild(id);
  }

  /// Return the specification of a child of a [Supervisor].
  ///
  /// @param id the child
  /// @return the request, which is answered by a [ChildSpec], or refused with a
  ///   [SupervisorException]
  public static Call<?, ?> childSpec(String id) {
    return new Supervising.Spec(id);
  }

  private static boolean isDynamic(GenProtocol.Kind kind) {
    return kind == GenProtocol.Kind.DYNAMIC_SUPERVISOR;
  }

  // of processes of events

  /// There is an event.
  ///
  /// @param event the event
  /// @return the message
  public static Object event(Object event) {
    return new EventsProcess.Notify(event);
  }

  /// There is an event; answer when all handlers have had it.
  ///
  /// @param event the event
  /// @return the request
  public static Call<?, Boolean> eventInSync(Object event) {
    return new EventsProcess.SyncNotify(event);
  }

  // of scopes of groups

  /// There is a scope of this name on another node.
  ///
  /// @param peer its process
  /// @return the message
  public static Object discover(Pid peer) {
    return new GroupPeers.Discover(peer);
  }

  /// This is all that a scope of another node has of its own.
  ///
  /// @param peer its process
  /// @param groups the groups, and who is in them, each as often as it has joined
  /// @return the message
  public static Object sync(Pid peer, Map<Object, List<Pid>> groups) {
    return new GroupPeers.Sync(peer, groups);
  }

  /// Processes of another node have joined a group.
  ///
  /// @param peer the process of its scope
  /// @param group the group
  /// @param pids who has joined
  /// @return the message
  public static Object joined(Pid peer, Object group, List<Pid> pids) {
    return new GroupPeers.Joined(peer, group, pids);
  }

  /// Processes of another node have left groups.
  ///
  /// @param peer the process of its scope
  /// @param pids who has left
  /// @param groups the groups, each as often as each of them has left it
  /// @return the message
  public static Object left(Pid peer, List<Pid> pids, List<Object> groups) {
    return new GroupPeers.Left(peer, pids, groups);
  }
}
