package dev.belay.testkit;

import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.ProcessInfo;
import dev.belay.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The links and monitors of all that lives on a node, held against each other: processes, and
/// inboxes of plain threads as far as they are linked with or monitor processes. Bonds with another
/// node's processes do not exist until nodes are connected.
///
/// The snapshots are taken one after the other, so an answer is only final when nothing changes
/// them any more.
final class Bonds {
  private final Map<Pid, ProcessInfo> alive = new LinkedHashMap<>();
  private final List<String> broken = new ArrayList<>();

  private Bonds() {}

  /// Finds what is wrong with a node's links and monitors.
  ///
  /// @return one line for each, none if all is well
  static List<String> broken(Node node) {
    return broken(node.processes(), node::info);
  }

  /// Finds what is wrong with the links and monitors of some processes and all that they are bound
  /// to.
  ///
  /// @param processes where to begin
  /// @param look takes a snapshot of a process, unless it is dead
  static List<String> broken(List<Pid> processes, Function<Pid, Optional<ProcessInfo>> look) {
    Bonds bonds = new Bonds();
    bonds.look(processes, look);
    bonds.alive.values().forEach(bonds::check);
    return bonds.broken;
  }

  private void look(List<Pid> processes, Function<Pid, Optional<ProcessInfo>> look) {
    Deque<Pid> next = new ArrayDeque<>(processes);
    while (!next.isEmpty()) {
      Pid pid = next.removeFirst();
      if (alive.containsKey(pid)) {
        continue;
      }
      Optional<ProcessInfo> info = look.apply(pid);
      if (info.isPresent()) {
        alive.put(pid, info.get());
        next.addAll(info.get().links());
        next.addAll(info.get().monitoredBy());
        next.addAll(pids(info.get().monitors()));
      }
    }
  }

  private void check(ProcessInfo info) {
    Pid self = info.pid();
    for (Pid peer : info.links()) {
      ProcessInfo other = alive.get(peer);
      if (other == null) {
        broken.add(self + " is linked with " + peer + ", which is not alive");
      } else if (!other.links().contains(self)) {
        broken.add(self + " is linked with " + peer + ", which is not linked with it");
      }
    }
    for (Pid watcher : Map.copyOf(counts(info.monitoredBy())).keySet()) {
      if (!alive.containsKey(watcher)) {
        broken.add(self + " is monitored by " + watcher + ", which is not alive");
      }
    }
    counts(pids(info.monitors()))
        .forEach((subject, times) -> {
          ProcessInfo other = alive.get(subject);
          int there = other == null ? 0 : Collections.frequency(other.monitoredBy(), self);
          if (there < times) {
            broken.add(
                self + " monitors " + subject + " " + times + " times, which knows of " + there);
          }
        });
    int known = 0;
    for (ProcessInfo other : alive.values()) {
      known += Collections.frequency(other.monitoredBy(), self);
    }
    if (known != info.monitors().size()) {
      broken.add(
          self
              + " has the monitors "
              + info.monitors()
              + ", but is listed "
              + known
              + " times by those that it monitors");
    }
  }

  private static List<Pid> pids(List<Subject> subjects) {
    return subjects.stream().filter(Pid.class::isInstance).map(Pid.class::cast).toList();
  }

  private static Map<Pid, Integer> counts(List<Pid> pids) {
    Map<Pid, Integer> counts = new LinkedHashMap<>();
    pids.forEach(pid -> counts.merge(pid, 1, Integer::sum));
    return counts;
  }
}
