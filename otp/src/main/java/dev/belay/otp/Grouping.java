package dev.belay.otp;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.Pid;
import dev.belay.Ref;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The process of a scope of groups: makes all changes, and tells those who monitor it.
final class Grouping extends Server<Grouping.Request> {
  /*
   * All is the process's own but the view, which others read. A member is monitored once, however often it has joined. It leaves by
   * request or by its Down, whichever comes first; the other finds nothing any more.
   *
   * What is told of changes is sent by this process, as is the snapshot before: so they come in order, none missing. They go to an alias
   * of the subscriber's, which it ends when it wants no more.
   */

  /// What a scope is asked for.
  sealed interface Request
      permits Join,
          Leave,
          MonitorGroup,
          MonitorScope,
          AreYouThere,
          Forget,
          GroupPeers.Discover,
          GroupPeers.Sync,
          GroupPeers.Joined,
          GroupPeers.Left,
          GroupPeers.NodeUp {}

  record Join(Object group, List<Pid> pids) implements Request, Call<Request, Boolean> {}

  record Leave(Object group, List<Pid> pids) implements Request, Call<Request, Boolean> {}

  record MonitorGroup(Object group, Ref ref) implements Request, Call<Request, List<Pid>> {}

  record MonitorScope(Ref ref) implements Request, Call<Request, Map<Object, List<Pid>>> {}

  record AreYouThere() implements Request, Call<Request, Boolean> {}

  record Forget(Ref ref) implements Request {}

  /// In which groups a process is, and how often.
  private static final class Member {
    final Ref monitor;
    final Map<Object, Integer> times = new LinkedHashMap<>(2);

    Member(Ref monitor) {
      this.monitor = monitor;
    }
  }

  /// Who monitors what.
  ///
  /// @param ref what the changes are sent to
  /// @param group the group, or null for all
  /// @param monitor the monitor of the subscriber
  private record Subscription(Ref ref, @Nullable Object group, Ref monitor) {}

  private final GroupView view;
  private final GroupPeers peers;
  private final Map<Pid, Member> members = new HashMap<>();
  private final Map<Ref, Subscription> subscriptions = new HashMap<>();
  private final Map<Ref, Subscription> byMonitor = new HashMap<>();
  private final Map<Ref, Subscription> ofScope = new LinkedHashMap<>();
  private final Map<Object, Map<Ref, Subscription>> ofGroup = new HashMap<>();

  Grouping(String scope) {
    view = new GroupView(Belay.node(), scope, Belay.self());
    peers = new GroupPeers(Belay.node(), scope, Belay.self(), new OfOthers());
  }

  @Override
  protected void init() {
    Belay.own(view);
    view.open();
    peers.begin();
  }

  @Override
  protected void handleMessage(Request request) {
    switch (request) {
      case Join join -> {
        join(join.group(), join.pids());
        reply(join, true);
      }
      case Leave leave -> reply(leave, leave(leave.group(), leave.pids()));
      case MonitorGroup monitor -> {
        subscribe(monitor.ref(), monitor.group());
        reply(monitor, view.members(monitor.group()));
      }
      case MonitorScope monitor -> {
        subscribe(monitor.ref(), null);
        reply(monitor, view.all());
      }
      case AreYouThere call -> reply(call, true);
      case GroupPeers.Discover(Pid peer) -> peers.discovered(peer);
      case GroupPeers.Sync(Pid peer, Map<Object, List<Pid>> groups) -> peers.synced(peer, groups);
      case GroupPeers.Joined(Pid peer, Object group, List<Pid> pids) ->
          peers.joined(peer, group, pids);
      case GroupPeers.Left(Pid peer, List<Pid> pids, List<Object> groups) ->
          peers.left(peer, pids, groups);
      case GroupPeers.NodeUp(String node) -> peers.lookOn(node);
      case Forget forget -> {
        Subscription subscription = subscriptions.get(forget.ref());
        if (subscription != null) {
          Belay.demonitor(subscription.monitor());
          unsubscribe(subscription);
        }
      }
    }
  }

