package dev.belay.distribution.internal.global;

import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of the cluster, as they are known here. Their processes are monitored; with its
/// process a name is gone. The name server's own.
final class Names {
  /// A name.
  ///
  /// @param pid whose it is
  /// @param method what decides between two that have the same name; a function of Erlang's, which
  ///   is handed on as it is
  /// @param registered the node where it was registered for a process of a node outside, or null
  record Entry(Pid pid, Object method, Ref monitor, @Nullable Atom registered) {}

  private final Locks locks;
  private final Map<Object, Entry> byName = new HashMap<>();
  private final Map<Ref, Object> byMonitor = new HashMap<>();

  Names(Locks locks) {
    this.locks = locks;
  }

  @Nullable Entry find(Object name) {
    return byName.get(name);
  }

  /// Gives a name to a process, also if another one has it.
  ///
  /// @param registrar who registers it, or null if it comes with a session
  /// @param lock the lock of the session
  void put(
      Object name,
      Pid pid,
      Object method,
      @Nullable Atom registered,
      @Nullable Pid registrar,
      @Nullable Object lock) {
    remove(name);
    if (locks.allow(registrar, lock)) {
      Ref monitor = Belay.monitor(pid);
      byName.put(name, new Entry(pid, method, monitor, registered));
      byMonitor.put(monitor, name);
    }
  }

  void remove(Object name) {
    Entry entry = byName.remove(name);
    if (entry != null) {
      byMonitor.remove(entry.monitor);
      Belay.demonitor(entry.monitor, Demonitor.FLUSH);
    }
  }

  /// A monitor has fired.
  void down(Ref monitor) {
    Object name = byMonitor.remove(monitor);
    if (name != null) {
      byName.remove(name);
    }
  }

  /// Does what a session has come to.
  ///
  /// @param operations a list of `{insert,{Name,Pid,Method}}` and `{delete,Name}`
  /// @param outside which of them are for processes outside: a list of `{Name,Pid,Node}`
  /// @param lock the lock of the session
  void apply(List<Object> operations, List<Object> outside, @Nullable Object lock) {
    for (Object operation : operations) {
      Tuple parts = Words.tuple(operation);
      if (parts.get(0).equals(Words.INSERT)) {
        Tuple entry = Words.tuple(parts.get(1));
        Object name = entry.get(0);
        Pid pid = (Pid) entry.get(1);
        put(name, pid, entry.get(2), registered(outside, name, pid), null, lock);
      }
    }
    for (Object operation : operations) {
      Tuple parts = Words.tuple(operation);
      if (parts.get(0).equals(Words.DELETE)) {
        remove(parts.get(1));
      }
    }
  }

  private static @Nullable Atom registered(List<Object> outside, Object name, Pid pid) {
    for (Object entry : outside) {
      Tuple parts = Words.tuple(entry);
      if (parts.get(0).equals(name) && parts.get(1).equals(pid)) {
        return (Atom) parts.get(2);
      }
    }
    return null;
  }

  /// Returns all names, each as `{Name,Pid,Method}`.
  List<Object> all() {
    List<Object> all = new ArrayList<>();
    byName.forEach((name, entry) -> all.add(Tuple.of(name, entry.pid, entry.method)));
    return List.copyOf(all);
  }

  /// Returns those of processes outside, each as `{Name,Pid,Node}`.
  List<Object> outside() {
    List<Object> all = new ArrayList<>();
    byName.forEach((name, entry) -> {
      if (entry.registered != null) {
        all.add(Tuple.of(name, entry.pid, entry.registered));
      }
    });
    return List.copyOf(all);
  }
}