  @Override
  protected void handleInfo(Object message) throws Exception {
    if (!(message instanceof Down down)) {
      super.handleInfo(message);
      return;
    }
    Subscription subscription = byMonitor.get(down.ref());
    if (subscription != null) {
      unsubscribe(subscription);
      return;
    }
    if (peers.ended(down)) {
      return;
    }
    Pid pid = down.pid();
    Member member = members.get(pid);
    // Else it had left, or has left and has joined again.
    if (member != null && member.monitor.equals(down.ref())) {
      members.remove(pid);
      peers.tellEnded(pid, member.times);
      member.times.forEach((group, times) -> left(group, Collections.nCopies(times, pid)));
    }
  }

  // members

  private void join(Object group, List<Pid> pids) {
    for (Pid pid : pids) {
      members
          .computeIfAbsent(pid, fresh -> new Member(Belay.monitor(fresh)))
          .times
          .merge(group, 1, Integer::sum);
    }
    enter(group, pids);
    peers.tellJoined(group, pids);
  }

  private void enter(Object group, List<Pid> pids) {
    view.join(group, pids);
    tell(group, ref -> new Groups.Joined(ref, group, pids));
  }

  private boolean leave(Object group, List<Pid> pids) {
    List<Pid> found = new ArrayList<>(pids.size());
    for (Pid pid : pids) {
      Member member = members.get(pid);
      if (member != null && member.times.containsKey(group)) {
        found.add(pid);
        member.times.computeIfPresent(group, (same, times) -> times == 1 ? null : times - 1);
        if (member.times.isEmpty()) {
          members.remove(pid);
          Belay.demonitor(member.monitor);
        }
      }
    }
    if (!found.isEmpty()) {
      left(group, found);
      peers.tellLeft(group, List.copyOf(found));
    }
    return !found.isEmpty();
  }

  private void left(Object group, List<Pid> pids) {
    List<Pid> gone = List.copyOf(pids);
    view.leave(group, gone);
    tell(group, ref -> new Groups.Left(ref, group, gone));
  }

  /// The members of other nodes, as their scopes tell.
  private final class OfOthers implements GroupPeers.Members {
    @Override
    public void joined(Object group, List<Pid> pids) {
      enter(group, pids);
    }

    @Override
    public void left(Object group, List<Pid> pids) {
      Grouping.this.left(group, pids);
    }

    @Override
    public Map<Object, List<Pid>> local() {
      Map<Object, List<Pid>> local = new LinkedHashMap<>();
      members.forEach((pid, member) ->
          member.times.forEach((group, times) ->
              local
                  .computeIfAbsent(group, _ -> new ArrayList<>())
                  .addAll(Collections.nCopies(times, pid))));
      return local;
    }
  }

  @Override
  GenProtocol.Kind kind() {
    return GenProtocol.Kind.GROUPS;
  }

  // monitors

  private interface Telling {
    Groups.Change to(Ref ref);
  }

  private void tell(Object group, Telling change) {
    for (Ref ref : ofScope.keySet()) {
      Belay.send(ref, change.to(ref));
    }
    for (Ref ref : ofGroup.getOrDefault(group, Map.of()).keySet()) {
      Belay.send(ref, change.to(ref));
    }
  }

  private void subscribe(Ref ref, @Nullable Object group) {
    Subscription subscription = new Subscription(ref, group, Belay.monitor(ref.owner()));
    subscriptions.put(ref, subscription);
    byMonitor.put(subscription.monitor(), subscription);
    if (group == null) {
      ofScope.put(ref, subscription);
    } else {
      ofGroup.computeIfAbsent(group, fresh -> new LinkedHashMap<>()).put(ref, subscription);
    }
  }

  private void unsubscribe(Subscription subscription) {
    Ref ref = subscription.ref();
    subscriptions.remove(ref);
    byMonitor.remove(subscription.monitor());
    Object group = subscription.group();
    if (group == null) {
      ofScope.remove(ref);
    } else {
      ofGroup.computeIfPresent(
          group,
          (same, all) -> {
            all.remove(ref);
            return all.isEmpty() ? null : all;
          });
    }
  }
}
